"""What the result page shows for a sentence."""

from dataclasses import dataclass
from datetime import date

from catalog.models import ServiceItem
from catalog.search.engine import Hit, find
from catalog.selectors.browse import Entry, entries_of

ASKED_FOR = 12
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Results:
    """The best answer if there is a sure one, and what may be meant otherwise."""

    best: Entry | None
    others: list[Entry]


def results_for(sentence: str, *, region: str, today: date) -> Results:
    """Answers to a sentence: at most one sure answer and five others."""
    hits = without_doubles(find(sentence, limit=ASKED_FOR, region=region))[:SHOWN]
    entries = entries_of([hit.item for hit in hits], today)
    if hits and hits[0].confident:
        return Results(best=entries[0], others=entries[1:])
    return Results(best=None, others=entries)


def without_doubles(hits: list[Hit]) -> list[Hit]:
    """Leave out listed items whose guide was found as well: it is the same thing twice."""
    found = {hit.item.pk for hit in hits if not hit.item.listed_only}
    doubles = set(
        ServiceItem.similar.through.objects.filter(from_serviceitem_id__in=found).values_list(
            "to_serviceitem_id", flat=True
        )
    )
    return [hit for hit in hits if hit.item.pk not in doubles]
