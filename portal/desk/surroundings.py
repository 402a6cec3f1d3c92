"""What the sentinel is told of people (see `audit.sentinel.surroundings.Surroundings`)."""

from collections.abc import Collection, Mapping
from datetime import time
from uuid import UUID

from applications.models import Application
from applications.selectors.others import everybody_in_each
from audit.sentinel.events import OfficeHours
from audit.sentinel.surroundings import Near, Terminal
from audit.trail import ObjectRef
from catalog.selectors.calendar import work_calendar
from identity.models import DisputeNotice
from identity.selectors.near import are_related, circles, near_among, protected_among
from identity.selectors.terminals import devices_of

CASE, DISPUTE = "applications.application", "identity.dispute"
OPENS, CLOSES = time(7), time(20)  # early and late shifts of service halls lie within


class PortalSurroundings:
    """Ids and digests only: no name is read, and no table behind the gate."""

    def near(self, accounts: Collection[UUID], subjects: Collection[UUID]) -> Mapping[UUID, Near]:
        return {
            account: Near(
                relatives=frozenset(circle.relatives),
                household=frozenset(circle.household),
                colleagues=frozenset(circle.colleagues),
            )
            for account, circle in circles(accounts, subjects).items()
        }

    def protected(self, subjects: Collection[UUID]) -> frozenset[UUID]:
        return protected_among(subjects)

    def whose(self, things: Collection[ObjectRef]) -> Mapping[ObjectRef, Collection[UUID]]:
        """Of cases and contested values: their index rows say it."""
        cases = Application.objects.filter(pk__in=_ids(things, CASE))
        people_in = everybody_in_each(cases)
        disputes = DisputeNotice.objects.filter(dispute__in=_ids(things, DISPUTE))
        return {
            **{ObjectRef(CASE, str(one.pk)): people for one, people in people_in.items()},
            **{ObjectRef(DISPUTE, str(one.dispute_id)): [one.subject_id] for one in disputes},
        }

    def terminals(self, sign_ins: Collection[str]) -> Mapping[str, list[Terminal]]:
        return {
            sign_in: [
                Terminal(device=one.device, first_seen=one.first_seen, is_strange=one.is_strange)
                for one in devices
            ]
            for sign_in, devices in devices_of(sign_ins).items()
        }

    def hours(self) -> OfficeHours:
        return OfficeHours(work_calendar(), OPENS, CLOSES)

    def are_related(self, one: UUID, other: UUID) -> bool:
        return are_related(one, other)

    def is_close(self, account: UUID, subjects: Collection[UUID]) -> bool:
        return bool(near_among(account, subjects))


def _ids(things: Collection[ObjectRef], kind: str) -> list[UUID]:
    return [UUID(one.id) for one in things if one.kind == kind]
