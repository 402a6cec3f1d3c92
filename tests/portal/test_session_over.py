"""A session that ended: people read why, and what they had typed comes back to them alone."""

import time
from urllib.parse import quote

import pyotp
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from audit.models import AuditEntry
from audit.searches import forget_searches
from identity.typed_again import MOST_BYTES
from tests.factories.identity import (
    PASSWORD,
    make_citizen,
    make_department,
    make_person,
    make_posting,
    make_staff,
    sign_in,
)
from tests.portal.test_disputes import raise_dispute

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PAGE = "/admin/lookup/"
WORDS = "本人到窗口来，问“居住证”办到哪了 <b>"
TYPED = {"reason": "called", "number": "511602199001011234", "why": WORDS}
HERE_AGAIN = "您刚才写的都在这里"


@pytest.fixture
def officer():
    posting = make_posting(account=make_staff(username="clerk.one"), is_primary=True)
    TOTP.activate(posting.account, SECRET)
    return posting.account


def enter(client, page, offset=0):
    """Sign in at the staff door from this page on; the address one lands at. Of the codes that can
    be entered now each works once: who signs in again takes a later one."""
    answer = client.post(page, {"login": "clerk.one", "password": PASSWORD})
    assert answer.status_code == 302
    code = pyotp.TOTP(SECRET).at(int(time.time()), counter_offset=offset)
    return client.post(answer.headers["Location"], {"code": code}).headers["Location"]


def leave_alone(client, cookie="portal_staff", seconds=10_000):
    row = Session.objects.get(session_key=client.cookies[cookie].value)
    data = row.get_decoded()
    data["seen_at"] -= seconds
    row.session_data = Session.objects.encode(data)
    row.save()


