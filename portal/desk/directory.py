"""Names for the ids of the trail, and ids for what a supervisor types."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from audit.directory import Finding, KnownCase, Match, Post, Review
from audit.kernel.actors import Actor, Capacity
from audit.models import AuditEntry
from audit.trail import ObjectRef
from catalog.models import Department
from catalog.models.region import beginning_of
from identity.models import Account, Organisation, Person, PersonDetail, PersonNumber, Posting
from identity.numbers import normalise, read_citizen_number
from identity.selectors.accounts import accounts_of_the_same, same_accounts
from identity.selectors.kept_in_the_room import entries_against
from identity.selectors.numbered import digest_of_number
from portal.desk.case_story import known_case
from portal.desk.found import found_by_others
from portal.desk.matching import matching
from portal.desk.numbered import pages_of_number
from portal.desk.reviews import reviews_of
from portal.desk.trail_details import details_in_words
from portal.desk.trail_topics import verbs_by_topic
from portal.desk.trail_words import (
    actor_in_words,
    capacity_in_words,
    groups_in_words,
    kind_in_words,
    purpose_in_words,
    verb_in_words,
)


class PortalDirectory:
    """The directory the pages of the trail ask (see `audit.selectors.Directory`)."""

    def names(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        persons = Person.objects.filter(pk__in=subjects).values_list("pk", "masked_name")
        organisations = Organisation.objects.filter(pk__in=subjects).values_list("pk", "name")
        return {**dict(persons), **dict(organisations)}

    def find_person(self, number: str) -> UUID | None:
        return person_of_number(number)

    def is_number(self, typed: str) -> bool:
        return read_citizen_number(typed) is not None

    def find_case(self, reference: str) -> KnownCase | None:
        return known_case(reference)

    def departments(self, codes: Collection[str]) -> Mapping[str, str]:
        rows = Department.objects.filter(code__in=codes)
        return {department.code: department.display_name for department in rows}

    def offices(self, region: str) -> Mapping[str, str]:
        rows = Department.objects.filter(region__code__startswith=beginning_of(region))
        names = {department.code: department.display_name for department in rows}
        return dict(sorted(names.items(), key=lambda one: one[1]))

    def post(self, officer: str) -> Post | None:
        posting = Posting.objects.select_related("department").filter(officer_code=officer).first()
        if posting is None:
            return None
        return Post(
            account=posting.account_id,
            capacity=posting.capacity,
            department=posting.department.code,
        )

    def numbers(self, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        persons = PersonDetail.objects.filter(pk__in=subjects).only("citizen_number")
        codes = Organisation.objects.filter(pk__in=subjects).values_list("pk", "credit_code")
        return {**{one.pk: str(one.citizen_number) for one in persons}, **dict(codes)}

    def accounts_of(self, actor: Actor) -> Iterable[UUID]:
        return accounts_of_the_same(actor)

    def officers_behind(self, subjects: Collection[UUID]) -> Collection[UUID]:
        leaders = Organisation.objects.filter(pk__in=subjects).values("legal_representative")
        people = Q(private_person__in=subjects) | Q(private_person__in=leaders)
        return list(Account.objects.filter(people).values_list("pk", flat=True))

    def codes_of_supervisors(self) -> Collection[str]:
        supervisors = Posting.objects.not_ended().filter(capacity=Capacity.SUPERVISOR)
        accounts = same_accounts(supervisors.values_list("account", flat=True).distinct())
        return list(
            Posting.objects.filter(account__in=accounts).values_list("officer_code", flat=True)
        )

    def verb_groups(self) -> Mapping[str, tuple[str, Collection[str]]]:
        return groups_in_words()

    def verbs(self) -> Mapping[str, Mapping[str, str]]:
        return verbs_by_topic()

    def verb(self, verb: str) -> str:
        return verb_in_words(verb)

    def capacity(self, capacity: str) -> str:
        return capacity_in_words(capacity)

    def purpose(self, kind: str, code: str) -> str:
        return purpose_in_words(kind, code)

    def kind(self, object_kind: str) -> str:
        return kind_in_words(object_kind)

    def actor(self, label: str, capacity: str) -> str:
        return actor_in_words(label, capacity)

    def matching(self, typed: str, region: str) -> list[Match]:
        return matching(typed, region)

    def pages(self, typed: str, actor: Actor) -> list[Match]:
        return pages_of_number(typed, actor)

    def kept_from(self, actor: Actor) -> Q:
        return entries_against(actor)

    def reviews(self, entries: Collection[int]) -> Mapping[int, Review]:
        return {
            entry: Review(reverse("desk:review", args=[one.reference]), one.get_state_display())
            for entry, one in reviews_of(entries).items()
        }

    def found_by_others(
        self, actor: Actor, entries: Collection[AuditEntry], but: ObjectRef
    ) -> list[Finding]:
        return found_by_others(actor, entries, but)

    def details(self, found: Mapping[AuditEntry, Mapping[str, Any]]) -> Mapping[int, str]:
        return details_in_words(found)


def person_of_number(number: str) -> UUID | None:
    """The person of an identity number; None for numbers nobody has, and for what is none."""
    if read_citizen_number(number) is None:
        return None
    digest = digest_of_number(number)
    found = PersonNumber.objects.filter(digest=digest).values_list("person_id", flat=True)
    return found.first()


def subject_of_number(number: str) -> UUID | None:
    """The person of an identity number, or the organisation of a credit code; None for others."""
    firms = Organisation.objects.filter(credit_code=normalise(number))
    return person_of_number(number) or firms.values_list("pk", flat=True).first()
