"""Fields that are missing, endless or senseless in what is posted about the trail: no faults."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.models import AuditEntry, SentinelAlarm
from audit.selectors import TrailSearch
from identity.actions.ask_why import ask_why
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.protect_person import end_protection, protect_person
from identity.models import LookQuestion
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.middleware import plain_request
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.erasures import make_order
from tests.factories.holds import ask, wanted
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.room import TRAIL
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db

NUMBER = make_number()
WORDS = "问过本人，当天大厅停电，没有别的。"
IN_ANY = ("a\x00b", "x" * 5000)
DAY_FIELDS = ("since", "until", "as_of", "before", "looks_from", "looks_to", "days")
IN_DAYS = ("0001-01-01", "9999-12-31", "-1", "9" * 30)
IN_IDS = ("1" * 35, "00000000-0000-0000-0000-000000000000")
Made = tuple[str, dict[str, str]]  # an address and what is posted there when all is well


def days(*names: str) -> dict[str, str]:
    """Today in these fields."""
    return dict.fromkeys(names, timezone.localdate().isoformat())


def supervisor():
    return officer_actor(make_posting(capacity="supervisor"))


def a_search() -> Made:
    typed = {"officer": make_posting().officer_code, "number": make_number()}
    times = {"since_time": "08:00", "until_time": "18:00", "verb": "reveals", "only": "x"}
    chosen = {"reference": "YB-2026-7Q4K-2M9D", "office": "x", "who": "x", "view": "1"}
    return TRAIL, {**typed, **days("since", "until"), **times, **chosen, "same": "x"}


def a_leak() -> Made:
    more = {**days("since", "until", "as_of"), "document": "on", "file_again": ""}
    return f"{TRAIL}leaks/", {"inquiry": "JC-2026-017", "text": make_number(), **more}


def a_page_of_a_person() -> Made:
    return f"{TRAIL}person/", {"person": str(make_person().pk)}


def a_verdict() -> Made:
    clerk = make_posting()
    sentinel_reads([leave_look(clerk, make_person().pk, case="") for _ in range(11)])
    alarm = SentinelAlarm.objects.get(officer=clerk.officer_code, rule="without_case")
    return f"{TRAIL}alarms/{alarm.pk}/", {"kind": "explained", "words": WORDS}


def a_file() -> Made:
    officer = make_posting().officer_code
    asked = {"inquiry": "川监〔2026〕12号", "ground": "review"}
    return f"{TRAIL}exports/ask/?officer={officer}", asked


def an_answer_to_a_file() -> Made:
    export = ask_for_export(
        actor=supervisor(),
        kind="entries",
        search=TrailSearch(since=timezone.now() - timedelta(days=1)),
        post=None,
        inquiry="川监〔2026〕12号",
        ground="review",
    )
    return f"{TRAIL}exports/{export.number}/answer/", {"answer": "refuse", "words": WORDS}


def a_look() -> Made:
    return "/admin/lookup/", {"number": make_number(), "reason": "urgent_help", "why": WORDS}


def a_look_at_a_case() -> Made:
    typed = {"reference": make_handed_in().reference, "reason": "urgent_help", "why": WORDS}
    return "/admin/lookup/case/", typed


def a_review() -> Made:
    clerk = officer_actor(make_posting())
    look_up_person(actor=clerk, person_id=make_person().pk, reason="called", why=WORDS)
    reference = LookupReview.objects.get().reference
    return f"/admin/lookup/reviews/{reference}/", {"state": "not_fine", "words": WORDS}


def an_answer_to_a_question() -> Made:
    citizen = make_citizen()
    look = make_look(make_posting(), citizen.person_id)
    ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么看我？")
    reference = LookQuestion.objects.get().reference
    return f"/admin/questions/{reference}/", {"verdict": "for_work", "answer": WORDS}


def a_hold() -> Made:
    typed = {"number": make_number(), "scope": "officer", "officer": make_posting().officer_code}
    times = {**days("looks_from", "looks_to"), "days": "30"}
    return "/admin/holds/new/", {**typed, **times, "ground": "duty", "words": WORDS}


def a_held_look() -> str:
    other = make_posting(capacity="supervisor")
    return f"/admin/holds/{ask(other, wanted(make_citizen(), make_department())).reference}/"


def a_renewal() -> Made:
    return a_held_look(), {"days": "30", "words": WORDS}


def a_hold_turned_down() -> Made:
    return f"{a_held_look()}turn-down/", {"words": WORDS}


def an_erasure() -> Made:
    more = {"with_others": "on", "although_needed": "on", "words": WORDS}
    typed = {"number": make_number(), **days("before"), "ground": "consent_withdrawn"}
    return "/admin/erasures/new/", {**typed, **more}


def an_erasure_confirmed() -> Made:
    order = make_order(make_person().pk, make_posting(capacity="supervisor"))
    return f"/admin/erasures/{order.number}/confirm/", {"x": ""}


def a_protection() -> Made:
    return "/admin/protected/", {"number": make_number(), "ground": "witness"}


def a_protection_kept() -> Made:
    protection = protect_person(actor=supervisor(), number=make_number(), ground="witness")
    end_protection(actor=supervisor(), protection_id=protection.pk)
    return f"/admin/protected/{protection.pk}/keep/", {"x": ""}


def a_relative() -> Made:
    return "/admin/relatives/", {"number": make_number(), "relation": "child"}


def an_end_of_a_relative() -> Made:
    clerk = officer_actor(make_posting())
    relative = declare_relative(actor=clerk, number=make_number(), relation="child")
    ask_end_of_relative(actor=clerk, relative_id=relative.pk)
    return f"/admin/relatives/{relative.pk}/answer/", {"answer": "agree"}


MADE: tuple[Callable[[], Made], ...] = (
    a_search,
    a_leak,
    a_page_of_a_person,
    a_verdict,
    a_file,
    an_answer_to_a_file,
    a_look,
    a_look_at_a_case,
    a_review,
    an_answer_to_a_question,
    a_hold,
    a_renewal,
    a_hold_turned_down,
    an_erasure,
    an_erasure_confirmed,
    a_protection,
    a_protection_kept,
    a_relative,
    an_end_of_a_relative,
)


def faults(client, address: str, typed: dict[str, str]) -> list[tuple[str, str | None]]:
    """Which field, left out or filled with what, was answered by a fault."""
    client.raise_request_exception = False
    found = []
    for field in typed:
        without = {name: value for name, value in typed.items() if name != field}
        forms = [(None, without), *((value, {**typed, field: value}) for value in odd_in(field))]
        for value, form in forms:
            if client.post(address, form).status_code >= 500:
                found.append((field, value))
    return found


def odd_in(field: str) -> tuple[str, ...]:
    if field in DAY_FIELDS:
        return IN_DAYS
    return (*IN_ANY, *IN_IDS) if field == "person" else IN_ANY


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_odd_fields_are_answered_in_words(client, settings, tmp_path, make):
    settings.EXPORTS_ROOT = tmp_path
    address, typed = make()
    close_gate()
    sign_in(client, make_posting(capacity="supervisor").account)

    assert client.post(address, {}).status_code < 500
    assert faults(client, address, typed) == []


def test_a_question_without_words_is_answered_in_words(client):
    citizen = make_citizen()
    look = make_look(make_posting(), citizen.person_id)
    sign_in(client, citizen)
    address = f"/my/access/{look.pk}/"

    for form in ({}, {"words": ""}, {"words": " \n"}, {"words": "a\x00b"}, {"words": "长" * 5000}):
        answer = client.post(address, form)
        assert answer.status_code == 200
        assert "<title>有错：" in answer.content.decode()
    assert not LookQuestion.objects.exists()


@pytest.mark.parametrize("said", [{}, {"answer": ""}, {"answer": "yes"}])
def test_what_is_neither_yes_nor_no_decides_nothing(client, said):
    file_address, _typed = an_answer_to_a_file()
    relative_address, _typed = an_end_of_a_relative()
    close_gate()
    sign_in(client, make_posting(capacity="supervisor").account)

    for address in (file_address, relative_address):
        assert client.post(address, {**said, "words": WORDS}).status_code == 422
    decided = ("relative.ended", "relative.end_refused", "trail.export_refused")
    assert not AuditEntry.objects.filter(verb__in=decided).exists()


ODD_PLACES = (
    f"{TRAIL}?search=%00&from=%00",
    f"{TRAIL}alarms/?state=%00&rule=%00&office=%00&from=%00",
    f"{TRAIL}alarms/{'9' * 30}/",
    f"{TRAIL}officers/%00/",
    f"{TRAIL}officers/%00/people/?since=0001-01-01&until=9999-12-31&upto=%00&from=%00",
    f"{TRAIL}cases/%00/",
    f"{TRAIL}cases/{'x' * 500}/",
    f"{TRAIL}entries/{'9' * 30}/",
    f"{TRAIL}exports/?state=%00&from=%00&new=%00",
    f"{TRAIL}leaks/officers/%00/?search=%00",
    f"{TRAIL}exports/ask/?officer=%00&week=%00&since=0001-01-01",
    f"{TRAIL}exports/ask/?reference=%00",
    "/admin/lookup/reviews/%00/",
    "/admin/questions/%00/",
    "/admin/holds/%00/",
    "/admin/erasures/%00/",
    "/admin/disputes/%00/",
)


@pytest.mark.parametrize("place", ODD_PLACES)
def test_odd_addresses_are_answered_in_words(client, place):
    client.raise_request_exception = False
    sign_in(client, make_posting(capacity="supervisor").account)

    assert client.get(place).status_code < 500


MARKS = [chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F))]
MARKS += [chr(code) for code in range(0x2066, 0x206A)]


@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_a_reason_is_kept_without_what_turns_its_reading_round(client, mark):
    sign_in(client, make_posting(capacity="supervisor").account, fresh=True)
    make_person(number=NUMBER)
    words = f"本人{mark}来函 \n第二行"
    asked = {"number": NUMBER, **days("before"), "ground": "pipl47_withdrawn", "words": words}
    made = client.post("/admin/erasures/new/", asked)
    assert made.status_code == 302
    assert "本人来函 <br>第二行" in client.get(made["Location"]).content.decode()


def test_what_emoji_are_made_of_stays_and_a_field_may_stand_twice():
    posted = "a=x%E2%80%AEy&a=%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB&b=%00"
    request = RequestFactory().post("/", posted, content_type="application/x-www-form-urlencoded")
    plain_request(lambda _request: HttpResponse())(request)
    assert dict(request.POST.lists()) == {"a": ["xy", "\U0001f469\u200d\U0001f4bb"], "b": ["\x00"]}
    with pytest.raises(AttributeError):
        request.POST["a"] = "z"
