"""If the trail cannot be written, nobody's data is shown; it comes back by itself."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from applications.actions.approve import approve_application
from applications.models import Outcome
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.models import AuditEntry, Outbox
from audit.outbox import enqueue, handles, take
from audit.trail import record
from audit.transaction import one_transaction
from portal.errors import RefusalMiddleware
from tests.conftest import as_owner
from tests.factories.desk import make_handed_in, make_in_hand
from tests.factories.identity import make_citizen, make_person, officer_actor, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = {"accept-language": "en"}
NAME = "欧阳晓燕"
JOB = Actor.system("test")

_RAISE = """
create function test_raise() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file' using errcode = '%s'; end $$;
create trigger test_raise before insert on audit_%s
  for each statement execute function test_raise()
"""
_HEAL = "drop trigger test_raise on audit_%s; drop function test_raise()"
_DOOR = (
    "audit_record(uuid,text,text,text,text,uuid,uuid,text,text,text,text,text,text,text,text,"
    "jsonb,uuid[])"
)
# What is done to the database as its owner, and how it is mended.
CAUSES = {
    "the disk is full": (_RAISE % ("53100", "entry"), _HEAL % "entry"),
    "the disk is full halfway": (_RAISE % ("53100", "opening"), _HEAL % "opening"),
    "a file of the table is damaged": (_RAISE % ("XX001", "subject"), _HEAL % "subject"),
    "no entry fits any more": (
        "alter table audit_entry add constraint nothing_more check (false) not valid",
        "alter table audit_entry drop constraint nothing_more",
    ),
    "the table is gone": (
        "alter table audit_subject rename to audit_elsewhere",
        "alter table audit_elsewhere rename to audit_subject",
    ),
    "the door is gone": (
        f"alter function {_DOOR} rename to audit_elsewhere",
        f"alter function {_DOOR.replace('audit_record', 'audit_elsewhere')} rename to audit_record",
    ),
    "the door is locked": (
        f"revoke execute on function {_DOOR} from portal_app",
        f"grant execute on function {_DOOR} to portal_app",
    ),
    "the database is read-only": (
        "alter database {name} set default_transaction_read_only = on",
        "alter database {name} reset default_transaction_read_only",
    ),
}


@contextmanager
def broken(cause: str = "the disk is full") -> Iterator[None]:
    """The database in trouble, and in order again behind it."""
    name = connection.settings_dict["NAME"]
    trouble, mended = (one.format(name=name) if "{" in one else one for one in CAUSES[cause])
    as_the_owner(trouble)
    try:
        yield
    finally:
        as_the_owner("set default_transaction_read_only = off", mended)


def as_the_owner(*statements: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def citizen(client: Client) -> Client:
    with transaction.atomic():
        account = make_citizen(person=make_person(name=NAME))
    sign_in(client, account)
    return client


@pytest.mark.parametrize("cause", CAUSES)
def test_no_page_with_personal_data_is_served_and_it_comes_back_by_itself(
    citizen: Client, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert NAME in citizen.get("/my/").content.decode()
    with broken(cause):
        answer = citizen.get("/my/access/", headers=ENGLISH)
        records = citizen.get("/my/records/")
    assert (answer.status_code, records.status_code) == (503, 503)
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("60", "no-store")
    page = answer.content.decode()
    assert "the trail cannot be written" in page
    assert "留痕写不进去" in records.content.decode()
    assert NAME not in page + records.content.decode()
    alarms = [one for one in caplog.records if one.name == "audit.trail"]
    assert {one.levelno for one in alarms} == {logging.ERROR}

    assert citizen.get("/my/access/").status_code == 200


def test_a_table_that_is_locked_is_waited_for_two_seconds_and_no_longer(citizen: Client) -> None:
    other = connection.copy()
    with as_owner():
        other.settings_dict = {**connection.settings_dict}
    try:
        with other.cursor() as cursor:
            cursor.execute("begin; lock table audit_subject in access exclusive mode")
            assert citizen.get("/my/").status_code == 503
            cursor.execute("rollback")
    finally:
        other.close()
    assert citizen.get("/my/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/services/", "/about/help/", "/trust/", "/open/"])
def test_what_is_for_everybody_goes_on(client: Client, address: str) -> None:
    with broken():
        assert client.get(address).status_code == 200


def test_no_letter_is_confirmed_that_would_show_whom_it_is_for(client: Client) -> None:
    with transaction.atomic():
        case, clerk = make_in_hand()
        approve_application(
            actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
        )
    letter = Outcome.objects.get(application=case)
    with broken():
        answer = client.get("/trust/", {"code": letter.code})
    assert answer.status_code == 503
    assert letter.number not in answer.content.decode()
    assert case.masked_name not in answer.content.decode()


def test_officers_read_it_in_the_dress_of_the_back_office(client: Client) -> None:
    with transaction.atomic():
        case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    with broken():
        answer = client.get(f"/admin/desk/{case.reference}/", headers=ENGLISH)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert 'class="staff' in page
    assert "the trail cannot be written" in page
    assert case.masked_name not in page


def test_a_form_that_would_show_the_refusal_among_its_fields_shows_nothing(client: Client) -> None:
    """A view that catches refusals has the case before it already: its page must not leave."""
    with transaction.atomic():
        case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    with broken():
        answer = client.post(f"/admin/desk/{case.reference}/approve/", {"reason": "ok"})
    assert answer.status_code == 503
    assert case.reference not in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "accepted"


def test_programs_get_a_problem_they_can_read(client: Client) -> None:
    with transaction.atomic():
        account = make_citizen(person=make_person(name=NAME))
        case = make_handed_in(account=account)
    sign_in(client, account)
    address = f"/api/v1/cases/{case.reference}/"
    with broken():
        answer = client.get(address, headers=ENGLISH)
    assert client.get(address).status_code == 200
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "60"
    assert json.loads(answer.content)["type"].endswith("/problems/trail.not_written")


def through_the_middleware(view) -> HttpResponse:
    request = RequestFactory().get("/somewhere/")
    return RefusalMiddleware(one_transaction(view))(request)


def test_nothing_made_before_or_after_the_refusal_leaves() -> None:
    def careless(request: HttpRequest) -> HttpResponse:
        try:
            record(actor=JOB, verb="test.looked")
        except Refused:
            return HttpResponse("what was read before")
        raise AssertionError("it was written")

    with broken():
        answer = through_the_middleware(careless)
    assert answer.status_code == 503
    assert b"what was read before" not in answer.content


def test_a_look_that_was_written_in_part_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    """The first entry went through, the second did not: the whole is undone, and the log says that
    not even this could be recorded."""

    def second_fails(request: HttpRequest) -> HttpResponse:
        record(actor=JOB, verb="test.looked")
        with as_owner_beside() as cursor:
            cursor.execute(_RAISE % ("53100", "detail"))
        try:
            record(actor=JOB, verb="test.looked", detail={"a": 1})
        except Refused:
            return HttpResponse("seen")
        raise AssertionError("it was written")

    try:
        assert through_the_middleware(second_fails).status_code == 503
    finally:
        as_the_owner(_HEAL % "detail")
    assert list(AuditEntry.objects.values_list("outcome", flat=True)) == ["undone"]


def test_looks_that_cannot_even_be_recorded_as_undone_are_counted_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    locked, opened = CAUSES["the door is locked"]

    def breaks(request: HttpRequest) -> HttpResponse:
        record(actor=JOB, verb="test.looked")
        with as_owner_beside() as cursor:
            cursor.execute(locked)
        return HttpResponse(status=500)

    try:
        assert through_the_middleware(breaks).status_code == 500
    finally:
        as_the_owner(opened)
    assert "1 looks could not be recorded as undone: trail.not_written" in caplog.text
    assert AuditEntry.objects.count() == 0


@contextmanager
def as_owner_beside():
    """The owner on a second connection, while the first is in its transaction."""
    other = connection.copy()
    here = dict(connection.settings_dict)
    other.settings_dict = {**here, **owner_facts()}
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.close()


def owner_facts() -> dict[str, str]:
    from tests.conftest import _ADDRESSES  # noqa: PLC0415

    facts = _ADDRESSES.db_url("DATABASE_OWNER_URL")
    return {key: facts[key] for key in ("USER", "PASSWORD")}


def test_no_job_is_given_up_because_the_trail_stood_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("audit.outbox._handlers", {})
    handles("test.job")(lambda payload, key: record(actor=JOB, verb="test.done"))
    enqueue("test.job", {}, key="one")
    with broken():
        for _ in range(12):
            assert take()
            Outbox.objects.update(next_try="2020-01-01T00:00:00Z")
    job = Outbox.objects.get()
    assert (job.tries, job.given_up, job.done_at) == (0, False, None)
    assert job.fault == "trail.not_written"
    assert take()
    assert Outbox.objects.get().done_at is not None


def test_a_database_that_went_away_says_so_and_comes_back(citizen: Client) -> None:
    """Its sessions are ended from outside in the middle of a request."""

    def goes_away(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            pid = cursor.fetchone()[0]
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("select pg_terminate_backend(%s)", [pid])
        other.close()
        try:
            record(actor=JOB, verb="test.looked")
        except Refused:
            return HttpResponse("seen")
        raise AssertionError("it was written")

    assert through_the_middleware(goes_away).status_code == 503
    try:
        assert citizen.get("/my/").status_code == 200
    except Error:
        pytest.fail("the connection did not come back")
