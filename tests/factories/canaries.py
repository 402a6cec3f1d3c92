"""Twenty people nobody can be confused with, their firms, and who of them is in whose case.

Each is called by a sign no other text contains, in the name, the covered name, the address, the
answers and the names of files; and each has a number, a telephone, a mail address, a user name, a
bank account, a day of birth and a document nobody else has. Some are named in cases of others, and
some act for others.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from uuid import UUID

import pikepdf
from allauth.account.models import EmailAddress

from applications.attachments.content import PDF, Content
from applications.attachments.store import store
from applications.models import Answers, Application, Attachment
from applications.selectors.others import about_any_of, everybody_in
from applications.states import ENDED
from audit.trail import record
from identity.models import Account, Message, Organisation, Person, PersonDetail
from identity.numbers import citizen_number_of
from identity.sealed.text import seal_text
from tests.conftest import close_gate
from tests.factories.citizen import told
from tests.factories.desk import make_handed_in
from tests.factories.identity import ARRANGING, make_citizen, make_mandate, make_person

PEOPLE = 20
ITEMS = ("CN014", "CN100")
SIGNS = [chr(0x3447 + 3 * number) for number in range(PEOPLE)]
SHOWN_IN_FRONT, SHOWN_AT_THE_END = 3, 2  # of a covered number


@dataclass(frozen=True)
class Planted:
    """Somebody of the walk: the signs no other text contains, the identity number, and the covered
    names of ended cases, which stand as they were."""

    signs: frozenset[str]
    number: str = ""
    covered: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether a text shows this person, by a sign or by one of these covered names."""
        return any(sign in text for sign in self.signs) or any(
            name in text and re.search(rf"(?<![\u4e00-\u9fff]){re.escape(name)}(?!\*)", text)
            for name in self.covered
        )


@dataclass(frozen=True)
class Own:
    """What is planted with the person of this place among the twenty."""

    place: int

    @property
    def sign(self) -> str:
        return SIGNS[self.place]

    @property
    def born(self) -> date:
        return date(1951 + self.place, 1 + self.place % 12, 3 + self.place)

    @property
    def phone(self) -> str:
        return f"177{31 + self.place}{1011 + 7 * self.place}{self.place:02}"

    @property
    def account(self) -> str:
        return f"62284803{self.place:02}{1009001 + 37 * self.place}{self.place:02}"

    @property
    def username(self) -> str:
        return f"sparrow-{chr(ord('a') + self.place)}"

    @property
    def mail(self) -> str:
        return f"{self.username}@goldfinch.example"

    @property
    def words(self) -> str:
        """What only the inside of a document says."""
        return f"goldfinch-{chr(ord('a') + self.place)}-inside"

    def signs(self, number: str, born: date) -> frozenset[str]:
        """What shows this person wherever it stands: the rest of a number a mask has to cover, and
        the day of birth as pages write days."""
        days = (f"{born}", f"{born.year}年{born.month}月{born.day}日", f"{born:{born.day} %b %Y}")
        hidden = (hidden_of(number), hidden_of(self.account), self.phone)
        return frozenset({self.sign, *hidden, self.username, self.words, *days})


def hidden_of(number: str) -> str:
    return number[SHOWN_IN_FRONT:-SHOWN_AT_THE_END]


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
        own = Own(len(known))
        number = citizen_number_of(f"511602{own.born:%Y%m%d}{own.place:03}")
        person = make_person(name="新人", number=number, household_address="金雀路1号")
        make_handed_in(make_citizen(person=person), ITEMS[own.place % 2], name="新人")
        known.append(person)
    firms = list(Organisation.objects.order_by("name"))
    world = World(
        people={one.pk: plant(one, Own(place)) for place, one in enumerate(known)},
        firms={one.pk: firm_as_it_is(one) for one in firms},
        led={one.pk: one.legal_representative_id for one in firms},
    )
    world.others = name_others(world.people)
    close_gate()
    return world


def plant(person: Person, own: Own) -> Planted:
    """Put the signs wherever this person's words lie."""
    cases = Application.objects.filter(applicant=person)
    named_in = Application.objects.filter(about_any_of([person.pk]))
    subjects = {person.pk, *(one for case in named_in for one in case.subjects)}
    record(actor=ARRANGING, verb="test.arranged", subjects=list(subjects))
    detail = PersonDetail.objects.get(pk=person)
    before, detail.name = detail.name, f"{own.sign}金雀"
    detail.household_address, detail.phone = f"{own.sign}路1号", own.phone
    detail.save()
    Person.objects.filter(pk=person.pk).update(masked_name=f"{own.sign}**")
    mine = cases.filter(subject_id=person.pk)
    mine.exclude(state__in=ENDED).update(masked_name=f"{own.sign}**")  # an ended case stands
    rename(subjects, before, detail.name)
    number = detail.citizen_number.open_unrecorded()
    for case in cases:
        plant_in_case(case, own, number)
    name_account(person, own)
    covered = covered_in_ended(person.pk)
    return Planted(own.signs(number, detail.birth_date), number, covered)


def plant_in_case(case: Application, own: Own, number: str) -> None:
    """The numbers of this person in the answers, and a document in place of each file."""
    answers = Answers.objects.get(application=case)
    for key, value, mask in (
        ("phone", own.phone, ""),
        ("citizen_number", number, "number"),
        ("bank_account", own.account, "number"),
    ):
        if mask:
            place = f"applications_answers.values:{case.pk}:{key}"
            value = seal_text(value, place, mask=mask)
        if key in answers.values or key == "bank_account":
            answers.values[key] = told(value)
    answers.save(update_fields=["values"])
    data = document_saying(own.words)
    for file in Attachment.objects.filter(application=case):
        file.name, file.content_type, file.size = f"{own.sign}证明.pdf", PDF, len(data)
        file.stored_as = store(Content(PDF, data))
        file.save()


def name_account(person: Person, own: Own) -> None:
    """Another user name and mail address; who is known as an officer alone has no account."""
    Account.objects.filter(person=person).update(username=own.username)
    EmailAddress.objects.filter(user__person=person).delete()
    for account in Account.objects.filter(person=person):
        EmailAddress.objects.create(user=account, email=own.mail, verified=True, primary=True)


def document_saying(words: str) -> bytes:
    """A PDF with these words in its text, packed as programs pack it."""
    out = BytesIO()
    document = pikepdf.new()
    page = document.add_blank_page()
    page.contents_add(document.make_stream(f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET".encode()))
    document.save(out, compress_streams=True)
    return out.getvalue()


def firm_as_it_is(firm: Organisation) -> Planted:
    """Name and code of a firm are facts of the public register, which nobody here changes: they are
    its signs."""
    signs = frozenset({firm.name, firm.credit_code})
    return Planted(signs, covered=covered_in_ended(firm.pk))


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
        name = f"{SIGNS[known.index(other)]}金雀"
        case = make_handed_in(
            Account.objects.get(person=applicant),
            "CN005",
            name=f"{SIGNS[known.index(applicant)]}金雀",
            marital_status="married",
            spouse_name=name,
            spouse_number=people[other].number,
        )
        Application.objects.filter(pk=case.pk).update(
            masked_name=f"{SIGNS[known.index(applicant)]}**"
        )
        found[case.reference] = (applicant, other)
    return found


def make_helper(person_id: UUID, **giver: object) -> Account:
    """The account of this person, who may now see and do for the giver what the giver could."""
    every = list(Application.objects.values_list("item__code", flat=True).distinct())
    make_mandate(holder_id=person_id, item_codes=every, verbs=["view", "submit"], **giver)
    return Account.objects.get(person=person_id)
