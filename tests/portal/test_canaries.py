"""A walk through the whole portal as everybody, with twenty people nobody can be confused with.

Each of them is called by a sign no other text contains, in the name, the covered name, the address
and the answers; some are named in cases of others. An answer with such a sign must have its entry
naming that person, and an entry about one of them must have an answer with the sign: no data
without a trace, no trace for nothing. Only what applicants wrote about others, or a register says
about themselves, they read without naming these (decision 17).
"""

import io
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from applications.models import Answers, Application, Outcome
from applications.selectors.others import about_any_of
from applications.states import ENDED
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.models import Account, Message, Person, PersonDetail
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import ARRANGING, make_citizen, make_person, sign_in
from tests.factories.rules import put_rules_of_the_file

pytestmark = pytest.mark.django_db

PEOPLE = 20
SIGNS = [chr(0x3447 + 3 * number) for number in range(PEOPLE)]
PAGES = 60
ACCOUNTS = 18
A_KIND = 3  # pages of one kind that are looked at
LINK = re.compile(r'href="(/[^"#]*)"')
VARYING = re.compile(r"[A-Z]{2}-\d{4}-[0-9A-Z-]{9}|[0-9a-f-]{36}|\d+|(?<==)[^&]+")
READABLE = re.compile(r"text/|application/(json|problem)")
AWAY = re.compile(r"^/(static|admin/(sign-out|jsi18n)|sign-out|preferences|account)|/sign-in/")
STARTS = {
    "staff": ["/admin/", "/admin/desk/", "/admin/trail/", "/admin/reports/"],
    "citizen": ["/my/", "/my/access/", "/my/records/", "/my/messages/", "/api/v1/cases/", "/"],
    "": ["/", "/track/", "/trust/", "/open/", "/api/v1/", "/my/", "/admin/"],
}


@dataclass(frozen=True)
class Planted:
    """A person of the walk: the sign no other text contains, the identity number, and the covered
    names of ended cases, which stand as they were."""

    sign: str
    number: str
    covered: frozenset[str] = frozenset()

    def is_in(self, text: str) -> bool:
        """Whether a text shows this person, by the sign or by one of these covered names."""
        names = (re.escape(name) for name in self.covered)
        ended = (re.search(rf"(?<![\u4e00-\u9fff]){name}(?!\*)", text) for name in names)
        return self.sign in text or any(ended)


People = dict[UUID, Planted]
Others = dict[str, tuple[UUID, UUID]]  # reference of a case: who applied, and who else is in it


@dataclass
class Walk:
    """What was seen: answers, persons shown in them, persons named by their entries, and where one
    came without the other."""

    answers: int = 0
    shown: int = 0
    traced: int = 0
    others: int = 0
    own_words: int = 0
    letters: int = 0
    without_trace: Counter = field(default_factory=Counter)
    without_answer: Counter = field(default_factory=Counter)


@pytest.fixture
def people(tmp_path: Path, settings) -> People:
    """The sample with its people renamed, and more people with cases of their own."""
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    put_rules_of_the_file()
    call_command("load_sample", stdout=io.StringIO())
    known = list(Person.objects.order_by("created_at")[:PEOPLE])
    while len(known) < PEOPLE:
        person = make_person(name="新人", household_address="金雀路1号")
        make_handed_in(make_citizen(person=person), "CN014", name="新人")
        known.append(person)
    planted = {
        person.pk: Planted(sign, plant(person.pk, sign), covered_in_ended(person.pk))
        for person, sign in zip(known, SIGNS, strict=True)
    }
    close_gate()
    return planted


@pytest.fixture
def others(people: People) -> Others:
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


def plant(person_id: UUID, sign: str) -> str:
    """Put the sign wherever this person's words lie; returns the person's number."""
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
    for model, column in ((Answers, "values"), (Message, "params")):
        rows = model.objects.filter(subject_id__in=subjects)
        for row in rows:
            setattr(row, column, renamed(getattr(row, column), before, detail.name))
            row.save(update_fields=[column])
    return detail.citizen_number.open_unrecorded()


def covered_in_ended(person_id: UUID) -> frozenset[str]:
    """The covered names nobody can change any more, where nobody else has the same."""
    ended = Application.objects.filter(state__in=ENDED).exclude(submitted_at=None)
    others = ended.exclude(subject_id=person_id).values("masked_name")
    own = ended.filter(subject_id=person_id).exclude(masked_name__in=others)
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


def kind_of(address: str) -> str:
    return VARYING.sub("*", address)


