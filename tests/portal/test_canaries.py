"""A walk through the whole portal as everybody, with twenty people nobody can be confused with.

Each of them, and each of their firms, is called by a sign no other text contains. An answer with
such a sign must have its entry naming that person, and an entry about one of them must have an
answer about that person: no data without a trace, no trace for nothing. Only what applicants wrote
about others, or a register says about themselves, they read without naming these (decision 17).
An answer about somebody who is not called in it is one to a question of who reads it: what there is
of mine, how my case goes, who has this number. To be told that it is not there, or elsewhere, is
none.
"""

import io
import json
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from applications.models import Application, Outcome
from applications.states import State
from audit.models import AuditEntry, AuditSubject
from identity.models import Account
from tests.factories.canaries import World, make_helper, make_world
from tests.factories.identity import sign_in
from tests.factories.rules import put_rules_of_the_file

pytestmark = pytest.mark.django_db

PAGES = 60
ACCOUNTS = 18
A_KIND = 3  # pages of one kind that are looked at
LINK = re.compile(r'href="(/[^"#]*)"')
VARYING = re.compile(r"[A-Z]{2}-\d{4}-[0-9A-Z-]{9}|[0-9a-f-]{36}|\d+|(?<==)[^&]+")
READABLE = re.compile(r"text/|application/(json|problem)")
AWAY = re.compile(r"^/(static|admin/(sign-out|jsi18n)|sign-out|preferences|account)|/sign-in/")
OK = 200
ROLES = {"nobody", "officer", "program", "citizen", "helper", "leader"}
CASES, DESK = "/api/v1/cases/", "/api/v1/desk/cases/"
OWN_ROOMS = re.compile(r"^/(my/(access|export|licences|records)|api/v1/cases)/")
MANDATES, EXPORT = "/my/mandates/", "/my/export/"
PAGES_OF_A_CASE = [
    *(f"/apply/{{}}/{page}" for page in ("resume/", "consent/", "papers/", "materials/", "check/")),
    *(f"/apply/{{}}/{page}" for page in ("receipt/", "correction/")),
    *(f"/my/cases/{{}}/{page}" for page in ("", "handed-in/", "outcome/", "outcome/file/")),
    *(f"/my/cases/{{}}/{page}" for page in ("withdraw/", "proof/")),
    f"{CASES}{{}}/",
]


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
    roles: Counter = field(default_factory=Counter)
    without_trace: Counter = field(default_factory=Counter)
    without_answer: Counter = field(default_factory=Counter)


@pytest.fixture
def world(tmp_path: Path, settings) -> World:
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    put_rules_of_the_file()
    call_command("load_sample", stdout=io.StringIO())
    return make_world()


def kind_of(address: str) -> str:
    return VARYING.sub("*", address)


def text_of(response: HttpResponse) -> str | None:
    """What can be read of an answer; None of pictures and documents."""
    readable = READABLE.match(response.get("Content-Type", "text/html"))
    return response.content.decode() if readable else None


def links_of(response: HttpResponse) -> list[str]:
    if response.status_code in (301, 302):
        return [response["Location"]]
    return [link.replace("&amp;", "&") for link in LINK.findall(text_of(response) or "")]


def walk(client: Client, starts: list[str]) -> Iterator[tuple[str, HttpResponse]]:
    """Every page that can be reached by links, a few of each kind."""
    waiting, seen, kinds = deque(starts), set(starts), Counter()
    while waiting and len(seen) < PAGES * 10 and sum(kinds.values()) < PAGES:
        address = waiting.popleft()
        kinds[kind_of(address)] += 1
        if kinds[kind_of(address)] > A_KIND:
            kinds[kind_of(address)] -= 1
            continue
        response = client.get(address)
        yield address, response
        for link in links_of(response):
            if link.startswith("/") and link not in seen and not AWAY.search(link):
                seen.add(link)
                waiting.append(link)


def newest() -> int:
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


