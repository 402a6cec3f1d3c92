"""The mail by which a new officer chooses the first password, once a posting is confirmed."""

from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.outbox import TryLater, handles
from audit.trail import ObjectRef, record
from identity.actions.confirm_posting import FIRST_MAIL
from identity.actions.enter_posting import POSTINGS
from identity.actions.make_first_staff import LINK_MADE
from identity.doors import STAFF_DOOR
from identity.mailed_links import staff_link
from identity.models import Account

DAY = 86_400


@handles(FIRST_MAIL)
def mail_first_password(payload: Mapping[str, Any], key: str) -> None:
    """Send the link; to nobody whose account was closed, has a password by now or no address.

    The link is made here and stands in the mail only. Postponed while no mail can be sent.
    """
    account = Account.objects.get(pk=payload["account"])
    address = EmailAddress.objects.get_primary(account)
    if address is None or not account.is_active or account.has_usable_password():
        return
    record(
        actor=Actor.system("first mail"),
        verb=LINK_MADE,
        on=ObjectRef.of(account),
        purpose=POSTINGS,
    )
    with translation.override(account.language):
        mail = EmailMessage(
            subject=_("Your account in the back office"),
            body="\n\n".join(_lines(account, staff_link(account, address))),
            to=[address.email],
            headers={"Message-ID": f"<{key.replace(':', '.')}@account.portal>"},
        )
    try:
        mail.send()
    except (SMTPException, OSError) as refusal:
        raise TryLater from refusal


def _lines(account: Account, link: str) -> list[str]:
    door = f"{settings.PORTAL_ADDRESS}{STAFF_DOOR.prefix}"
    days = settings.PASSWORD_RESET_TIMEOUT // DAY
    return [
        _("You can work in the back office of the government services portal from now on."),
        _("Your user name: %(name)s") % {"name": account.username},
        _("Choose your first password here: %(link)s") % {"link": link},
        _("The page after it sets up the app for codes; have your phone with you."),
        _(
            "The link works once and for %(days)s days. Later, open %(door)s and press “Forgot your"
            " password?”: a new one comes to this address."
        )
        % {"days": days, "door": door},
        _("We never ask for your password or your identity number by e-mail."),
    ]
