"""Twenty people nobody can be confused with, their firms, and who of them is in whose case.

Each is called by a sign no other text contains, in the name, the covered name, the address and the
answers; some are named in cases of others, and some act for others.
"""

import re
from dataclasses import dataclass, field
from uuid import UUID

from applications.models import Answers, Application
from applications.selectors.others import about_any_of, everybody_in
from applications.states import ENDED
from audit.trail import record
from identity.models import Account, Message, Organisation, Person, PersonDetail
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import ARRANGING, make_citizen, make_mandate, make_person

PEOPLE = 20
SIGNS = [chr(0x3447 + 3 * number) for number in range(PEOPLE)]


@dataclass(frozen=True)
class Planted:
    """Somebody of the walk: the sign no other text contains, the identity number, and the covered
    names of ended cases, which stand as they were."""

    sign: str
    number: str = ""
    covered: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether a text shows this person, by the sign or by one of these covered names."""
        names = (re.escape(name) for name in self.covered)
        ended = (re.search(rf"(?<![\u4e00-\u9fff]){name}(?!\*)", text) for name in names)
        return self.sign in text or any(ended)


People = dict[UUID, Planted]
Others = dict[str, tuple[UUID, UUID]]  # reference of a case: who applied, and who else is in it


@dataclass
class World:
    """Who there is: people and firms by their signs, whose firms they are, and the cases in which
    others are named."""

    people: People
    firms: People
    led: dict[UUID, UUID]
    others: Others = field(default_factory=dict)

    def everybody(self) -> People:
        return {**self.people, **self.firms}

    def affairs_of(self, person_id: UUID | None) -> set[UUID]:
        """The person and the firms this person leads."""
        led = {firm for firm, leader in self.led.items() if leader == person_id}
        return {person_id, *led} if person_id else set()

    def in_case(self, text: str) -> set[UUID]:
        """Everybody in the cases of these numbers."""
        numbers = re.findall(r"YB-\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
        cases = Application.objects.filter(reference__in=numbers)
        return {one for case in cases for one in everybody_in(case)}


def make_world() -> World:
    """The people of the sample renamed, and more people with cases of their own."""
    known = list(Person.objects.order_by("created_at")[:PEOPLE])
    while len(known) < PEOPLE:
        person = make_person(name="新人", household_address="金雀路1号")
        make_handed_in(make_citizen(person=person), "CN014", name="新人")
        known.append(person)
    firms = list(Organisation.objects.order_by("name"))
    world = World(
        people={one.pk: plant(one.pk, sign) for one, sign in zip(known, SIGNS, strict=True)},
        firms={one.pk: firm_as_it_is(one) for one in firms},
        led={one.pk: one.legal_representative_id for one in firms},
    )
    world.others = name_others(world.people)
    close_gate()
    return world


def plant(person_id: UUID, sign: str) -> Planted:
    """Put the sign wherever this person's words lie."""
    cases = Application.objects.filter(applicant_id=person_id)
    named_in = Application.objects.filter(about_any_of([person_id]))
    subjects = {person_id, *(one for case in named_in for one in case.subjects)}
    record(actor=ARRANGING, verb="test.arranged", subjects=list(subjects))
    detail = PersonDetail.objects.get(pk=person_id)
    before, detail.name = detail.name, f"{sign}金雀"
    detail.household_address = f"{sign}路1号"
    detail.save()
    Person.objects.filter(pk=person_id).update(masked_name=f"{sign}**")
    own = cases.filter(subject_id=person_id)
    own.exclude(state__in=ENDED).update(masked_name=f"{sign}**")  # an ended case stands
    rename(subjects, before, detail.name)
    return Planted(sign, detail.citizen_number.open_unrecorded(), covered_in_ended(person_id))


def firm_as_it_is(firm: Organisation) -> Planted:
    """A firm's name is a fact of the public register, which nobody here changes: it is its sign."""
    return Planted(firm.name, covered=covered_in_ended(firm.pk))


def rename(subjects: set[UUID], before: str, name: str) -> None:
    """Another name in the answers of these cases and the messages to their people."""
    for model, column in ((Answers, "values"), (Message, "params")):
        for row in model.objects.filter(subject_id__in=subjects):
            setattr(row, column, renamed(getattr(row, column), before, name))
            row.save(update_fields=[column])


def covered_in_ended(subject_id: UUID) -> frozenset[str]:
    """The covered names nobody can change any more, where nobody else has the same."""
    ended = Application.objects.filter(state__in=ENDED).exclude(submitted_at=None)
    others = ended.exclude(subject_id=subject_id).values("masked_name")
    own = ended.filter(subject_id=subject_id).exclude(masked_name__in=others)
    return frozenset(own.values_list("masked_name", flat=True))


def renamed(value, before: str, name: str):
    """The same words with another name in them."""
    if isinstance(value, str):
        return value.replace(before, name)
    if isinstance(value, dict):
        return {key: renamed(one, before, name) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, before, name) for one in value]
    return value


def name_others(people: People) -> Others:
    """Cases of some of them in which others of them are named."""
    found: Others = {}
    known = list(people)
    for applicant, other in zip(known[:4], known[4:8], strict=True):
        name = f"{people[other].sign}金雀"
        case = make_handed_in(
            Account.objects.get(person=applicant),
            "CN005",
            name=f"{people[applicant].sign}金雀",
            marital_status="married",
            spouse_name=name,
            spouse_number=people[other].number,
        )
        Application.objects.filter(pk=case.pk).update(masked_name=f"{people[applicant].sign}**")
        found[case.reference] = (applicant, other)
    return found


def make_helper(person_id: UUID, **giver: object) -> Account:
    """The account of this person, who may now see and do for the giver what the giver could."""
    every = list(Application.objects.values_list("item__code", flat=True).distinct())
    make_mandate(holder_id=person_id, item_codes=every, verbs=["view", "submit"], **giver)
    return Account.objects.get(person=person_id)