class Visitor:
    """Walks as nobody and holds every answer against the entries of its request."""

    role = "nobody"
    first: ClassVar = ["/", "/track/", "/trust/", "/open/", "/api/v1/", "/my/", "/admin/"]

    def __init__(self, world: World, found: Walk) -> None:
        self.world, self.found = world, found
        self.client = Client()
        self.before = newest()

    def walk_about(self) -> None:
        for address, typed in self.errands():
            self.hold(address, self.client.post(address, typed, follow=True), typed)
        for address, response in walk(self.client, self.starts()):
            self.hold(address, response)

    def errands(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What is asked for by a form: address and what is typed."""
        yield from ()

    def starts(self) -> list[str]:
        letters = [f"/trust/?code={one.code}" for one in Outcome.objects.order_by("issued_at")]
        return [*letters, *self.first]

    def is_about(self, address: str, response: HttpResponse, typed: Any) -> Collection[UUID]:
        """Whom an answer is about, also where no sign of theirs is in it."""
        return ()

    def own_words(self, address: str, response: HttpResponse) -> set[UUID]:
        """Whom the visitor named in a case this answer is about."""
        return set()

    def hold(self, address: str, response: HttpResponse, typed: Any = None) -> None:
        """One answer against what was recorded since.

        Nobody can be looked for in a picture: it shows whom its entry names.
        """
        everybody, text = self.world.everybody(), text_of(response)
        entries = AuditEntry.objects.filter(pk__gt=self.before)
        rows = AuditSubject.objects.filter(entry_id__in=entries.values("id"))
        traced = set(rows.values_list("subject", flat=True)) & everybody.keys()
        is_picture = text is None
        shown = {one for one, who in everybody.items() if is_picture or who.is_in(text)}
        shown &= traced if is_picture else everybody.keys()
        own_words = self.own_words(address, response) & shown
        untold = traced - shown - set(self.is_about(address, response, typed))
        self.count(address, text or "", shown, traced)
        self.found.own_words += len(own_words)
        self.found.without_answer[kind_of(address)] += len(untold)
        self.found.without_trace[kind_of(address)] += len(shown - traced - own_words)
        self.before = newest()

    def count(self, address: str, text: str, shown: set[UUID], traced: set[UUID]) -> None:
        self.found.answers += 1
        self.found.shown += len(shown)
        self.found.traced += len(traced)
        self.found.roles[self.role] += len(shown & traced)
        self.found.others += any(
            case in address and other in shown & traced
            for case, (_by, other) in self.world.others.items()
        )
        self.found.letters += address.startswith("/trust/?code=") and bool(shown & traced)


class Officer(Visitor):
    """Whoever works here: every page of a case is about those named in it, and an answer to a
    question about somebody's number is about that person, found or not."""

    first: ClassVar = ["/admin/", "/admin/desk/", "/admin/trail/", "/admin/reports/"]

    def __init__(self, account: Account, world: World, found: Walk) -> None:
        super().__init__(world, found)
        self.account, self.role = account, "officer"
        sign_in(self.client, account)

    def starts(self) -> list[str]:
        return self.first

    def errands(self) -> Iterator[tuple[str, dict[str, str]]]:
        numbers = [planted.number for planted in self.world.people.values()]
        posting = self.account.postings.first()
        capacity = posting.capacity if posting else ""
        if capacity == "supervisor":
            for number in numbers:
                yield "/admin/trail/", {"number": number}
            days = {"since": "2020-01-01", "until": f"{timezone.localdate():%Y-%m-%d}"}
            asked = {"text": " ".join(numbers), "inquiry": "2026-12", **days}
            yield "/admin/trail/leaks/", asked
        if capacity == "clerk":
            for _time in range(4):
                yield "/admin/desk/next/", {}
        if capacity in ("clerk", "superior"):
            for number in numbers[-4:]:
                asked = {"number": number, "reason": "called", "why": "来电问进度，核对"}
                yield "/admin/lookup/", asked

    def is_about(self, address: str, response: HttpResponse, typed: Any) -> Collection[UUID]:
        said = " ".join((typed or {}).values())
        asked = {one for one, who in self.world.people.items() if who.number in said}
        text = address + (text_of(response) or "")
        named = {other for case, (_by, other) in self.world.others.items() if case in text}
        return asked | named


class Program(Visitor):
    """An officer's program, with a token: it is told states and numbers of cases, and an answer
    about a case is about everybody in it."""

    def __init__(self, account: Account, world: World, found: Walk) -> None:
        super().__init__(world, found)
        officer = Officer(account, world, found)
        page = officer.client.post("/admin/api-token/")
        officer.hold("/admin/api-token/", page)
        token = page.context["token"]
        self.client = Client(headers={"Authorization": f"Bearer {token}"})
        self.account, self.role = account, "program"

    def walk_about(self) -> None:
        for show in ("mine", "unclaimed", "waiting", "mine&cursor=none"):
            self.ask("get", f"?show={show}")
        for key in ("first-of-two", "first-of-two", "second-of-two"):
            self.ask("post", "next/", {}, {"Idempotency-Key": key})
        cases = Application.objects.exclude(submitted_at=None).order_by("submitted_at")
        for case in cases:
            self.ask("post", f"{case.reference}/claim/", {})
        for case, (act, body) in zip(
            cases.filter(claimed_by=self.account.pk), ACTS.items(), strict=False
        ):
            self.ask("post", f"{case.reference}/{act}/", body)

    def ask(self, how: str, where: str, body: Any = None, headers: Any = None) -> None:
        sent = {} if body is None else {"data": json.dumps(body)}
        ask = getattr(self.client, how)
        address = f"{DESK}{where}"
        self.hold(address, ask(address, content_type="application/json", headers=headers, **sent))

    def is_about(self, address: str, response: HttpResponse, typed: Any) -> Collection[UUID]:
        return self.world.in_case(text_of(response) or "")


ACTS = {
    "correction": {"points": [{"target": "phone", "text": "打不通"}]},
    "approve": {"reason": "符合条件", "no_interest": True},
    "reject": {"grounds": ["材料不符"], "reason": "材料不符"},
}


class Citizen(Visitor):
    """Somebody at home: a page of a case is about everybody whose case it is, and a room of the own
    space about whoever it is the space of, also where nothing lies in it."""

    first: ClassVar = ["/my/", "/my/access/", "/my/records/", "/my/messages/", CASES, "/"]

    def __init__(
        self, account: Account, world: World, found: Walk, *, acting_for: UUID | None = None
    ) -> None:
        super().__init__(world, found)
        self.account, self.acting_for = account, acting_for
        self.own = {acting_for} if acting_for else world.affairs_of(account.person_id)
        is_leader = world.led.get(acting_for) == account.person_id
        self.role = ("leader" if is_leader else "helper") if acting_for else "citizen"
        sign_in(self.client, account, fresh=False)

    def errands(self) -> Iterator[tuple[str, dict[str, str]]]:
        if self.acting_for:
            yield "/my/act-for/", {"subject": str(self.acting_for), "next": "/my/"}
        yield EXPORT, {}
        yield "/apply/CN014/", {}
        draft = Application.objects.filter(applicant=self.account.person_id, item__code="CN014")
        for case in draft.filter(state=State.DRAFT, subject_id__in=self.own):
            yield f"/apply/{case.reference}/consent/", {"answer": "yes"}

    def walk_about(self) -> None:
        super().walk_about()
        for state in State:
            case = self.cases().filter(state=state).first()
            for page in PAGES_OF_A_CASE if case else ():
                address = page.format(case.reference)
                self.hold(address, self.client.get(address))

    def cases(self) -> QuerySet[Application]:
        return Application.objects.filter(subject_id__in=self.own).order_by("created_at")

    def starts(self) -> list[str]:
        named = self.cases().filter(reference__in=self.world.others)
        written = [f"/my/cases/{case.reference}/handed-in/" for case in named]
        return [*written, f"{CASES}?cursor=none", *self.first]

    def is_about(self, address: str, response: HttpResponse, typed: Any) -> Collection[UUID]:
        if response.status_code != OK:
            return set()
        here = self.world.in_case(address + response.request["PATH_INFO"])
        if address == MANDATES:
            here |= self.world.affairs_of(self.account.person_id)
        return here | self.own if OWN_ROOMS.match(address) else here

    def own_words(self, address: str, response: HttpResponse) -> set[UUID]:
        applied = {*self.own, self.account.person_id}
        place = response.content.decode() if address == EXPORT else address
        cases = self.world.others.items()
        return {other for case, (who, other) in cases if case in place and who in applied}


def everybody_who_walks(world: World, found: Walk) -> Iterator[Visitor]:
    """Nobody, whoever has an account, those who act for others, and the programs of officers."""
    yield Visitor(world, found)
    doors = {"citizen": Citizen, "staff": Officer}
    for account in Account.objects.exclude(kind="service").order_by("created_at")[:ACCOUNTS]:
        yield doors[account.kind](account, world, found)
    *_others, helper = world.people
    for giver in list(world.people)[:4]:
        yield Citizen(make_helper(helper, for_person_id=giver), world, found, acting_for=giver)
    for firm, leader in world.led.items():
        yield Citizen(Account.objects.get(person=leader), world, found, acting_for=firm)
        yield Citizen(make_helper(helper, for_organisation_id=firm), world, found, acting_for=firm)
    for account in Account.objects.filter(postings__capacity="clerk").order_by("created_at"):
        yield Program(account, world, found)


def test_no_data_without_a_trace_and_no_trace_without_data(world):
    found = Walk()
    for visitor in everybody_who_walks(world, found):
        visitor.walk_about()
    without_trace, without_answer = +found.without_trace, +found.without_answer
    print(
        f"{found.answers} answers; {found.shown} persons shown, {found.traced} named by entries;"
        f" {found.others} in cases of others; {dict(found.roles)}"
    )
    assert (without_trace, without_answer) == ({}, {})
    assert found.shown > 100
    assert {role for role, shown in found.roles.items() if shown} == ROLES
    assert found.others > 0
    assert found.own_words > 0
    assert found.letters > 0
