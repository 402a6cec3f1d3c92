"""Who walks through the portal with the canaries: nobody, officers and their programs, citizens and
those who act for others. Each holds every answer against the entries of its request."""

import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from applications.models import Application, Outcome
from applications.states import State
from audit.exports.models import TrailExport
from audit.models import AuditEntry
from identity.doors import CITIZENS_DOOR, STAFF_DOOR
from identity.models import Account, Posting
from identity.sealed.masks import mask_number
from tests.factories.canaries import ITEMS, World
from tests.factories.identity import sign_in
from tests.portal.canary_reading import (
    LESS_COVERED,
    kind_of,
    links_of,
    name_of,
    plain_addresses,
    route_of,
    text_of,
)

A_KIND = 2  # pages of one kind that one visitor looks at
A_PATTERN = 5  # pages of one pattern that one visitor looks at, whatever is asked of them
A_ROLE = Counter({"citizen": 6})  # pages of one kind that all of a role look at
REFUSALS = 3  # pages of one kind at which a role may be turned away
OFFICERS = 3  # the same of everybody else
A_STATE = 1  # pages of one kind about cases in one state that all of a role look at
DULL = 2  # pages of one pattern that showed a role nobody, after which it asks for no more of them
AWAY = re.compile(r"^/(static/|(admin/)?(sign-out|logout|jsi18n)|preferences/\?)")
OK, CANNOT = 200, 409
TABLE = re.compile(r"^/admin/(applications|auth|catalog|identity)/")  # `tables/` leads to them
CASES, DESK = "/api/v1/cases/", "/api/v1/desk/cases/"
OWN_ROOMS = re.compile(r"^/(my/(access|export|licences|records)|api/v1/cases)/")
LEAKS, OF_A_CASE = "/admin/trail/leaks/", re.compile(r"^/admin/desk/.*/(letter|approve|reject)/$")
MANDATES, EXPORT, MESSAGES = "/my/mandates/", "/my/export/", "/my/messages/"
WRONG = "/my/records/wrong/"  # says of a value that no register said it of the reader
PAGES_OF_A_CASE = [
    *(f"/apply/{{}}/{page}" for page in ("resume/", "consent/", "papers/", "materials/", "check/")),
    *(f"/apply/{{}}/{page}" for page in ("receipt/", "correction/")),
    *(f"/my/cases/{{}}/{page}" for page in ("", "handed-in/", "outcome/", "outcome/file/")),
    *(f"/my/cases/{{}}/{page}" for page in ("withdraw/", "proof/")),
    f"{CASES}{{}}/",
]
SINCE = """
select e.id, s.subject from audit_entry e left join audit_subject s on s.entry_id = e.id
 and s.at = e.at where e.id > %s and e.at > now() - interval '1 day'
"""


@dataclass
class Walk:
    """What was seen: answers, persons shown in them, persons named by their entries, and where one
    came without the other."""

    answers: int = 0
    with_canaries: int = 0
    entries: int = 0
    shown: int = 0
    traced: int = 0
    others: int = 0
    own_words: int = 0
    letters: int = 0
    roles: Counter = field(default_factory=Counter)
    states: Counter = field(default_factory=Counter)
    reached: dict[str, set[str]] = field(default_factory=dict)
    kinds: Counter = field(default_factory=Counter)
    answered: Counter = field(default_factory=Counter)
    telling: set = field(default_factory=set)
    refused: Counter = field(default_factory=Counter)
    met: Counter = field(default_factory=Counter)
    without_trace: Counter = field(default_factory=Counter)
    without_answer: Counter = field(default_factory=Counter)
    less_covered: Counter = field(default_factory=Counter)
    clients: dict[str, Client] = field(default_factory=dict)

    def has_enough(self, role: str, address: str) -> bool:
        """Whether this role saw enough pages like this one: fewer of those that never concerned
        anybody, whatever is asked of them, and of those where it was turned away."""
        seen = self.answered[role, route_of(address)]
        enough = 1 if TABLE.match(address) else DULL
        is_dull = seen >= enough and (role, route_of(address)) not in self.telling
        kind = (role, kind_of(address))
        most = A_ROLE[role] or OFFICERS
        doors = REFUSALS if "<" in kind[1] else 1
        return is_dull or self.refused[kind] >= doors or self.kinds[kind] >= most

    def count(
        self,
        role: str,
        address: str,
        response: HttpResponse,
        *,
        shown: int,
        traced: set[UUID],
        entries: int,
    ) -> None:
        here, kind = (role, route_of(address)), (role, kind_of(address))
        self.answers += 1
        self.entries += entries
        self.with_canaries += bool(shown)
        self.shown += shown
        self.traced += len(traced)
        self.roles[role] += bool(shown) and bool(traced)
        self.kinds[kind] += 1
        if shown or traced:
            self.telling.add(here)
        if response.status_code != OK and not traced:
            self.refused[kind] += 1
        else:
            self.answered[here] += 1
        if response.status_code == OK:
            route = route_of(response.request["PATH_INFO"])
            self.reached.setdefault(route, set()).add(role)


