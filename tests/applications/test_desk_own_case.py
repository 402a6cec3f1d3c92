"""An officer is a citizen too: the own case is handled by somebody else, on every road."""

import pytest
from django.db import IntegrityError, transaction

from applications.actions.approve import approve_application
from applications.actions.claim import claim_case, claim_next, claim_next_once
from applications.actions.escalate import answer_escalation
from applications.actions.open_file import open_file
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.actions.reveal_answer import reveal_answer
from applications.actions.view import open_application
from applications.models import Application, Decision
from applications.states import State
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.models import Account, Person
from tests.factories.desk import (
    make_handed_in,
    make_in_hand,
    make_officer,
    make_rows,
    office_of,
)
from tests.factories.identity import (
    link,
    make_citizen,
    make_organisation,
    make_person,
    officer_actor,
    sign_in,
)
from tests.factories.portal import take_case

pytestmark = pytest.mark.django_db


def be(posting, person: Person) -> None:
    """This officer is this citizen."""
    link(posting.account, person)


@pytest.fixture
def own():
    """A clerk's own case in the clerk's own hands, taken before anybody knew."""
    case, posting = make_in_hand()
    be(posting, case.applicant)
    return case, officer_actor(posting)


WAYS = {
    "open": lambda actor, case: open_application(actor=actor, reference=case),
    "take": lambda actor, case: claim_case(actor=actor, reference=case),
    "approve": lambda actor, case: approve_application(
        actor=actor, reference=case, reason="x", no_interest=True
    ),
    "reject": lambda actor, case: reject_application(
        actor=actor, reference=case, grounds=["x"], reason="x"
    ),
    "correct": lambda actor, case: request_correction(
        actor=actor, reference=case, points=[{"target": "phone", "text": "x"}]
    ),
    "file": lambda actor, case: open_file(actor=actor, reference=case, number=1),
    "reveal": lambda actor, case: reveal_answer(
        actor=actor, reference=case, key="citizen_number", reason="compare"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_own_case_is_refused_in_plain_words_and_nothing_changes(own, way):
    case, actor = own
    before = AuditEntry.objects.count()

    with pytest.raises(Refused) as refusal:
        WAYS[way](actor, case.reference)

    assert (refusal.value.code, refusal.value.status) == ("application.your_own_case", 403)
    assert AuditEntry.objects.count() == before
    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "take",
    [
        lambda actor: claim_next(actor=actor),
        lambda actor: claim_next(actor=actor, in_hand=0),
        lambda actor: claim_next_once(actor=actor, key="one-wish"),
    ],
    ids=["page", "second click", "program"],
)
def test_the_next_case_is_never_the_own_one(take):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    be(posting, case.applicant)
    assert take(officer_actor(posting)) is None
    make_rows(case, 1, state=State.SUBMITTED, due_on=case.due_on)

    taken = take(officer_actor(posting))

    assert taken is not None
    assert taken.reference != case.reference
    case.refresh_from_db()
    assert (case.state, case.claimed_by) == (State.SUBMITTED, None)


@pytest.mark.parametrize("how", ["about the officer", "about a firm the officer leads"])
def test_a_case_somebody_else_handed_in_for_the_officer_is_the_officers_own(how):
    case = make_handed_in()
    posting, person = make_officer(office_of(case)), make_person()
    be(posting, person)
    firm = make_organisation(legal_representative=person)
    subject = person.pk if how == "about the officer" else firm.pk
    make_rows(case, 1, state=State.SUBMITTED, subject_id=subject)
    theirs = Application.objects.get(subject_id=subject)
    take_case(case, make_officer(office_of(case)))

    assert claim_next(actor=officer_actor(posting)) is None
    with pytest.raises(Refused) as refusal:
        claim_case(actor=officer_actor(posting), reference=theirs.reference)
    assert refusal.value.code == "application.your_own_case"


def test_a_superior_does_not_answer_for_the_own_case():
    case, _posting = make_in_hand()
    Application.objects.filter(pk=case.pk).update(state=State.ESCALATED)
    superior = make_officer(office_of(case), "superior")
    be(superior, case.applicant)

    with pytest.raises(Refused) as refusal:
        answer_escalation(
            actor=officer_actor(superior),
            reference=case.reference,
            allow=True,
            document="x",
            reason="x",
        )

    assert refusal.value.code == "application.your_own_case"


def test_a_colleague_takes_over_what_the_concerned_officer_still_holds(client, own):
    case, _concerned = own
    colleague = make_officer(office_of(case))
    sign_in(client, colleague.account)
    page = client.get(f"/admin/desk/{case.reference}/")
    assert f'action="/admin/desk/{case.reference}/take/"' in page.content.decode()

    client.post(f"/admin/desk/{case.reference}/take/")

    case.refresh_from_db()
    assert case.claimed_by == colleague.account_id


def test_the_page_says_whose_case_it_is_and_what_to_do(client):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    be(posting, case.applicant)
    sign_in(client, posting.account)

    answer = client.get(f"/admin/desk/{case.reference}/", headers={"Accept-Language": "en"})

    assert answer.status_code == 403
    assert "This is a case of your own" in answer.content.decode()
    assert "colleague" in answer.content.decode()


def test_an_officer_without_a_known_person_works_as_before():
    case = make_handed_in()
    posting = make_officer(office_of(case))

    assert claim_next(actor=officer_actor(posting)) == case


def test_the_database_itself_links_no_citizens_account():
    citizen = make_citizen()

    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=citizen.pk).update(private_person=make_person())
