"""What a case's own page tells its parties a hold does not keep back: it would tell of the hold."""

from dataclasses import replace

import pytest
from django.db import connection, transaction

from applications.actions.approve import approve_application
from applications.actions.claim import claim_case
from applications.actions.escalate import answer_escalation, ask_superior
from applications.actions.pass_step import pass_step
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.case_trail import record_case
from applications.models import Application, Step
from applications.verbs import Verb
from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from identity.actions.end_hold import end_hold
from identity.models import DisclosureHold
from identity.selectors.looks import Lookers, looks_shown_late, reader_of
from tests.conftest import as_owner, close_gate, switch_triggers
from tests.factories.desk import make_handed_in, make_officer, make_rows, make_rule, office_of
from tests.factories.holds import in_force, shown_to, wanted
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db
Scope = DisclosureHold.Scope


@pytest.fixture
def owner():
    return make_citizen(person=make_person(name="陈磊"))


@pytest.fixture
def number():
    return make_number()


@pytest.fixture
def spouse(number):
    """Is named in the case and is no party of it."""
    return make_citizen(person=make_person(name="周敏", number=number))


@pytest.fixture
def case(owner, spouse, number):
    return make_handed_in(account=owner, spouse_number=number)


@pytest.fixture
def clerk(case):
    return make_officer(office_of(case))


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _ in range(2)]


def hold_back(two, account, case, scope="case") -> DisclosureHold:
    code = {"case": case.reference, "office": office_of(case).code}[scope]
    return in_force(two, wanted(account, office_of(case), scope=Scope(scope), scope_code=code))


def look(posting, case, verb=Verb.VIEWED) -> None:
    record_case(case, actor=officer_actor(posting), verb=verb)
    close_gate()


def correct(actor, case) -> None:
    points = [{"target": "phone", "text": "打不通"}]
    request_correction(actor=actor, reference=case.reference, points=points)


def pass_on(actor, case) -> None:
    pass_step(actor=actor, reference=case.reference, reason="齐全")


def approve(actor, case) -> None:
    decides(case)
    approve_application(actor=actor, reference=case.reference, reason="x", no_interest=True)


def reject(actor, case) -> None:
    decides(case)
    reject_application(actor=actor, reference=case.reference, grounds=["x"], reason="x")


def put_before(actor, case) -> None:
    decides(case)
    make_rule(override="superior")
    ask_superior(actor=actor, reference=case.reference, reason="请授权")


def put_and_answer(actor, case) -> None:
    put_before(actor, case)
    close_gate()
    answer_escalation(
        actor=officer_actor(make_officer(office_of(case), "superior")),
        reference=case.reference,
        allow=True,
        document="1号",
        reason="看过了",
    )


def decides(case) -> None:
    Step.objects.filter(application=case, state="open").update(kind="decide")


ACTS = {
    "corrected": (correct, "请您补充", [Verb.CORRECTION_ASKED]),
    "passed": (pass_on, "看材料", [Verb.STEP_PASSED]),
    "approved": (approve, "已批准", [Verb.APPROVED]),
    "rejected": (reject, "没批准", [Verb.REJECTED]),
    "put before": (put_before, "交给了上级", [Verb.ESCALATED]),
    "answered": (put_and_answer, "上级答复了", [Verb.ESCALATION_DECIDED, Verb.ESCALATED]),
}


