"""Coming back to the same person again and again without doing anything."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.events import Event
from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of

PAUSE = timedelta(minutes=30)


@RULES.register("repeated")
class Repeated(Rule):
    """One sitting over a case opens many pages of it; what counts is how often one comes back."""

    code = "repeated"
    name = _("Again and again without an act")
    looks_at = _(
        "How often, today and the day before, an officer came back to a person after half an hour"
        " or more, and did nothing for that person."
    )
    default = 4
    ceiling = 10

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        looks: dict[UUID, list[Event]] = defaultdict(list)
        helped: set[UUID] = set()
        for event in watch.events:
            if event.is_close:
                for subject in event.subjects:
                    looks[subject].append(event)
            elif event.is_act:
                helped |= event.subjects
        idle = [
            found
            for subject, found in looks.items()
            if subject not in helped and found[-1].entry in watch.new
        ]
        most = max(idle, key=_sittings, default=[])
        return evidence_of(watch, most, allowed, _sittings(most))

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d time back at one person", "%(n)d times back at one person", number
        ) % {"n": number}


def _sittings(looks: Sequence[Event]) -> int:
    returns = sum(later.at - earlier.at >= PAUSE for earlier, later in pairwise(looks))
    return bool(looks) + returns
