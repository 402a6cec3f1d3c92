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
        account = delivery.account
        with translation.override(account.language):
            lines = _to_officer if account.is_staff else _to_citizen
            subject, *body = lines(str(message.params.get("reference", "")))
            mail = EmailMessage(
                subject=subject,
                body="\n\n".join([*body, *_how_to_read(account)]),
                to=[receiver],
                headers={"Message-ID": f"<delivery-{delivery.pk}@{_host()}>"},
            )
        try:
            mail.send()
        except (SMTPException, OSError) as refusal:
            raise TryLater from refusal


def _to_citizen(reference: str) -> list[str]:
    """The subject of the mail, then its first lines."""
    lines = [_("There is something new in your space"), _("There is something new in your space.")]
    if reference:
        lines.append(_("It is about your case %(reference)s.") % {"reference": reference})
    return lines


def _to_officer(reference: str) -> list[str]:
    """The same for somebody at work: the case is an office's, not the reader's own."""
    lines = [
        _("A new message in the back office"),
        _("There is a new message for you in the back office."),
    ]
    if reference:
        lines.append(_("It is about case %(reference)s.") % {"reference": reference})
    return lines


def _how_to_read(account: Account) -> list[str]:
    return [
        _("Sign in to read it: %(address)s") % {"address": _space_of(account)},
        _("We never ask for your password or your identity number by e-mail."),
    ]


def _space_of(account: Account) -> str:
    page = "/admin/messages/" if account.is_staff else "/my/messages/"
    return f"{settings.PORTAL_ADDRESS}{page}"


def _host() -> str:
    return urlsplit(settings.PORTAL_ADDRESS).hostname or "localhost"
