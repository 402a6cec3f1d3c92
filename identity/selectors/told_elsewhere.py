"""Which acts people are told of by other pages than "who looked", whatever a hold keeps back.

Where such a page tells of an act, keeping back its entry would say nothing but that there is a
hold. The packages that have the pages register them.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localtime

from audit.kernel.registry import Registry
from audit.models import AuditEntry
from identity.models import DisclosureHold
from identity.selectors.held_back import NOTHING, looks_of, midnight

Doing = tuple[UUID | None, str, date]
"""Who did something, for which case, on which day."""


class Telling(ABC):
    """A page by which people read of acts in their own matters."""

    @abstractmethod
    def acts(self, subjects: Collection[UUID]) -> Q:
        """Those it tells whoever reads about these, as a condition on entries."""


tellings: Registry[Telling] = Registry("pages that tell of acts")


def told_elsewhere(hold: DisclosureHold, subjects: Collection[UUID]) -> Q:
    """What a hold would name and who reads about these is told all the same, as a condition on
    entries: the acts, and what the same officer saw and did for the same case on that day before,
    since an act without the look it needs would tell as much. One query, and those of the pages.
    """
    told = NOTHING
    for page in tellings:
        told |= tellings.get(page)().acts(subjects)
    acts = AuditEntry.objects.filter(looks_of(hold) & told).order_by("at")
    last: dict[Doing, datetime] = {}
    for actor, purpose, at in acts.values_list("actor", "purpose", "at"):
        last[actor, purpose, localtime(at).date()] = at
    with_looks = NOTHING
    for (actor, purpose, day), at in last.items():
        of_case = Q(actor=actor, purpose_kind="case", purpose=purpose)
        with_looks |= of_case & Q(at__gte=midnight(day), at__lte=at)
    return with_looks
