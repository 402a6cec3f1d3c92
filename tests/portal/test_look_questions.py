"""Asking why, answering, and holding looks back, as people see it on their pages."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry, AuditSubject
from audit.outbox import take_all
from identity.models import DisclosureHold, LookQuestion
from portal.desk.seen_words import SEEN
from tests.factories.citizen import LI_XIAO as NUMBER
from tests.factories.identity import (
    make_citizen,
    make_department,
    make_person,
    make_posting,
    sign_in,
)
from tests.factories.looks import make_look, make_superior

pytestmark = pytest.mark.django_db
ACCESS, DESK, HOLDS = "/my/access/", "/admin/questions/", "/admin/holds/"
ANSWER = {"verdict": "for_work", "answer": "为了办您的件。\n没有看别的。"}


@pytest.fixture
def office():
    return make_department(name="区公安分局")


@pytest.fixture
def citizen():
    return make_citizen(person=make_person(name="李晓", number=NUMBER))


@pytest.fixture
def clerk(office):
    return make_posting(department=office)


@pytest.fixture
def look(citizen, clerk):
    return make_look(clerk, citizen.person_id)


@pytest.fixture
def superior(office):
    return make_superior(office)


def text(response, status=200) -> str:
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


def ask(client, citizen, look, words="那天我没去过。"):
    sign_in(client, citizen)
    asked = client.post(f"{ACCESS}{look.pk}/", {"words": words})
    assert asked.status_code == 302
    client.cookies.clear()
    return LookQuestion.objects.latest("id")


def hold_form(clerk, **changes) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "number": NUMBER,
        "scope": "officer",
        "officer": clerk.officer_code.lower(),
        "looks_from": str(today - timedelta(days=1)),
        "looks_to": str(today + timedelta(days=1)),
        "ground": "duty",
        "days": "30",
        "words": "来函：测2026-1号",
        **changes,
    }


def ask_and_confirm(client, clerk) -> DisclosureHold:
    """Through the pages of two supervisors; leaves nobody signed in."""
    first, second = (make_posting(capacity="supervisor") for _ in range(2))
    sign_in(client, first.account)
    assert client.post(f"{HOLDS}new/", hold_form(clerk)).status_code == 302
    hold = DisclosureHold.objects.latest("id")
    sign_in(client, second.account)
    assert client.post(f"{HOLDS}{hold.reference}/confirm/").status_code == 302
    client.cookies.clear()
    hold.refresh_from_db()
    return hold


def test_each_look_of_an_officer_says_what_was_seen_and_how_to_ask_why(client, citizen, look):
    sign_in(client, citizen)

    page = text(client.get(ACCESS))

    assert str(SEEN["application.viewed"]) in page
    assert page.count(f'href="{ACCESS}{look.pk}/"') == 1
    form = text(client.get(f"{ACCESS}{look.pk}/"))
    assert "区公安分局" in form
    assert "最晚" in form


def test_a_look_is_there_in_the_very_next_request(client, citizen, clerk):
    sign_in(client, citizen)
    assert client.get(ACCESS).context["people"].looks == []
    made = make_look(clerk, citizen.person_id)

    (shown,) = client.get(ACCESS).context["people"].looks

    assert (shown.number, shown.at) == (made.pk, made.at)


def test_from_the_question_to_the_answer(client, citizen, look, superior):
    question = ask(client, citizen, look)
    sign_in(client, superior.account)
    address = f"{DESK}{question.reference}/"
    page = text(client.get(DESK))
    assert address in page
    for personal in ("李晓", "李*", "那天我没去过"):
        assert personal not in page
    assert not AuditEntry.objects.filter(verb="question.viewed").exists()

    opened = client.get(address)
    file = text(opened)
    assert "no-store" in opened["Cache-Control"]
    for shown in ("李晓", "那天我没去过。", look.actor_label, f"{NUMBER[:3]}*"):
        assert shown in file
    assert NUMBER not in file
    viewed = AuditEntry.objects.get(verb="question.viewed")
    assert [one.subject for one in AuditSubject.objects.filter(entry_id=viewed.pk)] == [
        citizen.person_id
    ]
    assert client.post(address, ANSWER).status_code == 302
    take_all()
    client.cookies.clear()

    sign_in(client, citizen)
    own = text(client.get(f"{ACCESS}questions/{question.reference}/"))
    assert "为了办您的件。<br>没有看别的。" in own
    assert "区公安分局的上级" in own
    assert "是工作需要" in text(client.get(ACCESS))
    messages = text(client.get("/my/messages/"))
    assert "您的提问有答复了" in messages
    (saved,) = json.loads(client.post("/my/export/").content)["asked_why"]
    assert saved["answer"] == ANSWER["answer"]


def test_an_answer_that_lacks_something_keeps_what_was_written(client, citizen, look, superior):
    question = ask(client, citizen, look)
    sign_in(client, superior.account)

    page = text(client.post(f"{DESK}{question.reference}/", {"answer": "写好的话"}))

    assert "写好的话" in page
    assert "请选结果。" in page
    question.refresh_from_db()
    assert question.answered_at is None


def test_an_answer_that_was_left_on_the_code_page_is_filled_in_again(
    client, citizen, look, superior
):
    question = ask(client, citizen, look)
    sign_in(client, superior.account, fresh=False)
    typed = {"verdict": "for_work", "answer": "核对了材料", "leave": "1"}

    form = client.post(f"{DESK}{question.reference}/", typed).context["form"]

    assert (form["verdict"].value(), form["answer"].value()) == ("for_work", "核对了材料")
    question.refresh_from_db()
    assert question.answered_at is None


def test_asking_twice_leads_to_the_one_question(client, citizen, look, superior):
    question = ask(client, citizen, look)
    sign_in(client, citizen)

    again = client.get(f"{ACCESS}{look.pk}/")

    assert again["Location"] == f"{ACCESS}questions/{question.reference}/"
    assert LookQuestion.objects.count() == 1


def test_the_desk_of_questions_is_for_superiors_and_supervisors(client, citizen, look, superior):
    question = ask(client, citizen, look)
    for capacity in ("clerk", "lead", "sysadmin"):
        sign_in(client, make_posting(capacity=capacity).account)
        for address in (DESK, f"{DESK}{question.reference}/"):
            assert client.get(address).status_code == 403
    sign_in(client, make_superior(make_department()).account)
    assert client.get(f"{DESK}{question.reference}/").status_code == 404


def test_supervisors_see_what_superiors_found_not_in_order(client, citizen, look, superior):
    question = ask(client, citizen, look)
    sign_in(client, superior.account)
    client.post(f"{DESK}{question.reference}/", {**ANSWER, "verdict": "mistake"})
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(DESK))

    assert "看错了" in page
    assert "为了办您的件。" in text(client.get(f"{DESK}{question.reference}/"))


def test_the_words_of_people_are_shown_as_words(client, citizen, look, superior):
    nasty = "<script>alert(1)</script> ‮abc 🙂"
    question = ask(client, citizen, look, nasty)
    sign_in(client, superior.account)

    page = text(client.get(f"{DESK}{question.reference}/"))

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert text(client.post(f"{DESK}{question.reference}/", {**ANSWER, "answer": "长" * 1001}))


def test_a_question_that_is_too_long_is_given_back(client, citizen, look):
    sign_in(client, citizen)

    page = text(client.post(f"{ACCESS}{look.pk}/", {"words": "长" * 501}))

    assert "501" in page
    assert not LookQuestion.objects.exists()


def test_what_is_held_back_is_nowhere_and_comes_late_with_its_ground(client, citizen, clerk, look):
    elsewhere = make_posting(department=make_department(name="区医保局"))
    make_look(elsewhere, citizen.person_id)
    hold = ask_and_confirm(client, clerk)

    sign_in(client, citizen)
    for address in (ACCESS, "/my/"):
        page = text(client.get(address))
        assert "区医保局" in page
        assert "区公安分局" not in page
        assert hold.reference not in page
    saved = client.post("/my/export/").content.decode()
    assert "区医保局" in saved
    assert "区公安分局" not in saved
    assert client.get(f"{ACCESS}{look.pk}/").status_code == 404
    client.cookies.clear()

    sign_in(client, make_posting(capacity="supervisor").account)
    assert client.post(f"{HOLDS}{hold.reference}/end/").status_code == 302
    client.cookies.clear()
    sign_in(client, citizen)
    page = text(client.get(ACCESS))
    assert "区公安分局" in page
    assert "由两位监督员暂缓" in page
    assert "《个人信息保护法》第三十五条" in page
    assert client.get(f"{ACCESS}{look.pk}/").status_code == 200


def test_a_hold_that_lasts_hides_itself_from_the_persons_messages_and_pages(
    client, citizen, clerk, look
):
    ask_and_confirm(client, clerk)
    take_all()
    sign_in(client, citizen)

    assert "暂缓" not in text(client.get(ACCESS)).partition("<main")[2]
    assert "暂缓" not in text(client.get("/my/messages/"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "123"}, "这不是身份证号码"),
        ({"officer": "NOBODY"}, "没有这个工号。"),
        ({"scope": "case", "case": "YB-2026"}, "这不是办件编号"),
        ({"days": "181"}, "180"),
        ({"looks_to": "2020-01-01"}, "最后一天不能早于第一天。"),
        ({"ground": "because"}, "error"),
        ({"words": ""}, "请写明为什么现在不能显示。"),
    ],
)
def test_a_hold_that_cannot_be_checked_is_not_asked_for(client, citizen, clerk, change, said):
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.post(f"{HOLDS}new/", hold_form(clerk, **change)))

    assert said in page
    assert not DisclosureHold.objects.exists()
    assert not AuditEntry.objects.filter(verb="hold.asked").exists()


def test_the_pages_of_holds_are_for_supervisors_and_name_nobody_in_full(
    client, citizen, clerk, look
):
    hold = ask_and_confirm(client, clerk)
    sign_in(client, make_posting(capacity="supervisor").account)
    listed = text(client.get(HOLDS))
    page = text(client.get(f"{HOLDS}{hold.reference}/"))
    assert hold.reference in listed
    assert "李*" not in listed
    assert "李*" in page
    assert "来函：测2026-1号" in page
    for shown in (listed, page):
        assert "李晓" not in shown
        assert NUMBER not in shown
    assert AuditEntry.objects.filter(verb="hold.viewed", object_id=hold.reference).count() == 1

    for capacity in ("clerk", "superior", "lead", "secadmin"):
        sign_in(client, make_posting(capacity=capacity).account)
        for address in (HOLDS, f"{HOLDS}new/", f"{HOLDS}{hold.reference}/"):
            assert client.get(address).status_code == 403
        assert client.post(f"{HOLDS}{hold.reference}/end/").status_code == 403


def test_a_hold_is_renewed_on_its_page(client, citizen, clerk, look):
    hold = ask_and_confirm(client, clerk)
    sign_in(client, make_posting(capacity="supervisor").account)

    done = client.post(f"{HOLDS}{hold.reference}/", {"days": "10", "words": "还要十天"})

    assert done.status_code == 302
    renewal = DisclosureHold.objects.latest("id")
    assert (renewal.renews_id, renewal.confirmed_at) == (hold.pk, None)
