"""What people read about a look: which value or which kinds of data it was, and the reason."""

import pytest

from applications.actions.reveal_answer import REASONS
from identity.models import Account
from portal.desk.break_glass import open_case_by_reason
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.trail_words import VERBS
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand
from tests.factories.identity import make_citizen, make_posting, officer_actor, sign_in
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db


def test_a_covered_value_that_was_seen_is_named_with_its_reason(client):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    client.post(f"/admin/desk/{case.reference}/reveal/citizen_number/", {"reason": "compare"})
    close_gate()
    sign_in(client, Account.objects.get(person=case.applicant_id))

    page = client.get("/my/access/").content.decode()

    assert f"您的身份证号。原因：{REASONS['compare']}" in page


def test_a_look_without_a_case_names_what_its_reason_opened_and_not_more(client):
    citizen = make_citizen()
    clerk = officer_actor(make_posting())
    for reason in ("urgent_help", "called"):
        look_up_person(actor=clerk, person_id=citizen.person_id, reason=reason, why="邻居说她病了")
        close_gate()
    sign_in(client, citizen)

    looks = client.get("/my/access/").context["people"].looks
    called, urgent = (one for one in looks if one.what == str(VERBS[LOOKED_UP]))
    assert called.seen == "您的姓名、遮住几位的身份证号、您在办的办件编号"
    assert urgent.seen == "您的姓名、遮住几位的身份证号、您的完整电话、您的住址"
    assert "邻居说" not in client.get("/my/access/").content.decode()


def test_the_opened_case_of_another_office_names_its_parts(client):
    case = make_handed_in()
    superior = officer_actor(make_posting(capacity="superior"))
    open_case_by_reason(actor=superior, reference=case.reference, reason="urgent_help", why="急事")
    close_gate()
    sign_in(client, Account.objects.get(person=case.applicant_id))

    (look,) = client.get("/my/access/").context["people"].looks

    assert look.seen == "办件到了哪一步、您在表里填的内容（号码遮住几位）、决定和理由"


def test_one_officers_lists_of_one_day_are_one_line_and_looks_at_the_case_are_not(client):
    citizen = make_citizen()
    one, other = make_posting(), make_posting()
    for officer, verb in (
        (one, "queue.listed"),
        (one, "application.viewed"),
        (one, "queue.listed"),
        (one, "application.viewed"),
        (other, "queue.listed"),
        (one, "queue.listed"),
    ):
        make_look(officer, citizen.person_id, verb=verb)
    sign_in(client, citizen)

    page = client.get("/my/access/")

    looks = page.context["people"].looks
    assert [(look.is_view, look.times) for look in looks].count((True, 1)) == 2
    assert [look.times for look in looks] == [3, 1, 1, 1]
    assert "当天 3 次" in page.content.decode()
