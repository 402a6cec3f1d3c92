"""What the result page shows for a sentence."""

from dataclasses import dataclass, field
from datetime import date

from catalog.models import ServiceItem
from catalog.search.engine import Hit, find
from catalog.selectors.browse import Entry, entries_of

ASKED_FOR = 12
SHOWN = 6
CLEARLY = 1.15  # how far the best answer must lead to be called the one


@dataclass(frozen=True, slots=True)
class Results:
    """The best answer if there is one that stands out, and what may be meant otherwise.

    `fitting` are those of which none stands out, though each is what was asked for.
    """

    best: Entry | None
    others: list[Entry]
    fitting: list[Entry] = field(default_factory=list)


def results_for(sentence: str, *, region: str, today: date) -> Results:
    """Answers to a sentence: at most one that stands out, and five others."""
    hits = without_doubles(find(sentence, limit=ASKED_FOR, region=region))[:SHOWN]
    entries = entries_of([hit.item for hit in hits], today)
    fitting = sum(hit.confident for hit in hits)  # the best come first
    if fitting and (fitting == 1 or hits[0].score >= CLEARLY * hits[1].score):
        return Results(best=entries[0], others=entries[1:])
    return Results(best=None, fitting=entries[:fitting], others=entries[fitting:])


def without_doubles(hits: list[Hit]) -> list[Hit]:
    """Leave out listed items whose guide was found as well: it is the same thing twice."""
    found = {hit.item.pk for hit in hits if not hit.item.listed_only}
    doubles = set(
        ServiceItem.similar.through.objects.filter(from_serviceitem_id__in=found).values_list(
            "to_serviceitem_id", flat=True
        )
    )
    return [hit for hit in hits if hit.item.pk not in doubles]