def without(text: str, typed: Mapping[str, str] | None) -> str:
    """A form that is shown again repeats what its reader typed: that shows nobody anything."""
    for said in (typed or {}).values():
        text = text.replace(f'value="{said}"', "")
    return text


def newest() -> int:
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def recorded_since(before: int) -> tuple[int, set[UUID], int]:
    """How many entries came after this one, whom they name, and the newest now."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [before])
        rows = cursor.fetchall()
    numbers = {number for number, _subject in rows}
    return len(numbers), {subject for _number, subject in rows}, max(numbers, default=before)


class Visitor:
    """Walks as nobody and holds every answer against the entries of its request."""

    role = "nobody"
    first: ClassVar = plain_addresses(CITIZENS_DOOR)

    def __init__(self, world: World, found: Walk) -> None:
        self.world, self.found = world, found
        self.client = Client()
        self.before = newest()
        self.waiting: deque[str] = deque()
        self.seen: set[str] = set()
        self.kinds: Counter[str] = Counter()
        self.patterns: Counter[str] = Counter()

    def walk_about(self) -> None:
        """What is asked by forms first, then every page that can be reached by links."""
        for address, typed in self.errands():
            self.ask(address, self.client.post(address, typed, follow=True), typed)
        self.found.clients.setdefault(self.role, self.client)
        self.go_to(self.starts())
        while self.waiting:
            address = self.waiting.popleft()
            kind = kind_of(address)
            is_enough = self.kinds[kind] >= A_KIND or self.patterns[route_of(address)] >= A_PATTERN
            if not is_enough and not self.found.has_enough(self.role, address):
                self.kinds[kind] += 1
                self.patterns[route_of(address)] += 1
                self.ask(address, self.client.get(address))

    def go_to(self, addresses: Iterable[str]) -> None:
        for one in addresses:
            if one.startswith("/") and one not in self.seen and not AWAY.search(one):
                self.seen.add(one)
                self.waiting.append(one)

    def ask(self, address: str, response: HttpResponse, typed: Any = None) -> None:
        self.go_to(links_of(response, self.hold(address, response, typed)))

    def errands(self) -> Iterator[tuple[str, dict[str, str]]]:
        """What is asked for by a form: address and what is typed."""
        yield from ()

    def starts(self) -> list[str]:
        letters = [f"/trust/?code={one.code}" for one in Outcome.objects.order_by("issued_at")]
        return [*letters, f"/api/v1/items/{ITEMS[0]}/", *self.first]

    def is_about(self, address: str, text: str, response: HttpResponse, typed: Any) -> set[UUID]:
        """Whom an answer is about, also where no sign of theirs is in it."""
        return set()

    def own_words(self, address: str, text: str) -> set[UUID]:
        """Whom the visitor named in a case this answer is about."""
        return set()

    def hold(self, address: str, response: HttpResponse, typed: Any = None) -> str:
        """One answer against what was recorded since; what could be read of it.

        Nobody can be looked for in a picture: it shows whom its entry names, somebody in any case,
        and whoever is called in its name.
        """
        everybody, text = self.world.everybody(), text_of(response)
        entries, subjects, self.before = recorded_since(self.before)
        traced = subjects & everybody.keys()
        is_picture = text is None
        text = name_of(response) if text is None else text
        unsaid = without(text, typed)
        shown = {one for one, who in everybody.items() if who.is_in(unsaid)}
        self.found.met.update(
            sign for one in shown for sign in everybody[one].signs if sign in unsaid
        )
        own_words = self.own_words(address, text) & shown
        about = set(self.is_about(address, text, response, typed))
        untold = set() if is_picture else traced - shown - about
        lacking = len(shown - traced - own_words) + (is_picture and not traced)
        kind = kind_of(address)
        self.found.count(
            self.role, address, response, shown=len(shown), traced=traced, entries=entries
        )
        self.found.own_words += len(own_words)
        self.found.without_answer[kind] += len(untold)
        self.found.without_trace[kind] += lacking
        self.found.less_covered[kind] += len(LESS_COVERED.findall(text))
        self.found.others += any(
            case in address and other in shown & traced
            for case, (_by, other) in self.world.others.items()
        )
        self.found.letters += address.startswith("/trust/?code=") and bool(shown & traced)
        return text


class Officer(Visitor):
    """Whoever works here: every page of a case is about those named in it; so is a letter, in which
    they stand as they were called then, and a decision to be written, or that it cannot be; and an
    answer to a question about somebody's number is about that person, found or not."""

    first: ClassVar = [one for one in plain_addresses(STAFF_DOOR) if not TABLE.match(one)]

    def __init__(self, account: Account, world: World, found: Walk) -> None:
        super().__init__(world, found)
        self.account, self.posting = account, account.postings.first()
        self.asked: set[UUID] = set()
        self.role = self.posting.capacity if self.posting else "officer"
        sign_in(self.client, account)

    def starts(self) -> list[str]:
        return [*STARTS.get(self.role, nothing)(self), *self.first]

    def errands(self) -> Iterator[tuple[str, dict[str, str]]]:
        yield from ERRANDS.get(self.role, nothing)(self)

    def is_about(self, address: str, text: str, response: HttpResponse, typed: Any) -> set[UUID]:
        said = " ".join((typed or {}).values())
        asked = {one for one, who in self.world.people.items() if who.number in said}
        asked |= {one for one in self.world.people if str(one) in said}
        self.asked |= asked
        if LEAKS in address:
            return self.asked
        if OF_A_CASE.search(address) or response.status_code == CANNOT:
            return self.world.in_case(address)
        asked |= {one for one, who in self.world.people.items() if mask_number(who.number) in text}
        text = address + text
        named = {other for case, (_by, other) in self.world.others.items() if case in text}
        return asked | named


