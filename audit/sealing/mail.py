"""Heads by mail: a head a day to people who keep it, so that not even all our machines together can
make it unsaid.

The worker sends them through the outbox; the sealer, which holds the key, talks to no mail server.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.outbox import TryLater, enqueue, handles
from audit.sealing.heads import Head
from audit.sealing.letters import line_of
from audit.sealing.store import heads_from, last_head

JOB = "audit.head_mail"
CLOCKS_DIFFER = timedelta(minutes=1)  # the database says when a promise was written


def promise_heads() -> int:
    """Promise the newest head to every address; once a day, an epoch and a key. Returns how many
    addresses there are. Call it within a transaction."""
    head = last_head()
    if head is None:
        return 0
    now = timezone.localtime()
    day, today = now.date(), now.replace(hour=0, minute=0, second=0, microsecond=0)
    for address in settings.WITNESS_MAIL:
        who = _short(address)
        key = f"head:{who}:{day}:{head.epoch}:{head.key_id}"
        enqueue(JOB, {"to": who, "number": head.number}, key=key, since=today - CLOCKS_DIFFER)
    return len(settings.WITNESS_MAIL)


@handles(JOB)
def mail_head(payload: Mapping[str, Any], key: str) -> None:
    """Send one head to one address; to none that has left the settings meanwhile."""
    address = next((one for one in settings.WITNESS_MAIL if _short(one) == payload["to"]), None)
    heads = heads_from("number = %s", [payload["number"]])
    if address is None or not heads:
        return
    mail = letter(heads[0], address)
    host = urlsplit(settings.PORTAL_ADDRESS).hostname or "localhost"
    mail.extra_headers["Message-ID"] = f"<{key.replace(':', '.')}@{host}>"
    try:
        mail.send()
    except (SMTPException, OSError) as refusal:
        raise TryLater from refusal


def letter(head: Head, address: str) -> EmailMessage:
    """The head in every language of the portal, and once for programs."""
    subjects, words = [], []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subjects.append(_("Keep this: seal %(number)d of our trail") % {"number": head.number})
            words.append("\n\n".join(_words(head)))
    return EmailMessage(
        subject=" / ".join(subjects),
        body="\n\n".join([*words, line_of(head), ""]),
        to=[address],
    )


def _words(head: Head) -> list[str]:
    moment = timezone.localtime(head.moment)
    facts = {
        "size": head.size,
        "when": f"{date_format(moment, 'DATE_FORMAT')} {date_format(moment, 'H:i')}",
        "page": f"{settings.PORTAL_ADDRESS}/trust/trail/",
    }
    return [
        _(
            "On %(when)s the trail of this portal held %(size)d entries. The line at the end says"
            " what they were, signed by us."
        )
        % facts,
        _(
            "Please keep this mail as it is. Should anybody ever change, remove or cut off one of"
            " these entries, this mail shows it, and we cannot take it back."
        ),
        _(
            "To check, save the mail as a file and give it to the portal's own program:"
            " audit_verify --heads FILE. What we say today stands at %(page)s"
        )
        % facts,
    ]


def _short(address: str) -> str:
    """An address in the outbox: enough to find it in the settings, and no address."""
    return sha256(address.encode()).hexdigest()[:16]