@pytest.mark.parametrize("scope", ["case", "office"])
@pytest.mark.parametrize("act", ACTS)
def test_each_act_the_page_of_a_case_tells_its_party_is_told_with_its_looks(
    client, owner, spouse, case, clerk, two, act, scope
):
    do, on_page, verbs = ACTS[act]
    hold = hold_back(two, owner, case, scope)
    colleague = make_officer(office_of(case))
    look(clerk, case)
    look(colleague, case)
    claim_case(actor=officer_actor(clerk), reference=case.reference)
    close_gate()
    look(clerk, case, Verb.RULES_VIEWED)
    do(officer_actor(clerk), case)
    close_gate()
    look(clerk, case)

    sign_in(client, owner)
    assert on_page in client.get(f"/my/cases/{case.reference}/").content.decode()
    close_gate()
    told = shown_to(owner, Lookers.PEOPLE)
    by_clerk = [one.verb for one in told if one.actor == clerk.account_id]
    assert [one.verb for one in told if one.verb in verbs] == verbs
    assert [one for one in by_clerk if one != Verb.RULES_CHECKED] == [
        *[one for one in verbs if one != Verb.ESCALATION_DECIDED],
        Verb.RULES_VIEWED,
        Verb.CLAIMED,
        Verb.VIEWED,
    ]
    assert colleague.account_id not in {one.actor for one in told}
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    late = looks_shown_late(reader_of(citizen_actor(owner)), shown_to(owner, Lookers.PEOPLE))
    assert set(late).isdisjoint(one.pk for one in told)
    assert len(late) == 2  # the colleague's, and the one after the act


def test_who_is_merely_named_is_told_nothing_of_it(owner, spouse, case, clerk, two):
    hold_back(two, owner, case)
    look(clerk, case)
    claim_case(actor=officer_actor(clerk), reference=case.reference)
    close_gate()

    assert shown_to(spouse, Lookers.PEOPLE) == []
    assert [one.verb for one in shown_to(owner, Lookers.PEOPLE)] == [Verb.CLAIMED, Verb.VIEWED]


@pytest.mark.django_db(transaction=True)
def test_what_was_seen_on_another_day_than_an_act_stays_kept_back():
    with transaction.atomic():
        owner = make_citizen()
        case = make_handed_in(account=owner)
        clerk = make_officer(office_of(case))
        hold_back([make_posting(capacity="supervisor") for _ in range(2)], owner, case)
        look(clerk, case)
        claim_case(actor=officer_actor(clerk), reference=case.reference)
    assert [one.verb for one in shown_to(owner, Lookers.PEOPLE)] == [Verb.CLAIMED, Verb.VIEWED]

    move_to_tomorrow(AuditEntry.objects.get(verb=Verb.CLAIMED))

    assert [one.verb for one in shown_to(owner, Lookers.PEOPLE)] == [Verb.CLAIMED]


def move_to_tomorrow(entry) -> None:
    with as_owner(), connection.cursor() as cursor:
        switch_triggers(cursor, "disable")
        for table, column in {"audit_entry": "id", "audit_subject": "entry_id"}.items():
            cursor.execute(
                f"update {table} set at = at + interval '1 day' where {column} = %s", [entry.pk]
            )
        switch_triggers(cursor, "enable")


def test_whoever_filled_the_form_in_for_another_is_told_as_well(two, owner):
    helper = make_citizen()
    case = make_handed_in(account=owner, helper=helper)
    clerk = make_officer(office_of(case))
    hold_back(two, owner, case)
    claim_case(actor=officer_actor(clerk), reference=case.reference)
    close_gate()

    for one in (owner, helper):
        assert [entry.verb for entry in shown_to(one, Lookers.PEOPLE)] == [Verb.CLAIMED]


def test_whoever_leads_the_firm_is_told_as_well(two, owner, case, clerk):
    firm = make_organisation(legal_representative_id=owner.person_id)
    make_rows(case, 1, subject_id=firm.pk)
    of_firm = Application.objects.get(subject_id=firm.pk)
    hold = wanted(owner, clerk.department, scope=Scope.CASE, scope_code=of_firm.reference)
    in_force(two, replace(hold, subject_id=firm.pk))
    why = Purpose.case(of_firm.reference)
    for verb in (Verb.VIEWED, Verb.CLAIMED, Verb.VIEWED):
        make_look(clerk, firm.pk, verb=verb, purpose=why)

    told = shown_to(owner, Lookers.PEOPLE, on_behalf_of=firm.pk)
    assert [one.verb for one in told] == [Verb.CLAIMED, Verb.VIEWED]