Errands = Iterator[tuple[str, dict[str, str]]]


def nothing(*_officer: Officer) -> Errands:
    yield from ()


def of_a_supervisor(officer: Officer) -> Errands:
    numbers = [planted.number for planted in officer.world.people.values()]
    is_first = not officer.found.kinds["supervisor", "admin/trail/"]
    for number in numbers if is_first else numbers[:2]:
        yield "/admin/trail/", {"number": number}
    for person in list(officer.world.people)[:2]:
        yield "/admin/trail/person/", {"person": str(person)}
    days = {"since": "2020-01-01", "until": f"{timezone.localdate():%Y-%m-%d}"}
    for number in TrailExport.objects.values_list("number", flat=True):
        yield f"/admin/trail/exports/{number}/file/", {}
    yield "/admin/trail/leaks/", {"text": " ".join(numbers), "inquiry": "2026-12", **days}


def of_a_superior(officer: Officer) -> Errands:
    reasons = ("called", "called", "wrong_office", "urgent_help")
    last = list(officer.world.people.values())[-len(reasons) :]
    for planted, reason in zip(last, reasons, strict=True):
        yield "/admin/lookup/", {"number": planted.number, "reason": reason, "why": WHY}


def of_a_clerk(officer: Officer) -> Errands:
    for case in cases_at(officer).filter(reference__in=officer.world.others)[:2]:
        yield f"/admin/desk/{case.reference}/take/", {}
    for _time in range(4):
        yield "/admin/desk/next/", {}
    yield from of_a_superior(officer)
    asked = {"reason": "called", "why": WHY}
    for case in Application.objects.exclude(submitted_at=None).order_by("submitted_at")[:4]:
        yield "/admin/lookup/case/", {"reference": case.reference, **asked}
    for case in cases_of(officer)[:2]:
        for key in ("citizen_number", "phone", "spouse_number", "bank_account"):
            yield f"/admin/desk/{case.reference}/reveal/{key}/", {"reason": "verify"}


def starts_of_a_supervisor(_officer: Officer) -> list[str]:
    """Where only a form leads, or a button beside it."""
    today = f"{timezone.localdate():%Y-%m-%d}"
    days = f"people/?since={today}&until={today}"
    codes = Posting.objects.values_list("officer_code", flat=True)
    files = TrailExport.objects.values_list("number", flat=True)
    return [
        *(f"/admin/trail/officers/{code}/{days}" for code in codes),
        *(
            f"/admin/trail/exports/{number}/{page}/"
            for number in files
            for page in ("answer", "file")
        ),
    ]


