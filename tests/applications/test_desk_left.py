"""Officers who leave: their cases go on with colleagues, their tokens and keys open nothing."""

import json

import pytest
from django.test import Client

from applications.actions.claim import claim_case, claim_next, release_case
from applications.actions.reject import reject_application
from applications.tasks import free_left
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.models import Account, Posting
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import end_post, make_department, make_posting, officer_actor, sign_in

pytestmark = pytest.mark.django_db
DESK = "/api/v1/desk/cases/"


def close(posting: Posting) -> None:
    Account.objects.filter(pk=posting.account_id).update(is_active=False)


@pytest.mark.parametrize("leave", [end_post, close])
def test_a_colleague_takes_over_what_an_officer_left(leave):
    case, left = make_in_hand()
    colleague = officer_actor(make_officer(office_of(case)))
    assert claim_next(actor=colleague) is None
    with pytest.raises(Refused):
        claim_case(actor=colleague, reference=case.reference)

    leave(left)

    assert claim_case(actor=colleague, reference=case.reference).claimed_by == colleague.account_id
    verbs = AuditEntry.objects.filter(purpose=case.reference).order_by("id")
    assert list(verbs.values_list("verb", "capacity"))[-2:] == [
        ("application.released", "system"),
        ("application.claimed", "clerk"),
    ]


@pytest.mark.parametrize("leave", [end_post, close])
def test_it_is_the_next_case_again(leave):
    case, left = make_in_hand()
    colleague = officer_actor(make_officer(office_of(case)))

    leave(left)

    assert claim_next(actor=colleague) == case


def test_who_works_at_another_office_now_has_left_this_one():
    case, moved = make_in_hand()
    end_post(moved)
    make_posting(account=moved.account, department=make_department())

    assert claim_next(actor=officer_actor(make_officer(office_of(case)))) == case


def test_who_has_another_posting_at_this_office_has_not():
    case, officer = make_in_hand()
    end_post(officer)
    make_posting(account=officer.account, department=officer.department)

    assert claim_next(actor=officer_actor(make_officer(office_of(case)))) is None


@pytest.mark.django_db(transaction=True)
def test_the_portal_gives_it_back_by_itself():
    with in_one_transaction():
        case, left = make_in_hand()
        end_post(left)

    assert (free_left(), free_left()) == (1, 0)

    case.refresh_from_db()
    assert (case.claimed_by, case.claimed_label) == (None, "")


def test_a_decided_case_is_not_given_back():
    case, posting = make_in_hand()
    actor = officer_actor(posting)
    reject_application(
        actor=actor, reference=case.reference, grounds=["缺材料"], reason="缺材料，请补齐后再办。"
    )

    with pytest.raises(Refused) as refusal:
        release_case(actor=actor, reference=case.reference)

    assert refusal.value.code == "application.has_ended"
    assert not AuditEntry.objects.filter(verb="application.released").exists()


def program_of(posting) -> Client:
    client = Client()
    sign_in(client, posting.account)
    token = client.post("/admin/api-token/").context["token"]
    return Client(headers={"Authorization": f"Bearer {token}"})


def take(program, key="one-wish-of-many"):
    headers = {"Idempotency-Key": key}
    kind = "application/json"
    return program.post(f"{DESK}next/", json.dumps({}), content_type=kind, headers=headers)


@pytest.mark.parametrize("leave", [end_post, close])
def test_a_token_ends_with_the_posting(leave):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    program = program_of(posting)
    assert take(program).json()["reference"] == case.reference

    leave(posting)

    assert take(program).status_code == 401
    assert program.get(DESK).status_code == 401


def test_a_token_works_in_a_clerks_posting_only():
    case = make_handed_in()
    posting = make_officer(office_of(case))
    program = program_of(posting)

    end_post(posting)
    here = {"account": posting.account, "department": posting.department}
    make_posting(capacity="superior", **here)

    assert program.get(DESK).status_code == 401


def test_an_old_key_opens_nothing_at_another_office():
    case = make_handed_in()
    posting = make_officer(office_of(case))
    program = program_of(posting)
    take(program)

    elsewhere = make_handed_in(code="CN100")
    end_post(posting)
    make_posting(account=posting.account, department=office_of(elsewhere))

    answer = take(program)

    assert (answer.status_code, case.reference in answer.content.decode()) == (404, False)
