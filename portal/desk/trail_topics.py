"""What acts are about: the headings under which the search of the trail offers them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.desk.trail_words import VERBS

TOPICS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("Cases and their documents"),
        (
            "application.",
            "queue.",
            "attachment.",
            "case.",
            "outcome.",
            "value.",
            "number.",
            "alarm.seen",
        ),
    ),
    (_("Looks without a case"), ("person.looked_up", "lookup_review.")),
    (_("Questions about looks"), ("question.",)),
    (_("Looks that are shown later"), ("hold.",)),
    (_("Erasing words by law"), ("erasure.", "trail.words_erased")),
    (_("The trail and files of it"), ("trail.",)),
    (_("The sentinel"), ("alarm.", "sentinel.")),
    (
        _("Protection and families"),
        ("protection.", "relative.", "person.household_marked"),
    ),
    (_("Registers and contested values"), ("record.", "dispute.", "register.", "consent.")),
    (
        _("People, firms and mandates"),
        ("person.", "organisation.", "mandate.", "mandates.", "officer."),
    ),
    (_("Signing in, accounts and postings"), ("session.", "account.", "posting.")),
    (
        _("Own space and messages"),
        ("space.", "access.", "addresses.", "data.", "licences.", "message."),
    ),
    (_("Reports, tables and backups"), ("report.", "table.", "calendar.", "rules.", "backup.")),
)
"""Each with how its verbs begin. A verb belongs to the first that fits."""


def verbs_by_topic() -> dict[str, dict[str, str]]:
    """Every verb in words, under its heading; in the order in which things happen."""
    found: dict[str, dict[str, str]] = {str(words): {} for words, _begins in TOPICS}
    for verb, words in VERBS.items():
        found[topic_of(verb)][verb] = str(words)
    return found


def topic_of(verb: str) -> str:
    """The heading of a verb. LookupError for one that has none yet."""
    for words, begins in TOPICS:
        if verb.startswith(begins):
            return str(words)
    raise LookupError(f"{verb} has no heading: portal/desk/trail_topics.py")