def walk(client: Client, starts: list[str]) -> Iterator[tuple[str, str | None]]:
    """Every page that can be reached by links, a few of each kind; address and text, None for
    pictures and documents."""
    waiting, seen, kinds = deque(starts), set(starts), Counter()
    while waiting and len(seen) < PAGES * 10 and sum(kinds.values()) < PAGES:
        address = waiting.popleft()
        kinds[kind_of(address)] += 1
        if kinds[kind_of(address)] > A_KIND:
            kinds[kind_of(address)] -= 1
            continue
        response = client.get(address)
        if not READABLE.match(response.get("Content-Type", "text/html")):
            yield address, None
            continue
        text = response.content.decode()
        yield address, text
        if response.status_code in (301, 302):
            found = [response["Location"]]
        else:
            found = [link.replace("&amp;", "&") for link in LINK.findall(text)]
        for link in found:
            if link.startswith("/") and link not in seen and not AWAY.search(link):
                seen.add(link)
                waiting.append(link)


def errands(account: Account | None, people: People) -> Iterator[tuple[str, dict[str, str]]]:
    """What somebody asks for by a form: address and what is typed."""
    numbers = [planted.number for planted in people.values()]
    posting = account.postings.first() if account else None
    capacity = posting.capacity if posting else ""
    if capacity == "supervisor":
        for number in numbers:
            yield "/admin/trail/", {"number": number}
        days = {"since": "2020-01-01", "until": f"{timezone.localdate():%Y-%m-%d}"}
        yield "/admin/trail/leaks/", {"text": " ".join(numbers), "inquiry": "2026-12", **days}
    if capacity == "clerk":
        for _time in range(4):
            yield "/admin/desk/next/", {}
    if capacity in ("clerk", "superior"):
        for number in numbers[-4:]:
            yield (
                "/admin/lookup/",
                {"number": number, "reason": "called", "why": "来电问进度，核对"},
            )


def newest() -> int:
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


class Visitor:
    """Walks as somebody and holds every answer against the entries of its request."""

    def __init__(
        self, account: Account | None, people: People, others: Others, found: Walk
    ) -> None:
        self.account, self.people, self.found = account, people, found
        self.others = others
        self.person = account.person_id if account else None
        self.client = Client()
        if account is not None:
            sign_in(self.client, account, fresh=account.kind == "staff")

    def walk_about(self) -> None:
        before = newest()
        for address, typed in errands(self.account, self.people):
            answer = self.client.post(address, typed, follow=True)
            said = " ".join(typed.values())
            asked = {one for one, planted in self.people.items() if planted.number in said}
            before = self.hold(address, answer.content.decode(), before, asked)
        kind = self.account.kind if self.account else ""
        letters = [f"/trust/?code={one.code}" for one in Outcome.objects.order_by("issued_at")]
        own = [
            case for case, (applicant, _other) in self.others.items() if applicant == self.person
        ]
        first = [f"/my/cases/{case}/handed-in/" for case in own] if kind else letters
        for address, text in walk(self.client, [*first, *STARTS[kind]]):
            before = self.hold(address, text, before)

    def hold(
        self, address: str, text: str | None, before: int, asked: Collection[UUID] = ()
    ) -> int:
        """One answer against what was recorded since; returns the newest entry.

        Nobody can be looked for in a picture: it shows whom its entry names. An answer to a
        question about somebody's number is about them, also where it does not name them, and every
        page of a case is about everybody in it.
        """
        entries = AuditEntry.objects.filter(pk__gt=before)
        rows = AuditSubject.objects.filter(entry_id__in=entries.values("id"))
        traced = set(rows.values_list("subject", flat=True)) & self.people.keys()
        people = self.people.items()
        shown = traced if text is None else {one for one, who in people if who.is_in(text)}
        if self.account is not None and self.account.kind != "citizen":
            in_case = {
                other
                for case, (_by, other) in self.others.items()
                if case in address + (text or "")
            }
            untold = traced - shown - set(asked) - in_case
            self.found.without_answer[kind_of(address)] += len(untold)
        self.found.answers += 1
        self.found.shown += len(shown)
        self.found.traced += len(traced)
        self.found.others += any(
            case in address and other in shown & traced
            for case, (_by, other) in self.others.items()
        )
        self.found.letters += address.startswith("/trust/?code=") and bool(shown & traced)
        own_words = self.own_words(address) & shown
        self.found.own_words += len(own_words)
        self.found.without_trace[kind_of(address)] += len(shown - traced - own_words)
        return newest()

    def own_words(self, address: str) -> set[UUID]:
        """Whom the visitor, who applied, named in the case this address is about."""
        return {
            other
            for case, (applicant, other) in self.others.items()
            if case in address and applicant == self.person
        }


def test_no_data_without_a_trace_and_no_trace_without_data(people, others):
    found = Walk()
    accounts = Account.objects.exclude(kind="service").order_by("created_at")[:ACCOUNTS]
    for account in (None, *accounts):
        Visitor(account, people, others, found).walk_about()
    without_trace, without_answer = +found.without_trace, +found.without_answer
    print(
        f"{found.answers} answers; {found.shown} persons shown, {found.traced} named by entries;"
        f" {found.others} in cases of others"
    )
    assert (without_trace, without_answer) == ({}, {})
    assert found.shown > 100
    assert found.others > 0
    assert found.own_words > 0
    assert found.letters > 0
