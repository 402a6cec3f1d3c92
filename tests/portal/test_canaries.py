"""A walk through the whole portal as everybody, with twenty people nobody can be confused with.

Each of them is called by a sign no other text contains, in the name, the covered name, the address
and the answers. An answer with such a sign must have its entry naming that person, and an entry
about one of them must have an answer with the sign: no data without a trace, no trace for nothing.
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

from applications.models import Answers, Application
from applications.states import ENDED
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.models import Account, Message, Person, PersonDetail
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import ARRANGING, make_citizen, make_person, sign_in

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
    """A person of the walk: the sign no other text contains, and the identity number."""

    sign: str
    number: str


People = dict[UUID, Planted]


@dataclass
class Walk:
    """What was seen: answers, persons shown in them, persons named by their entries, and where one
    came without the other."""

    answers: int = 0
    shown: int = 0
    traced: int = 0
    without_trace: Counter = field(default_factory=Counter)
    without_answer: Counter = field(default_factory=Counter)


@pytest.fixture
def people(tmp_path: Path, settings) -> People:
    """The sample with its people renamed, and more people with cases of their own."""
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    call_command("load_sample", stdout=io.StringIO())
    known = list(Person.objects.order_by("created_at")[:PEOPLE])
    while len(known) < PEOPLE:
        person = make_person(name="新人", household_address="金雀路1号")
        make_handed_in(make_citizen(person=person), "CN014", name="新人")
        known.append(person)
    planted = {
        person.pk: Planted(sign, plant(person.pk, sign))
        for person, sign in zip(known, SIGNS, strict=True)
    }
    close_gate()
    return planted


def plant(person_id: UUID, sign: str) -> str:
    """Put the sign wherever this person's words lie; returns the person's number."""
    cases = Application.objects.filter(applicant_id=person_id)
    subjects = {person_id, *(one for case in cases for one in case.subjects)}
    record(actor=ARRANGING, verb="test.arranged", subjects=list(subjects))
    detail = PersonDetail.objects.get(pk=person_id)
    before, detail.name = detail.name, f"{sign}金雀"
    detail.household_address = f"{sign}路1号"
    detail.save()
    Person.objects.filter(pk=person_id).update(masked_name=f"{sign}**")
    own = cases.filter(subject_id=person_id).exclude(state__in=ENDED)  # an ended case stands
    own.update(masked_name=f"{sign}**")
    for model, column in ((Answers, "values"), (Message, "params")):
        rows = model.objects.filter(subject_id__in=subjects)
        for row in rows:
            setattr(row, column, renamed(getattr(row, column), before, detail.name))
            row.save(update_fields=[column])
    return detail.citizen_number.open_unrecorded()


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

    def __init__(self, account: Account | None, people: People, found: Walk) -> None:
        self.account, self.people, self.found = account, people, found
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
        for address, text in walk(self.client, STARTS[kind]):
            before = self.hold(address, text, before)

    def hold(
        self, address: str, text: str | None, before: int, asked: Collection[UUID] = ()
    ) -> int:
        """One answer against what was recorded since; returns the newest entry.

        Nobody can be looked for in a picture: it shows whom its entry names. An answer to a
        question about somebody's number is about them, also where it does not name them.
        """
        entries = AuditEntry.objects.filter(pk__gt=before)
        rows = AuditSubject.objects.filter(entry_id__in=entries.values("id"))
        traced = set(rows.values_list("subject", flat=True)) & self.people.keys()
        signs = {person: planted.sign for person, planted in self.people.items()}
        shown = traced if text is None else {one for one, sign in signs.items() if sign in text}
        if self.account is not None and self.account.kind != "citizen":
            self.found.without_answer[kind_of(address)] += len(traced - shown - set(asked))
        self.found.answers += 1
        self.found.shown += len(shown)
        self.found.traced += len(traced)
        self.found.without_trace[kind_of(address)] += len(shown - traced)
        return newest()


def test_no_data_without_a_trace_and_no_trace_without_data(people):
    found = Walk()
    accounts = Account.objects.exclude(kind="service").order_by("created_at")[:ACCOUNTS]
    for account in (None, *accounts):
        Visitor(account, people, found).walk_about()
    without_trace, without_answer = +found.without_trace, +found.without_answer
    print(f"{found.answers} answers; {found.shown} persons shown, {found.traced} named by entries")
    assert (without_trace, without_answer) == ({}, {})
    assert found.shown > 100