def sent_late(client, data=TYPED, page=PAGE):
    """Post the form of the page after the session was left alone; where one is sent to."""
    leave_alone(client)
    answer = client.post(page, data, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.fixture
def at_desk(client, officer):
    sign_in(client, officer)
    client.get(PAGE)
    return client


def test_an_officer_who_signed_in_elsewhere_reads_so_and_finds_the_words_again(client, officer):
    elsewhere = Client()
    enter(client, "/admin/sign-in/", -1)
    enter(elsewhere, "/admin/sign-in/")

    sent = client.post(PAGE, TYPED, headers={"Referer": f"http://testserver{PAGE}?a=1"})
    assert sent.headers["Location"] == f"/admin/sign-in/?next={PAGE}%3Fa%3D1"
    door = client.get(sent.headers["Location"])
    at = timezone.localtime()
    assertContains(door, f"您的账号{at:%Y}年{at.month}月{at.day}日")
    assertContains(door, "在别处登录了")
    assertContains(door, "一小时内")
    assertNotContains(door, "本人到窗口")

    back = enter(client, sent.headers["Location"], 1)
    assert back == f"{PAGE}?a=1"
    page = client.get(back)
    assertContains(page, HERE_AGAIN)
    assertContains(page, "本人到窗口来，问“居住证”办到哪了 &lt;b&gt;</textarea>")
    assertContains(page, 'value="511602199001011234"')
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()
    assert elsewhere.get(PAGE).status_code == 302


def test_who_only_comes_back_later_is_told_too(client, officer):
    enter(client, "/admin/sign-in/")
    enter(Client(), "/admin/sign-in/", 1)
    ended, stranger = client.cookies["portal_staff"].value, Client()

    sent = client.get(PAGE)

    assertContains(client.get(sent.headers["Location"]), "在别处登录了")
    assertNotContains(client.get(sent.headers["Location"]), "一小时内")
    stranger.cookies["portal_staff"] = ended
    assertNotContains(stranger.get("/admin/sign-in/"), "在别处登录了")


def test_after_idling_the_words_wait_as_well_until_they_are_sent(at_desk):
    door = at_desk.get(to := sent_late(at_desk))
    assertContains(door, "您离开了一会儿")
    assertContains(door, "一小时内")
    enter(at_desk, to)

    assertContains(at_desk.get(PAGE), HERE_AGAIN)
    assertContains(at_desk.get(PAGE), HERE_AGAIN)
    at_desk.post(PAGE, {**TYPED, "why": ""})
    assertNotContains(at_desk.get(PAGE), HERE_AGAIN)
    assert not Session.objects.filter(session_data__startswith='{"sealed"').exists()
    key = at_desk.cookies["portal_staff"].value
    assert Session.objects.get(session_key=key).get_decoded()["typed"] == {}


def test_what_was_sent_twice_to_the_closed_door_waits_as_it_was_sent_last(at_desk):
    sent_late(at_desk)
    to = at_desk.post(PAGE, {**TYPED, "why": "后来写的话"}).headers["Location"]
    enter(at_desk, to)

    assertContains(at_desk.get(PAGE), "后来写的话</textarea>")
    assert Session.objects.filter(session_data__startswith='{"sealed"').count() == 1


def test_another_account_never_sees_it_and_its_way_in_drops_it(at_desk, officer):
    to = sent_late(at_desk)
    other = make_posting(account=make_staff(username="clerk.two"))
    TOTP.activate(other.account, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    answer = at_desk.post(to, {"login": "clerk.two", "password": PASSWORD})
    code = pyotp.TOTP("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU").now()
    at_desk.post(answer.headers["Location"], {"code": code})

    page = at_desk.get(PAGE)

    assertNotContains(page, "本人到窗口来")
    assertNotContains(page, "没有发出去")
    at_desk.post("/admin/sign-out/")
    enter(at_desk, "/admin/sign-in/")
    assertNotContains(at_desk.get(PAGE), "本人到窗口来")


def test_signing_out_drops_it(at_desk):
    enter(at_desk, sent_late(at_desk))
    at_desk.post("/admin/sign-out/")
    enter(at_desk, "/admin/sign-in/", 1)

    assertNotContains(at_desk.get(PAGE), "本人到窗口来")


def test_it_is_sealed_and_gone_after_an_hour(at_desk, monkeypatch):
    enter(at_desk, sent_late(at_desk))
    row = Session.objects.get(session_data__startswith='{"sealed"')
    assert "511602199001011234" not in row.session_data
    assert "本人" not in row.session_data
    assert 3500 < (row.expire_date - timezone.now()).total_seconds() <= 3600

    session = Session.objects.get(session_key=at_desk.cookies["portal_staff"].value)
    data = session.get_decoded()
    data["typed"][PAGE]["until"] -= 3600
    session.session_data = Session.objects.encode(data)
    session.save()
    row.expire_date -= timezone.timedelta(hours=1)
    row.save()

    assertNotContains(at_desk.get(PAGE), "本人到窗口来")
    assert forget_searches() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"why": "字" * MOST_BYTES},
        {"why": "", "number": ""},
        {"password": "correct-horse", "code": "123456", "csrfmiddlewaretoken": "x"},
    ],
)
def test_what_is_too_long_empty_or_secret_is_not_kept(at_desk, data):
    door = at_desk.get(sent_late(at_desk, data))

    assertNotContains(door, "一小时内")
    assert not Session.objects.filter(session_data__startswith='{"sealed"').exists()


def test_a_form_of_another_site_is_not_kept(officer):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, officer)
    client.get(PAGE)

    sent_late(client)

    assert not Session.objects.filter(session_data__startswith='{"sealed"').exists()


def test_a_form_that_is_on_no_page_any_more_gives_its_words_back_as_text(at_desk):
    gone = "/admin/desk/YB-2026-0000-0000/reject/"
    leave_alone(at_desk)
    sent = at_desk.post(
        gone, {"why": WORDS, "kind": "abc"}, headers={"Referer": f"http://testserver{PAGE}"}
    )
    assert sent.headers["Location"] == f"/admin/sign-in/?next={PAGE}"
    enter(at_desk, sent.headers["Location"])

    page = at_desk.get(PAGE)

    assertContains(page, "本人到窗口来，问“居住证”办到哪了 &lt;b&gt;</p>")
    assertNotContains(page, "abc</p>")
    assertNotContains(page, HERE_AGAIN)