def cases_of(officer: Officer) -> QuerySet[Application]:
    """What this officer has in hand, the latest first."""
    mine = Application.objects.filter(claimed_by=officer.account.pk)
    return mine.order_by("-submitted_at")


def cases_at(officer: Officer) -> QuerySet[Application]:
    """Whatever lies or ended at the office of this officer."""
    return Application.objects.filter(queue__department=officer.posting.department)


def starts_of_a_clerk(officer: Officer) -> list[str]:
    """What can be done with a case, also where its page does not offer it now."""
    acts = ("approve", "reject", "ask", "fact")
    return [
        *(f"/admin/desk/{one.reference}/{act}/" for one in cases_of(officer) for act in acts),
        *(
            f"/admin/desk/{one.reference}/letter/"
            for one in cases_at(officer)
            if hasattr(one, "outcome")
        ),
    ]


STARTS = {"supervisor": starts_of_a_supervisor, "clerk": starts_of_a_clerk}
WHY = "来电问进度，核对"
ERRANDS = {"supervisor": of_a_supervisor, "superior": of_a_superior, "clerk": of_a_clerk}


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
            self.send("get", f"?show={show}")
        for key in ("first-of-two", "first-of-two", "second-of-two"):
            self.send("post", "next/", {}, {"Idempotency-Key": key})
        cases = Application.objects.exclude(submitted_at=None).order_by("submitted_at")
        here = self.account.postings.get().department_id
        for case in [
            *cases.filter(queue__department=here),
            *cases.exclude(queue__department=here)[:3],
        ]:
            self.send("post", f"{case.reference}/claim/", {})
        for case, (act, body) in zip(
            cases.filter(claimed_by=self.account.pk), ACTS.items(), strict=False
        ):
            self.send("post", f"{case.reference}/{act}/", body)

    def send(self, how: str, where: str, body: Any = None, headers: Any = None) -> None:
        sent = {} if body is None else {"data": json.dumps(body)}
        ask = getattr(self.client, how)
        address = f"{DESK}{where}"
        self.hold(address, ask(address, content_type="application/json", headers=headers, **sent))

    def is_about(self, address: str, text: str, response: HttpResponse, typed: Any) -> set[UUID]:
        return self.world.in_case(text)


ACTS = {
    "correction": {"points": [{"target": "phone", "text": "打不通"}]},
    "approve": {"reason": "符合条件", "no_interest": True},
    "reject": {"grounds": ["材料不符"], "reason": "材料不符"},
}


class Citizen(Visitor):
    """Somebody at home: a page of a case is about everybody whose case it is, and a room of the own
    space about whoever it is the space of, also where nothing lies in it."""

    def __init__(
        self, account: Account, world: World, found: Walk, *, acting_for: UUID | None = None
    ) -> None:
        super().__init__(world, found)
        self.account, self.acting_for = account, acting_for
        self.own = {acting_for} if acting_for else world.affairs_of(account.person_id)
        is_leader = world.led.get(acting_for) == account.person_id
        self.role = "citizen" if account.person_id else "unproven"
        if acting_for:
            self.role = "leader" if is_leader else "helper"
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
                self.found.states[self.role, page, state] += 1
                if self.found.states[self.role, page, state] <= A_STATE:
                    address = page.format(case.reference)
                    self.ask(address, self.client.get(address))

    def cases(self) -> QuerySet[Application]:
        return Application.objects.filter(subject_id__in=self.own).order_by("created_at")

    def starts(self) -> list[str]:
        named = self.cases().filter(reference__in=self.world.others)
        written = [f"/my/cases/{case.reference}/handed-in/" for case in named]
        return [*written, f"{CASES}?cursor=none", *self.first]

    def is_about(self, address: str, text: str, response: HttpResponse, typed: Any) -> set[UUID]:
        if response.status_code != OK and address != WRONG:
            return set()
        here = self.world.in_case(address + response.request["PATH_INFO"])
        if address.startswith(MANDATES):
            here |= self.world.affairs_of(self.account.person_id)
        if address.startswith(MESSAGES):
            here.add(self.account.person_id)
        return here | self.own if OWN_ROOMS.match(address) else here

    def own_words(self, address: str, text: str) -> set[UUID]:
        applied = {*self.own, self.account.person_id}
        place = text if address == EXPORT else address
        cases = self.world.others.items()
        return {other for case, (who, other) in cases if case in place and who in applied}
