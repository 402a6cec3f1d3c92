"""A posting that ends between the beginning of a request and its entry: refused in plain words."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from audit.models import AuditEntry
from identity.models import Account, Posting
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import end_post, make_posting, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = {"accept-language": "en"}


def close(posting: Posting) -> None:
    Account.objects.filter(pk=posting.account_id).update(is_active=False)


@contextmanager
def meanwhile(leave: Callable[[Posting], None], posting: Posting) -> Iterator[None]:
    """Another session does this once, the moment before the first entry of this one."""
    done: list[Thread] = []

    def elsewhere() -> None:
        leave(posting)
        connection.close()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "audit_record" in sql and not done:
            done.append(Thread(target=elsewhere))
            done[0].start()
            done[0].join()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert done


@pytest.mark.parametrize("leave", [end_post, close])
def test_an_officer_reads_it_and_what_to_do(client: Client, leave: Callable[..., None]) -> None:
    with transaction.atomic():
        case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    address = f"/admin/desk/{case.reference}/"
    with meanwhile(leave, clerk):
        answer = client.get(address, headers=ENGLISH)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Retry-After" not in answer
    assert answer["Cache-Control"] == "no-store"
    assert 'class="staff' in page
    assert "Your posting has ended" in page
    assert "ask the system administrator of your department" in page
    assert case.masked_name not in page
    assert not AuditEntry.objects.filter(verb="case.viewed").exists()
    assert client.get(address).status_code in (302, 403)


def test_who_has_another_posting_goes_on_in_that_one(client: Client) -> None:
    with transaction.atomic():
        case, clerk = make_in_hand()
        make_posting(account=clerk.account, department=clerk.department, is_primary=False)
    sign_in(client, clerk.account)
    client.post("/admin/posting/", {"posting": clerk.pk})
    address = f"/admin/desk/{case.reference}/"
    with meanwhile(end_post, clerk):
        assert client.get(address).status_code == 403
    assert client.get(address).status_code == 200


def test_nothing_is_done_in_it_either(client: Client) -> None:
    with transaction.atomic():
        case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    with meanwhile(end_post, clerk):
        answer = client.post(f"/admin/desk/{case.reference}/approve/", {"reason": "ok"})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_program_gets_a_problem_it_can_read(client: Client) -> None:
    with transaction.atomic():
        case = make_handed_in()
        posting = make_officer(office_of(case))
    sign_in(client, posting.account)
    token = client.post("/admin/api-token/").context["token"]
    program = Client(headers={"Authorization": f"Bearer {token}", **ENGLISH})
    key = {"Idempotency-Key": "one-wish-of-many"}
    with meanwhile(end_post, posting):
        answer = program.post(
            "/api/v1/desk/cases/next/", "{}", content_type="application/json", headers=key
        )

    problem = json.loads(answer.content)
    assert answer.status_code == problem["status"] == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["type"].endswith("/problems/trail.post_not_held")
    assert problem["title"].startswith("Your posting has ended")
    assert problem["detail"].startswith("If you have another posting")
    case.refresh_from_db()
    assert case.claimed_by is None
