"""Which kinds of somebody's data a look shows, in plain words: one place for all verbs of looking.

It says what the page behind the verb shows at most; which single value or document it was, the
entry's own detail says where it has one.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEEN: dict[str, Promise] = {
    "application.viewed": _(
        "your name, identity number and telephone with figures covered, what you wrote in the"
        " form, the list of your documents"
    ),
    "application.rules.viewed": _("which rules the case keeps, and the answers they rest on"),
    "attachment.viewed": _("one document of the case"),
    "outcome.viewed": _("the decision letter"),
    "value.revealed": _("one value in full that is covered otherwise"),
    "person.looked_up": _(
        "your name, your identity number with figures covered, the numbers of your open cases"
    ),
    "dispute.viewed": _(
        "your name, your identity number with figures covered, the value in the register and what"
        " you say about it"
    ),
    "trail.viewed": _("your name with a part covered, and who did what with your data"),
    "trail.exported": _(
        "your name and identity number with figures covered, and who did what with your data, in a"
        " file that two allowed"
    ),
    "trail.leak_traced": _("which officers had looked at you; nothing of your data itself"),
    "question.viewed": _(
        "your name, your identity number with figures covered, the look you ask about and your"
        " words"
    ),
    "hold.viewed": _("your name with a part covered, and why looks are shown to you later"),
}

NAMED_IN_IT: Promise = _("what is written about you in it")
"""What is said of a case of other people, whatever the page shows: not even its kinds of data."""

OWN_ONLY = frozenset(
    {
        "access.viewed",
        "application.own.viewed",
        "data.exported",
        "licences.viewed",
        "mandates.viewed",
        "message.viewed",
        "record.viewed",
        "space.viewed",
    }
)
"""Looks only the people themselves and those who act for them can take."""

ABOUT_NOBODY = frozenset({"report.viewed", "report.exported"})
"""Looks at what names no person."""


def seen_in_words(verb: str) -> str:
    """What a look showed; nothing for what is no look."""
    return str(SEEN.get(verb, ""))
