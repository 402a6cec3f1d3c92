"""What the operators' addresses say, and what they keep to themselves."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from audit.models import Outbox
from portal import tasks
from portal.health import checks
from portal.health.middleware import health
from portal.health.models import Heartbeat

pytestmark = pytest.mark.django_db


def ask(address: str, **extra: object) -> HttpResponse:
    """Through this room's middleware alone: nothing behind it may be needed."""

    def nothing_behind(request: HttpRequest) -> HttpResponse:
        raise AssertionError(f"{request.path} went on")

    return health(nothing_behind)(RequestFactory().get(address, **extra))


def said() -> dict[str, object]:
    return json.loads(ask("/health/ready").content)


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("the server is gone")

    monkeypatch.setattr(DatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setattr(DatabaseWrapper, "cursor", refuse)


def test_live_answers_while_the_database_does_not(no_database: None) -> None:
    answer = ask("/health/live")

    assert answer.status_code == 200
    assert answer.content == b"alive\n"


def test_ready_says_that_the_database_does_not_answer(no_database: None) -> None:
    answer = ask("/health/ready")

    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] is False


def test_ready_when_the_app_role_is_connected_and_every_migration_is_there() -> None:
    answer = ask("/health/ready")

    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "state": "ready, but the work behind it waits",
        "database": True,
        "app_role": True,
        "migrated": True,
        "outbox_moves": True,
        "oldest_due_job_seconds": None,
        "worker_lives": False,
        "worker_heartbeat_seconds": None,
        "trail": "open",
        "trail_is_sealed": False,
        "published_head_seconds": None,
        "newest_head_ahead_seconds": 0,
        "waiting_for_seal_seconds": None,
        "witnesses_objecting": 0,
        "witnesses_silent": 0,
        "safeguards_in_place": True,
        "check_faults": 0,
        "waiting_for_sentinel_seconds": None,
    }


def test_ready_asks_the_database_a_few_times(django_assert_max_num_queries) -> None:
    ask("/health/ready")  # how the database is built is asked once a minute
    with django_assert_max_num_queries(19):
        ask("/health/ready")


def test_not_ready_while_a_migration_of_this_code_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "_expected", lambda: frozenset({("portal", "9999_of_tomorrow")}))

    answer = ask("/health/ready")

    assert answer.status_code == 503
    assert json.loads(answer.content)["migrated"] is False


def test_not_ready_as_any_other_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "APP_ROLE", "somebody_else")

    assert ask("/health/ready").status_code == 503


def test_a_stuck_job_is_named_and_does_not_take_the_pages_away() -> None:
    Outbox.objects.create(kind="test", key="one", next_try=timezone.now() - checks.STUCK_AFTER * 2)

    answer = ask("/health/ready")

    assert answer.status_code == 200
    assert json.loads(answer.content)["outbox_moves"] is False
    assert json.loads(answer.content)["oldest_due_job_seconds"] == 600


def test_jobs_that_are_done_given_up_or_not_due_are_not_stuck() -> None:
    then = timezone.now() - timedelta(hours=1)
    for became in ({"done_at": then}, {"given_up": True}):
        job = Outbox.objects.create(kind="test", key=str(became), next_try=then)
        Outbox.objects.filter(pk=job.pk).update(**became)
    Outbox.objects.create(kind="test", key="later", next_try=timezone.now() + timedelta(hours=1))

    assert said()["outbox_moves"] is True


def test_the_worker_lives_as_long_as_its_heart_beats(monkeypatch) -> None:
    checks.beat()
    assert said()["worker_lives"] is True
    Heartbeat.objects.update(at=timezone.now() - checks.SILENT_AFTER * 2)
    assert said()["worker_lives"] is False


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_is_the_workers_task() -> None:
    tasks.heartbeat()

    assert Heartbeat.objects.get().name == checks.WORKER


def test_health_has_no_session_no_cookie_and_is_never_cached(client: Client) -> None:
    for address in ("/health/live", "/health/ready", "/metrics"):
        answer = client.get(address)
        assert answer.cookies == {}
        assert "no-store" in answer["Cache-Control"]


def test_health_answers_plain_http_and_any_host(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/health/live", headers={"host": "10.0.0.7"}).status_code == 200


def test_posting_to_health_is_refused(client: Client) -> None:
    assert client.post("/health/live").status_code == 405


def test_metrics_speak_of_cases_outbox_worker_and_trail() -> None:
    Outbox.objects.create(kind="t", key="a", next_try=timezone.now() - timedelta(seconds=90))
    Outbox.objects.create(kind="t", key="b", next_try=timezone.now())
    Outbox.objects.filter(key="b").update(given_up=True)
    checks.beat()

    lines = ask("/metrics").content.decode().splitlines()

    assert 'portal_cases{state="draft"} 0' in lines
    assert "portal_outbox_waiting 1" in lines
    assert "portal_outbox_given_up 1" in lines
    assert "portal_trail_entries_last_minute 0" in lines
    assert "# TYPE portal_outbox_oldest_due_seconds gauge" in lines
    age = next(one for one in lines if one.startswith("portal_outbox_oldest_due_seconds "))
    assert 90 <= float(age.split()[1]) < 150
    assert any(one.startswith("portal_worker_heartbeat_age_seconds ") for one in lines)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_metrics_are_not_there_for_others(address: str, headers: dict[str, str]) -> None:
    with pytest.raises(Http404):
        ask("/metrics", REMOTE_ADDR=address, headers=headers)


def test_metrics_ask_for_the_token_where_one_is_set(settings) -> None:
    settings.METRICS_TOKEN = "open sesame"

    for headers in ({}, {"Authorization": "Bearer open"}):
        with pytest.raises(Http404):
            ask("/metrics", headers=headers)
    right = {"Authorization": "Bearer open sesame"}
    assert ask("/metrics", headers=right, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_metrics_say_when_the_database_does_not_answer(no_database: None) -> None:
    assert ask("/metrics").status_code == 503


def test_an_address_below_health_that_is_not_ours_goes_on() -> None:
    with pytest.raises(AssertionError, match="/health/other went on"):
        ask("/health/other")
