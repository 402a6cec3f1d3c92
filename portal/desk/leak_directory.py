"""Who the numbers in a text belong to, many at once (see `audit.leaks.people.LeakDirectory`)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from applications.models import Application
from audit.kernel.actors import Actor, PurposeKind
from audit.leaks.facts import Facts
from audit.leaks.people import Confirmed
from audit.leaks.search import TRACED
from identity.models import Organisation, PersonDetail, PersonNumber
from identity.quota import Quota, take_any
from identity.sealed.index import blind_index
from identity.sealed.masks import mask_phone
from portal.desk.directory import CITIZEN_NUMBER, PortalDirectory

TRACES = Quota(20, 60)


class PortalLeakDirectory(PortalDirectory):
    """The directory of the trail, and the numbers that leaked."""

    def take_trace(self, actor: Actor) -> None:
        take_any(actor, TRACED, TRACES, PurposeKind.DUTY)

    def people_of(self, numbers: Collection[str], codes: Collection[str]) -> Mapping[str, UUID]:
        by_digest = {blind_index(CITIZEN_NUMBER, number): number for number in numbers}
        rows = PersonNumber.objects.filter(digest__in=list(by_digest))
        persons = rows.values_list("digest", "person_id")
        firms = Organisation.objects.filter(credit_code__in=codes)
        return {
            **{by_digest[bytes(digest)]: person for digest, person in persons},
            **dict(firms.values_list("credit_code", "pk")),
        }

    def people_in_cases(self, references: Collection[str]) -> Mapping[str, list[UUID]]:
        cases = Application.objects.filter(reference__in=references)
        return {case.reference: case.subjects for case in cases}

    def confirmed(self, people: Collection[UUID], text: str, facts: Facts) -> Confirmed:
        """Names are compared as they are written, mobiles by what their mask shows."""
        masks = {mask_phone(phone) for phone in facts.phones}
        details = list(PersonDetail.objects.filter(pk__in=people))
        return Confirmed(
            names=sum(detail.name in text for detail in details),
            phones=sum(str(detail.phone) in masks for detail in details if detail.phone),
        )