def signed_in_citizen(client):
    client.post("/sign-in/", {"login": "li.xiao", "password": PASSWORD})
    assert client.get("/my/mandates/").status_code == 200


def test_a_citizen_away_for_too_long_finds_the_words_again_and_is_asked_for_the_file(client):
    notice = raise_dispute(
        make_citizen(username="li.xiao", person=make_person()), make_department()
    )
    page = f"/my/records/wrong/?source={notice.source_id}&element={notice.element}"
    signed_in_citizen(client)
    leave_alone(client, "sessionid")
    typed = {"statement": "门牌是1号", "file": SimpleUploadedFile("photo.png", b"x")}

    sent = client.post("/my/records/wrong/", typed, headers={"Referer": f"http://testserver{page}"})

    assert sent.headers["Location"] == f"/sign-in/?next={quote(page)}"
    door = client.get(sent.headers["Location"])
    assertContains(door, "您离开了一会儿")
    assertContains(door, "一小时内")
    back = client.post(
        sent.headers["Location"], {"login": "li.xiao", "password": PASSWORD}
    ).headers["Location"]
    assert back == page
    assertContains(client.get(back), "门牌是1号</textarea>")
    assertContains(client.get(back), "只有文件没有留下")


def test_who_typed_nothing_before_idling_is_promised_no_draft(client):
    make_citizen(username="li.xiao", person=make_person())
    signed_in_citizen(client)
    leave_alone(client, "sessionid")

    door = client.get(client.get("/my/mandates/").headers["Location"])

    assertContains(door, "您离开了一会儿")
    page = door.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "登录后接着办" in page
    assert "草稿" not in page


def test_who_ends_the_own_sign_ins_elsewhere_is_told_there(client):
    make_citizen(username="li.xiao", person=make_person())
    elsewhere = Client()
    for one in (client, elsewhere):
        signed_in_citizen(one)

    client.post("/account/sessions/")

    to = elsewhere.get("/my/mandates/").headers["Location"]
    assertContains(elsewhere.get(to), "您在别处让这里退出了登录")
    assert client.get("/my/mandates/").status_code == 200


def test_where_the_form_stood_is_refused_now_the_words_stand_beside_the_refusal(at_desk):
    alone = "/admin/desk/next/"
    leave_alone(at_desk)
    sent = at_desk.post(alone, {"why": WORDS}, headers={"Referer": f"http://testserver{alone}"})
    enter(at_desk, sent.headers["Location"])

    assertContains(at_desk.get(alone), "居住证", status_code=405)


def test_forms_that_come_at_once_keep_no_more_rows_than_a_session_has_places(at_desk):
    sent_late(at_desk)
    for number in range(5):
        # As a request that began before the others: it knows of the first form alone.
        held = SessionStore(at_desk.cookies["portal_staff"].value)
        held["typed"] = dict(list(held["typed"].items())[:1])
        held.save()
        page = f"http://testserver/admin/x{number}/"
        assert at_desk.post(PAGE, TYPED, headers={"Referer": page}).status_code == 302

    # The keys of sessions have other letters, too.
    assert Session.objects.filter(session_key__regex="^[0-9a-f]{32}$").count() == 2


@pytest.mark.parametrize("page", ["http://[::1", "http://testserver]"])
def test_where_the_browser_names_no_page_one_comes_back_to_where_it_was_sent(at_desk, page):
    leave_alone(at_desk)
    answer = at_desk.post(PAGE, TYPED, headers={"Referer": page})
    assert answer.headers["Location"] == f"/admin/sign-in/?next={PAGE}"
