"""The lists of the desk: what may be taken, what came back from a superior, what was answered."""

import pytest

from applications.actions.claim import claim_next, release_case
from applications.actions.escalate import answer_escalation, ask_superior
from applications.models import Escalation
from applications.selectors.desk import Standing, standings_of
from audit.models import AuditEntry
from audit.outbox import take_all
from identity.models import Message
from tests.conftest import close_gate
from tests.factories.desk import (
    make_handed_in,
    make_in_hand,
    make_officer,
    make_rule,
    office_of,
)
from tests.factories.identity import (
    link,
    make_citizen,
    make_department,
    make_person,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "tried"),
    [
        ("YB-2026-ZZZZ-ZZZZ", ("case.refused", "YB-2026-ZZZZ-ZZZZ")),
        ("511699194404020424", ("case.refused", "")),
        ("elsewhere", ("application.refused", None)),
    ],
)
def test_a_number_that_leads_to_no_case_of_the_office_is_an_entry(client, typed, tried):
    case = make_handed_in()
    sign_in(client, make_officer(make_department()).account)
    verb, thing = tried

    client.get("/admin/desk/", {"find": case.reference if typed == "elsewhere" else typed})

    entry = AuditEntry.objects.filter(outcome="refused").get()
    assert (entry.verb, entry.object_id) == (verb, str(case.pk) if thing is None else thing)


def page_of_desk(client, show: str = "mine") -> str:
    return client.get(f"/admin/desk/?show={show}").content.decode()


def put_and_answer(case, posting, *, allow: bool):
    superior = make_officer(office_of(case), "superior")
    ask_superior(actor=officer_actor(posting), reference=case.reference, reason="请授权")
    close_gate()
    answer_escalation(
        actor=officer_actor(superior),
        reference=case.reference,
        allow=allow,
        document="1号",
        reason="看过了",
    )
    close_gate()
    return superior


def test_ones_own_case_is_not_counted_and_is_said_to_wait_for_a_colleague(client):
    person = make_person(name="谭文")
    case = make_handed_in(account=make_citizen(person=person))
    posting = make_officer(office_of(case))
    link(posting.account, person)
    sign_in(client, posting.account)

    page = page_of_desk(client, "unclaimed")
    facts = page[page.index('class="facts"') :]
    assert "有1件是您自己的事，在等同事来办。" in page
    assert "您自己的事，由同事办" in page
    assert "<dd>1</dd>" not in facts[: facts.index("</dl>")]
    asked = client.post("/admin/desk/next/", follow=True).content.decode()

    assert "没有别的件可以领了。有1件是您自己的事" in asked


def test_what_was_handed_back_is_dealt_to_the_same_officer_only_when_nothing_else_waits():
    account = make_citizen()
    first = make_handed_in(account=account)
    posting = make_officer(office_of(first))
    actor = officer_actor(posting)
    claim_next(actor=actor)
    release_case(actor=actor, reference=first.reference)
    other = make_handed_in()
    other.due_on = first.due_on.replace(year=first.due_on.year + 1)
    other.save()

    dealt = [claim_next(actor=actor), claim_next(actor=actor)]

    assert [case.pk for case in dealt if case] == [other.pk, first.pk]


@pytest.mark.parametrize(
    ("allow", "words", "standing"),
    [(True, "上级授权", Standing.ALLOWED), (False, "上级不授权", Standing.NOT_ALLOWED)],
)
def test_what_came_back_from_the_superior_is_marked_and_told(client, allow, words, standing):
    case, posting = make_in_hand()
    make_rule(override="本机关负责人")
    sign_in(client, posting.account)
    client.get(f"/admin/desk/{case.reference}/")
    assert standings_of([case]) == {case.pk: Standing.RED}

    put_and_answer(case, posting, allow=allow)

    assert standings_of([case]) == {case.pk: standing}
    page = page_of_desk(client)
    row = page[page.index(case.reference) :]
    assert words in row[: row.index("</tr>")]
    take_all()
    message = Message.objects.get(account=posting.account, kind="application.superior_answered")
    assert message.params["answer"] == Escalation.objects.get(application=case).answer


def test_the_superior_finds_the_own_answers_again(client):
    case, posting = make_in_hand()
    make_rule(override="本机关负责人")
    superior = put_and_answer(case, posting, allow=True)
    stranger = make_officer(office_of(case), "superior")

    sign_in(client, superior.account)
    own = client.get("/admin/desk/escalations/").content.decode()
    sign_in(client, stranger.account)
    others = client.get("/admin/desk/escalations/").content.decode()

    assert case.reference in own[own.index('id="answered"') :]
    assert case.reference not in others


def test_the_number_of_the_document_is_not_called_optional(client):
    case, posting = make_in_hand()
    make_rule(override="本机关负责人")
    superior = make_officer(office_of(case), "superior")
    ask_superior(actor=officer_actor(posting), reference=case.reference, reason="请授权")
    close_gate()
    sign_in(client, superior.account)
    address = f"/admin/desk/escalations/{case.reference}/"

    page = client.get(address).content.decode()
    refused = client.post(address, {"allow": "no", "reason": "不行"})

    assert "可以不写" not in page
    assert refused.status_code == 302


def test_who_works_the_next_step_too_stays_on_the_case_after_passing_it_on(client):
    case = make_handed_in()
    posting = make_officer(office_of(case))
    sign_in(client, posting.account)
    client.post(f"/admin/desk/{case.reference}/take/")

    answer = client.post(f"/admin/desk/{case.reference}/pass-on/", {"reason": "材料齐全"})

    assert answer.headers["Location"] == f"/admin/desk/{case.reference}/"
