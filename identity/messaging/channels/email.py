"""E-mail: says that something new is there, and nothing of what it is."""

from smtplib import SMTPException
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from audit.outbox import TryLater
from identity.messaging.channel import Channel, channels
from identity.models import Account, Delivery, Message


@channels.register("email")
class Email(Channel):
    """To the confirmed address of the account. A mailbox is not behind our door, so no contents."""

    def reach(self, account: Account) -> bool:
        return bool(EmailAddress.objects.filter(user=account, verified=True).exists())

    def send(self, delivery: Delivery, message: Message) -> None:
        address = EmailAddress.objects.filter(user=delivery.account, verified=True)
        receiver = address.order_by("-primary", "pk").values_list("email", flat=True).first()
        if receiver is None:
            return
        with translation.override(delivery.account.language):
            mail = EmailMessage(
                subject=_("There is something new in your space"),
                body=_text(str(message.params.get("reference", "")), _space_of(delivery.account)),
                to=[receiver],
                headers={"Message-ID": f"<delivery-{delivery.pk}@{_host()}>"},
            )
        try:
            mail.send()
        except (SMTPException, OSError) as refusal:
            raise TryLater from refusal


def _text(reference: str, address: str) -> str:
    lines = [_("There is something new in your space.")]
    if reference:
        lines.append(_("It is about your case %(reference)s.") % {"reference": reference})
    lines.append(_("Sign in to read it: %(address)s") % {"address": address})
    lines.append(_("We never ask for your password or your identity number by e-mail."))
    return "\n\n".join(lines)


def _space_of(account: Account) -> str:
    page = "/admin/messages/" if account.is_staff else "/my/messages/"
    return f"{settings.PORTAL_ADDRESS}{page}"


def _host() -> str:
    return urlsplit(settings.PORTAL_ADDRESS).hostname or "localhost"
