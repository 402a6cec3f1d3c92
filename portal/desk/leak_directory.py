"""Whose the values in a text are, many at once (see `audit.leaks.people.LeakDirectory`)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection

from applications.models import Application
from applications.selectors.others import everybody_in_each
from audit.kernel.actors import Actor, PurposeKind
from audit.leaks.people import MOST_HOLDERS, Holders, Pair
from audit.leaks.search import TRACED
from audit.leaks.values import Value
from identity.actions.mark_values import value_digest
from identity.models import Organisation
from identity.quota import Quota, take_any
from identity.selectors.numbered import digest_of_number, people_behind
from portal.desk.directory import PortalDirectory

TRACES = Quota(20, 60)


class PortalLeakDirectory(PortalDirectory):
    """The directory of the trail, and the numbers and values that leaked."""

    def take_trace(self, actor: Actor) -> None:
        take_any(actor, TRACED, TRACES, PurposeKind.DUTY)

    def people_of(self, numbers: Collection[str], codes: Collection[str]) -> Mapping[str, UUID]:
        by_digest = {digest_of_number(number): number for number in numbers}
        persons = people_behind(by_digest)
        firms = Organisation.objects.filter(credit_code__in=codes)
        return {
            **{by_digest[digest]: person for digest, person in persons.items()},
            **dict(firms.values_list("credit_code", "pk")),
        }

    def people_in_cases(self, references: Collection[str]) -> Mapping[str, list[UUID]]:
        cases = Application.objects.filter(reference__in=references)
        return {case.reference: people for case, people in everybody_in_each(cases).items()}

    def holders_of(self, values: Sequence[Value]) -> Mapping[Value, Holders]:
        found = _asked("identity_holders(%s::bytea[])", [_digests(values)])
        return {values[place]: holders for place, holders in found.items()}

    def holders_of_both(self, pairs: Sequence[Pair]) -> Mapping[Pair, Holders]:
        digests = [_digests([pair[side] for pair in pairs]) for side in (0, 1)]
        found = _asked("identity_holders_of_both(%s::bytea[], %s::bytea[])", digests)
        return {pairs[place]: holders for place, holders in found.items()}


def _digests(values: Sequence[Value]) -> list[bytes]:
    return [value_digest(value) for value in values]


def _asked(question: str, digests: list[list[bytes]]) -> dict[int, Holders]:
    """Whose data are behind each place of what was asked, from nought."""
    found: dict[int, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"select place - 1, subject from {question}", digests)  # noqa: S608 - ours
        for place, subject in cursor.fetchall():
            found[place].append(subject)
    return {
        place: Holders(tuple(people) if len(people) <= MOST_HOLDERS else ())
        for place, people in found.items()
    }
