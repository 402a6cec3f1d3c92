"""The API: one's own cases by cookie, the desk by token, the same actions and the same refusals."""

import json
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.actions.claim import release_case
from applications.models import Alarm, Application, Decision, Outcome
from applications.states import State
from audit.models import AuditEntry
from audit.trail import record
from identity.models import RequestKey
from tests.factories.desk import (
    make_handed_in,
    make_in_hand,
    make_officer,
    make_rows,
    make_rule,
    office_of,
)
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_person,
    officer_actor,
    sign_in,
)
from tests.factories.rules import change_rule

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
DESK = "/api/v1/desk/cases/"


@pytest.fixture
def citizen(client):
    account = make_citizen(person=make_person(name="李晓"))
    sign_in(client, account)
    return account


def token_of(posting) -> str:
    """The token the officer is given at the desk, behind the staff door."""
    client = Client()
    sign_in(client, posting.account)
    page = client.post("/admin/api-token/")
    token: str = page.context["token"]
    return token


@pytest.fixture
def desk():
    """A case in hand, its clerk, and a program with the clerk's token."""
    case, posting = make_in_hand()
    return case, posting, Program(token_of(posting))


class Program:
    """A program of an officer's: no cookies, a token in the header."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, address="", headers=None, **query):
        return self.client.get(f"{DESK}{address}", query, headers=headers)

    def post(self, address, body=None, **headers):
        data = body if isinstance(body, str) else json.dumps(body or {})
        return self.client.post(
            f"{DESK}{address}", data, content_type="application/json", headers=headers
        )

    def take_next(self, key):
        return self.post("next/", **{"Idempotency-Key": key})


def test_ones_own_cases_are_listed_with_named_fields_only(client, citizen):
    case = make_handed_in(account=citizen)
    make_handed_in()

    answer = client.get(CASES).json()

    assert [one["reference"] for one in answer["results"]] == [case.reference]
    assert set(answer["results"][0]) == {
        "reference", "item", "name", "state", "state_words", "submitted_at", "due_on",
        "due_is_provisional", "decided_at",
    }  # fmt: skip


def test_one_case_says_where_it_is_who_has_it_and_until_when(client, citizen):
    case = make_handed_in(account=citizen)

    answer = client.get(f"{CASES}{case.reference}/").json()

    assert answer["state"] == "submitted"
    assert answer["holder"] == case.steps.get(order=1).department.name
    assert answer["due_on"] == case.due_on.isoformat()
    assert [knot["kind"] for knot in answer["steps"]][:2] == ["", "now"]
    assert AuditEntry.objects.get(verb="application.own.viewed").actor == citizen.pk


def test_unknown_and_foreign_cases_get_the_same_problem(client, citizen):
    foreign = make_handed_in()

    answers = [client.get(f"{CASES}{one}/") for one in (foreign.reference, "YB-2026-0000-0000")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["Content-Type"] == "application/problem+json"


def test_visitors_get_nothing(client):
    assert client.get(CASES).status_code == 403
    assert client.get(DESK).status_code == 401


def test_the_list_turns_pages_by_cursor_and_costs_the_same(client, citizen):
    case = make_handed_in(account=citizen)
    client.get(CASES)
    with CaptureQueriesContext(connection) as few:
        client.get(CASES)
    make_rows(case, 199, subject_id=citizen.person_id)

    with CaptureQueriesContext(connection) as many:
        first = client.get(CASES).json()

    assert len(many) == len(few)
    assert set(first) == {"next", "previous", "results"}
    second = client.get(first["next"]).json()
    names = [{one["reference"] for one in page["results"]} for page in (first, second)]
    assert (len(names[0]), len(names[1])) == (50, 50)
    assert not names[0] & names[1]


@pytest.mark.parametrize("cursor", ["x", "🙂", "a" * 3000])
def test_a_cursor_that_makes_no_sense_is_a_problem_not_a_fault(client, citizen, cursor):
    assert client.get(CASES, {"cursor": cursor}).status_code == 404


def test_an_officers_program_sees_the_desk_and_not_the_cases_content(desk):
    case, posting, program = desk

    answer = program.get().json()

    row = answer["results"][0]
    assert (row["reference"], row["applicant"]) == (case.reference, "李*")
    assert row["claimed_label"] == posting.officer_code
    assert "李晓" not in json.dumps(answer, ensure_ascii=False)


def test_the_desk_costs_the_same_with_one_row_and_with_two_hundred(desk):
    case, posting, program = desk
    program.get()
    with CaptureQueriesContext(connection) as few:
        program.get()
    make_rows(case, 199, taken_by=posting)

    with CaptureQueriesContext(connection) as many:
        answer = program.get().json()

    assert len(many) == len(few)
    assert len(answer["results"]) == 50


def test_the_next_case_is_taken_until_nothing_waits():
    waiting = make_handed_in()
    program = Program(token_of(make_officer(office_of(waiting))))

    taken = program.take_next("first-wish")
    nothing = program.take_next("second-wish")

    assert (taken.status_code, taken.json()["reference"]) == (200, waiting.reference)
    assert nothing.status_code == 204


def test_asking_twice_under_one_key_takes_one_case_and_another_key_takes_another():
    waiting = make_handed_in()
    make_rows(waiting, 3, state=State.SUBMITTED)
    office = office_of(waiting)
    program, colleague = (Program(token_of(make_officer(office))) for _two in range(2))

    answers = [program.take_next("one-wish"), program.take_next("one-wish")]
    other = program.take_next("next-wish")
    same_word = colleague.take_next("one-wish")

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    taken = {one.json()["reference"] for one in (answers[0], other, same_word)}
    assert len(taken) == 3
    assert AuditEntry.objects.filter(verb="application.claimed").count() == 3


def test_a_key_still_names_its_case_after_the_case_was_decided(desk):
    case, posting, program = desk
    make_rows(case, 1, state=State.SUBMITTED)
    taken = program.take_next("one-wish").json()["reference"]
    release_case(actor=officer_actor(posting), reference=taken)
    make_rows(case, 1, state=State.SUBMITTED)

    assert program.take_next("one-wish").json()["reference"] == taken
    assert Application.objects.get(reference=taken).claimed_by is None


def test_keys_of_days_gone_by_are_forgotten(desk):
    case, posting, program = desk
    make_rows(case, 2, state=State.SUBMITTED)
    program.take_next("old-wish")
    RequestKey.objects.update(at=timezone.now() - timedelta(days=2))

    program.take_next("new-wish")

    assert list(RequestKey.objects.values_list("account", "key")) == [
        (posting.account_id, "new-wish")
    ]


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "two words", "钥匙" * 8, "a\tb-c-d-e-f"])
def test_without_a_key_that_can_be_kept_no_case_is_taken(key):
    waiting = make_handed_in()
    program = Program(token_of(make_officer(office_of(waiting))))

    answer = program.take_next(key)

    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/problems/request.key_needed")
    assert "Idempotency-Key" in answer.json()["detail"]
    waiting.refresh_from_db()
    assert waiting.state == State.SUBMITTED


def test_granting_goes_through_the_same_action(desk):
    case, posting, program = desk

    reason = {"reason": "齐\u00ad了\U000e0041", "no_interest": True}
    answer = program.post(f"{case.reference}/approve/", reason)

    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert AuditEntry.objects.get(verb="application.approved").actor == posting.account_id
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    assert Decision.objects.get(application=case).reason == "齐了"
    again = program.post(f"{case.reference}/approve/", {"reason": "齐了", "no_interest": True})
    assert again.status_code in (404, 409)
    assert Outcome.objects.count() == 1


def test_a_fired_rule_stops_the_program_too_and_the_alarm_stays(desk):
    case, _posting, program = desk
    make_rule()

    answer = program.post(f"{case.reference}/approve/", {"reason": "照批", "no_interest": True})

    assert (answer.status_code, answer.json()["rules"]) == (409, ["T1"])
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert Alarm.objects.get(application=case).attempts == 1


def test_an_interest_in_the_case_stops_it(desk):
    case, _posting, program = desk
    change_rule(
        make_rule(), condition={"field": "clerk.conflict_of_interest", "op": "==", "value": True}
    )

    answer = program.post(f"{case.reference}/approve/", {"reason": "照批", "no_interest": False})

    assert (answer.status_code, answer.json()["rules"]) == (409, ["T1"])


def test_refusing_and_asking_for_corrections(desk):
    case, _posting, program = desk
    points = {"points": [{"target": "phone", "text": "打不通"}], "days": 5}

    asked = program.post(f"{case.reference}/correction/", points)

    assert asked.json()["state"] == "correcting"
    refused = program.post(f"{case.reference}/reject/", {"grounds": ["不符"], "reason": "看过"})
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("approve", {}),
        ("approve", {"reason": "x", "no_interest": "maybe"}),
        ("approve", {"reason": "长" * 2001, "no_interest": True}),
        ("approve", {"reason": "a\x00b", "no_interest": True}),
        ("approve", []),
        ("approve", "{broken"),
        ("approve", "🙂"),
        ("reject", {"grounds": [], "reason": "x"}),
        ("reject", {"grounds": "x", "reason": "x"}),
        ("correction", {"points": [{"target": "phone"}]}),
        ("correction", {"points": [{"target": "phone", "text": "x"}], "days": 0}),
        ("correction", {"points": [{"target": "phone", "text": "x"}], "days": 10**30}),
    ],
)
def test_what_is_not_understood_is_a_problem_and_changes_nothing(desk, way, body):
    case, _posting, program = desk

    answer = program.post(f"{case.reference}/{way}/", body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    case.refresh_from_db()
    assert case.state == State.ACCEPTED


def test_foreign_and_unknown_cases_get_the_same_problem_at_the_desk(desk):
    _case, _posting, program = desk
    foreign = make_handed_in(code="CN005")

    answers = [program.post(f"{one}/claim/") for one in (foreign.reference, "YB-2026-0000-0000")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_a_token_ends_with_its_session(desk):
    _case, posting, program = desk
    assert program.get().status_code == 200

    Session.objects.all().delete()

    assert program.get().status_code == 401
    assert posting.account.is_active


def test_a_token_left_idle_ends_like_a_page_left_idle(desk, settings):
    _case, _posting, program = desk
    assert program.get().status_code == 200
    session = the_session()

    session["seen_at"] = int(time.time()) - settings.STAFF_IDLE_SECONDS - 1
    session.save()

    assert program.get().status_code == 401
    assert "Make a new one" in program.get(headers={"Accept-Language": "en"}).json()["title"]


def test_a_token_that_is_used_does_not_end_and_its_use_is_noted(desk, settings):
    _case, _posting, program = desk
    session = the_session()
    session["seen_at"] = int(time.time()) - settings.STAFF_IDLE_SECONDS + 60
    session.save()
    before = session["seen_at"]

    assert program.get().status_code == 200

    assert the_session()["seen_at"] > before


def the_session() -> SessionStore:
    return SessionStore(Session.objects.get().session_key)


def test_a_token_ends_when_the_account_is_closed_or_its_password_changed(desk):
    _case, posting, program = desk
    account = posting.account
    account.set_password("another-long-password")
    account.save()

    assert program.get().status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "🙂".encode().decode("latin-1"), "x" * 9000])
def test_a_token_that_is_none_is_refused(token):
    assert Program(token).get().status_code == 401


def test_a_token_does_not_hold_the_sessions_key(desk):
    _case, _posting, program = desk
    keys = Session.objects.values_list("session_key", flat=True)
    header = program.client.defaults["HTTP_AUTHORIZATION"]

    assert not any(key in header for key in keys)


def test_only_clerks_are_given_a_token(client):
    case = make_handed_in()
    for capacity in ("superior", "supervisor", "lead"):
        sign_in(client, make_officer(office_of(case), capacity).account)
        assert client.post("/admin/api-token/").status_code == 403


def test_the_description_is_openapi_3_1_and_names_every_address(client):
    schema = client.get("/api/v1/schema/", {"format": "json"})

    described = schema.json() if "json" in schema.headers["Content-Type"] else None
    assert described is not None
    assert described["openapi"].startswith("3.1")
    assert {
        CASES, f"{CASES}{{reference}}/", DESK, f"{DESK}{{reference}}/approve/", "/api/v1/items/",
    } <= set(described["paths"])  # fmt: skip


def test_the_documentation_has_a_content_policy_of_its_own(client):
    page = client.get("/api/v1/docs/")

    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "script-src 'self'" in policy
    assert "<script>" not in page.content.decode()
    assert "'unsafe-inline'" not in client.get("/trust/").headers["Content-Security-Policy"]
    script = client.get("/api/v1/docs/", {"script": ""})
    assert "javascript" in script.headers["Content-Type"]


def test_the_root_says_where_to_go(client):
    rooms = client.get("/api/v1/").json()

    assert set(rooms) == {"items", "cases", "desk", "schema", "docs"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000], ids=range(5)
)
def test_what_is_no_json_is_refused_with_a_sentence_and_a_next_step(desk, body):
    case, _posting, program = desk

    answer = program.client.post(
        f"{DESK}{case.reference}/reject/", body, content_type="application/json"
    )

    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"]) == (400, 400)
    assert problem["title"]
    assert "/api/v1/docs/" in problem["detail"]
    assert "line 1" not in problem["title"]


def test_a_body_that_is_too_large_is_refused_as_a_problem_too(desk):
    case, _posting, program = desk
    body = json.dumps({"reason": "x" * 3_000_000})

    answer = program.client.post(
        f"{DESK}{case.reference}/reject/", body, content_type="application/json"
    )

    assert answer.status_code == 413
    assert json.loads(answer.content)["detail"]
