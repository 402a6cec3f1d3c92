"""What people read about a look: which value or which kinds of data it was, and the reason."""

import json

import pytest

from applications.actions.reveal_answer import REASONS
from audit.kernel.actors import Purpose, PurposeKind
from identity.models import Account
from portal.desk.break_glass import open_case_by_reason
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.seen_words import SEEN, opened_in_words, seen_in_words
from portal.myspace.told import told, told_why
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

    assert f"身份证号。原因：{REASONS['compare']}" in page


def test_a_look_without_a_case_names_what_its_reason_opened_and_not_more(client):
    citizen = make_citizen()
    clerk = officer_actor(make_posting())
    for reason in ("urgent_help", "called"):
        look_up_person(actor=clerk, person_id=citizen.person_id, reason=reason, why="邻居说她病了")
        close_gate()
    sign_in(client, citizen)

    looks = client.get("/my/access/").context["people"].looks
    called, urgent = (one for one in looks if one.what == told(LOOKED_UP))
    assert called.seen == "您的姓名、遮住几位的身份证号、您没办完的办件编号（如有）"
    assert (
        urgent.seen
        == "您的姓名、遮住几位的身份证号、您的完整电话（如有登记）、您的住址（如有登记）"
    )
    assert "邻居说" not in client.get("/my/access/").content.decode()


@pytest.mark.parametrize("field", ["birth_date", "phone", "phone_in_full", "address"])
def test_what_may_not_be_registered_is_not_said_to_have_been_seen(field):
    for said in (seen_in_words(LOOKED_UP, {"fields": [field]}), opened_in_words([field])):
        assert said.endswith(("（如有登记）", "，如有登记）"))


def test_the_opened_case_of_another_office_names_its_parts(client):
    case = make_handed_in()
    superior = officer_actor(make_posting(capacity="superior"))
    open_case_by_reason(actor=superior, reference=case.reference, reason="urgent_help", why="急事")
    close_gate()
    sign_in(client, Account.objects.get(person=case.applicant_id))

    (look,) = client.get("/my/access/").context["people"].looks

    assert look.seen == (
        "您的姓名（遮住一部分）、办的是什么事、办到哪一步、在谁手里、您在表里填的内容（号码遮住几位）、"
        "决定和理由"
    )


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
    assert [len(look.same) for look in looks] == [3, 0, 0, 0]
    assert "一共3次" in page.content.decode()


def test_an_act_that_was_stopped_is_not_called_a_look_that_was_refused(client):
    citizen = make_citizen()
    for verb in ("application.stopped", "application.refused"):
        make_look(make_posting(), citizen.person_id, verb=verb, outcome="refused")
    sign_in(client, citizen)

    page = client.get("/my/access/")

    assert [look.is_refused for look in page.context["people"].looks] == [True, False]
    assert page.content.decode().count("什么也没看到") == 1


CHECKING = Purpose.duty("supervision")


def test_what_supervisors_checked_on_one_day_is_one_line_an_office_that_opens_to_each_look(client):
    citizen = make_citizen()
    first, second = make_posting(capacity="supervisor"), make_posting(capacity="supervisor")
    clerk = make_posting(department=first.department)
    colleague = make_posting(capacity="supervisor", department=first.department)
    looks = [
        make_look(posting, citizen.person_id, verb=verb, purpose=CHECKING)
        for posting, verb in (
            (first, "trail.viewed"),
            (colleague, "trail.viewed"),
            (first, "alarm.judged"),
            (second, "trail.viewed"),
        )
    ]
    work = make_look(clerk, citizen.person_id)
    sign_in(client, citizen)

    response = client.get("/my/access/")

    assert [one.number for one in response.context["people"].looks] == [work.pk]
    lines = response.context["checkers"].looks
    assert [len(one.same) for one in lines] == [0, 3]
    judged, read = told("alarm.judged"), told("trail.viewed")
    assert lines[1].what == f"核查了谁看过您的信息：{read}；{judged}"
    assert lines[1].why == told_why("duty", "supervision")
    assert lines[1].seen == seen_in_words("trail.viewed")
    assert [one.number for one in lines[1].same] == [one.pk for one in reversed(looks[:3])]
    page = response.content.decode()
    for look in looks:
        assert page.count(f'href="/my/access/{look.pk}/"') == 1
    for verb in ("trail.viewed", "alarm.judged"):
        assert told(verb) in page


def test_each_step_of_an_order_about_somebody_stands_alone_between_the_folded_looks(client):
    citizen = make_citizen()
    supervisor = make_posting(capacity="supervisor")
    verbs = ("erasure.asked", "erasure.viewed", "trail.viewed", "erasure.confirmed")
    for verb in verbs:
        make_look(supervisor, citizen.person_id, verb=verb, purpose=Purpose.duty("erasure"))
    sign_in(client, citizen)

    lines = client.get("/my/access/").context["checkers"].looks

    assert [(one.what, len(one.same)) for one in lines] == [
        (told("erasure.confirmed"), 0),
        (f"核查了谁看过您的信息：{told('erasure.viewed')}；{told('trail.viewed')}", 2),
        (told("erasure.asked"), 0),
    ]


def test_a_supervisor_who_looks_for_a_reason_of_their_own_is_not_folded_away(client):
    citizen = make_citizen()
    supervisor = make_posting(capacity="supervisor")
    for _ in range(2):
        make_look(supervisor, citizen.person_id, purpose=Purpose(PurposeKind.REASON, "called"))
    sign_in(client, citizen)

    response = client.get("/my/access/")

    assert [len(one.same) for one in response.context["people"].looks] == [0, 0]
    assert response.context["checkers"].looks == []


def test_a_look_one_asked_about_stands_alone_and_the_others_stay_folded(client):
    citizen = make_citizen()
    supervisor = make_posting(capacity="supervisor")
    made = [
        make_look(supervisor, citizen.person_id, verb="trail.viewed", purpose=CHECKING)
        for _ in range(3)
    ]
    sign_in(client, citizen)
    client.post(f"/my/access/{made[1].pk}/", {"words": "为什么？"})

    lines = client.get("/my/access/").context["checkers"].looks

    assert [(one.number, len(one.same)) for one in lines] == [(made[2].pk, 2), (made[1].pk, 0)]


def test_the_saved_file_has_every_folded_look(client):
    citizen = make_citizen()
    supervisor = make_posting(capacity="supervisor")
    made = [
        make_look(supervisor, citizen.person_id, verb="trail.viewed", purpose=CHECKING)
        for _ in range(3)
    ]
    sign_in(client, citizen)

    looks = json.loads(client.post("/my/export/").content)["who_looked"]

    assert [one["what"] for one in looks] == [told("trail.viewed")] * len(made)


def test_a_refused_look_says_that_nothing_was_seen_and_a_broken_page_that_it_may_have_been(client):
    citizen = make_citizen()
    for outcome in ("refused", "undone"):
        make_look(make_posting(), citizen.person_id, outcome=outcome)
    sign_in(client, citizen)

    page = client.get("/my/access/")

    undone, refused = page.context["people"].looks
    assert (refused.is_refused, refused.seen) == (True, "")
    assert (undone.is_refused, undone.seen) == (False, str(SEEN["application.viewed"]))
    for words in ("没让看，什么也没看到", "页面出错，可能已经看到"):
        assert page.content.decode().count(words) == 1


def test_no_page_says_that_nobody_looked_where_a_law_may_keep_a_look_back(client):
    sign_in(client, make_citizen())

    assert "这里没有可以显示的查看" in client.get("/my/access/").content.decode()
