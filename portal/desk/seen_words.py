"""Which kinds of somebody's data a look shows, in plain words: one place for all verbs of looking.

It says what the page behind the verb shows at most; what a reason opened, and which single value it
was, the entry's own detail says where it has one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from portal.desk.reasons import Field, Part

IN_A_FILE = _(
    "your name and identity number with figures covered, and who did what with your data, in a"
    " file that two allowed"
)

SEEN: dict[str, Promise] = {
    "application.viewed": _(
        "your name, identity number and telephone with figures covered, what you wrote in the"
        " form, the list of your documents"
    ),
    "application.rules.viewed": _("which rules the case keeps, and the answers they rest on"),
    "account.viewed": _("your user name, when you signed in last, and whether the account is open"),
    "attachment.viewed": _("one document of the case"),
    "outcome.viewed": _("the decision letter"),
    "value.revealed": _("one value in full that is covered otherwise"),
    "number.revealed": _("your identity number, no figure covered"),
    "person.looked_up": _("what the reason opens of a person"),
    "case.opened_by_reason": _("what the reason opens of a case"),
    "queue.listed": _("your name with a part covered, in a list of cases with their state and day"),
    "lookup_review.viewed": _("your name with a part covered, and why somebody had looked"),
    "protection.viewed": _("your number with a part covered, and that you are under protection"),
    "dispute.viewed": _(
        "your name, your identity number with figures covered, the value in the register and what"
        " you say about it"
    ),
    "dispute.named.viewed": _(
        "what the register and the one who contests it say about you; your identity number in full"
        " where it was typed"
    ),
    "trail.viewed": _("your name with a part covered, and who did what with your data"),
    "trail.export_made": IN_A_FILE,
    "trail.downloaded": IN_A_FILE,
    "trail.leak_traced": _("which officers had looked at you; nothing of your data itself"),
    "question.viewed": _(
        "your name, your identity number with figures covered, your question, the look you ask"
        " about with what the officer wrote for it and what was found about it, and that officer's"
        " other looks at you"
    ),
    "erasure.viewed": _(
        "your name with a part covered, and which sorts of words about you would be erased"
    ),
    "officer.listed": _(
        "your name and identity number with a part covered, and which officer's account is said to"
        " be yours"
    ),
    "hold.viewed": _("your name with a part covered, and why looks are shown to you later"),
}

FIELDS: dict[str, Promise] = {
    Field.NAME: _("your name"),
    Field.NUMBER: _("your identity number with figures covered"),
    Field.BIRTH_DATE: _("your day of birth, if it is registered"),
    Field.PHONE: _("your telephone number with figures covered, if one is registered"),
    Field.PHONE_IN_FULL: _("your telephone number in full, if one is registered"),
    Field.ADDRESS: _("your address, if one is registered"),
    Field.CASES: _("the numbers of your open cases, if you had any"),
    Part.STANDING: _(
        "your name with a part covered, what the case is about, where it stands and who has it"
    ),
    Part.ANSWERS: _("what you wrote in the form, with figures covered"),
    Part.DECISIONS: _("what was decided and why"),
    Part.FILES: _("the list of your documents"),
}
"""What a reason opens of a person, and of a case, as that person reads it. The entry is written
before anything is read, so it cannot say whether a telephone, an address or a day was there."""

OPENED: dict[str, Promise] = {
    Field.NAME: _("the name"),
    Field.NUMBER: _("the identity number with figures covered"),
    Field.BIRTH_DATE: _("the day of birth, if it is registered"),
    Field.PHONE: _("the telephone number with figures covered, if one is registered"),
    Field.PHONE_IN_FULL: _("the telephone number in full, if one is registered"),
    Field.ADDRESS: _("the address, if one is registered"),
    Field.CASES: _("the numbers of open cases, if there were any"),
    Part.STANDING: _(
        "the name with a part covered, what the case is about, where it stands and who has it"
    ),
    Part.ANSWERS: _("what was written in the form, with figures covered"),
    Part.DECISIONS: FIELDS[Part.DECISIONS],
    Part.FILES: _("the list of documents"),
}
"""The same, as a third person reads it who judges the look."""

NAMED_IN_IT: Promise = _("what is written about you in it")
"""What is said of a case of other people, whatever the page shows: not even its kinds of data."""

OWN_ONLY = frozenset(
    {
        "access.viewed",
        "addresses.viewed",
        "application.own.listed",
        "application.own.viewed",
        "data.exported",
        "licences.viewed",
        "mandates.viewed",
        "message.listed",
        "message.viewed",
        "record.viewed",
        "space.viewed",
    }
)
"""Looks only the people themselves and those who act for them can take."""

ABOUT_NOBODY = frozenset(
    {"protection.listed", "report.exported", "report.listed", "report.viewed", "trail.exported"}
)
"""Looks at what names no person; protections are opened under the accounts of their keepers."""


def seen_in_words(verb: str, body: Mapping[str, Any] | None = None) -> str:
    """What a look showed; nothing for what is no look. `body`: what the entry keeps apart."""
    opened = what_was_opened(body or {})
    return _list([FIELDS.get(one, one) for one in opened]) if opened else str(SEEN.get(verb, ""))


def opened_in_words(opened: Iterable[str]) -> str:
    """What a look without a case opened, for who judges it."""
    return _list([OPENED.get(one, one) for one in opened])


def what_was_opened(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of it, from what the entry of the look keeps apart."""
    return (*body.get("fields", ()), *body.get("parts", ()))


def _list(things: Iterable[object]) -> str:
    return pgettext("between the things of a list", ", ").join(str(one) for one in things)
