"""Every look without a case is judged by somebody else, and the person concerned sees how."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.kernel.actors import Purpose, PurposeKind
from audit.kernel.clock import working_days_after
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from catalog.selectors.calendar import work_calendar
from identity.actions.declare_relative import declare_relative
from identity.actions.protect_person import protect_person
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reasons import Field, Part
from portal.desk.reviews import judge_look, open_review, reviews_for, reviews_of
from portal.desk.seen_words import OPENED
from tests.conftest import close_gate
from tests.factories.identity import (
    link,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db

PAGE = "/admin/lookup/reviews/"
WHY = "本人到窗口问居住证办到哪了"
WORDS = "没有来电记录，理由不实"
FINE, NOT_FINE = LookupReview.State.FINE, LookupReview.State.NOT_FINE


def looked(person=None, posting=None):
    """One look of a clerk, and its review; the gate is closed again."""
    actor = officer_actor(posting or make_posting())
    look_up_person(actor=actor, person_id=person and person.pk, reason="called", why=WHY)
    close_gate()
    return LookupReview.objects.get(officer_id=actor.account_id)


@pytest.fixture
def person():
    return make_person(name="李晓")


@pytest.fixture
def supervisor():
    return make_posting(capacity="supervisor")


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def seen_by(verb):
    entry = AuditEntry.objects.get(verb=verb)
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return entry, list(rows.values_list("subject", flat=True))


def test_a_look_makes_one_review_that_points_at_its_entry_and_holds_nobodys_data(person):
    review = looked(person)

    entry = AuditEntry.objects.get(verb="person.looked_up")
    assert (review.entry_id, review.at, review.state) == (entry.pk, entry.at, "open")
    assert review.due_on == working_days_after(timezone.localdate(), 5, work_calendar())
    columns = {field.name: str(getattr(review, field.name)) for field in review._meta.fields}
    for secret in ("李晓", "李*", WHY, str(person.pk)):
        assert secret not in columns.values()


def test_the_list_has_the_oldest_first_names_nobody_and_leaves_no_entry(client, supervisor, person):
    first, second = looked(person), looked(person)
    sign_in(client, supervisor.account)
    before = AuditEntry.objects.latest("id").pk

    response = client.get(PAGE)

    page = text(response)
    assert [row["review"] for row in response.context["rows"]] == [first, second]
    assert "李" not in page[page.index("<main") :]
    assert not AuditEntry.objects.filter(pk__gt=before).exists()


def test_one_look_shows_who_when_why_whom_and_that_is_recorded(client, supervisor, person):
    review = looked(person)
    sign_in(client, supervisor.account)

    page = text(client.get(f"{PAGE}{review.reference}/"))

    for words in (review.officer_label, "李*", WHY, "本人打电话或上门问自己的事"):
        assert words in page
    assert "李晓" not in page
    entry, subjects = seen_by("lookup_review.viewed")
    assert (entry.purpose_kind, entry.purpose) == ("duty", "lookup_review")
    assert subjects == [person.pk]


def test_a_look_that_led_to_nobody_can_be_read_too(client, supervisor):
    review = looked()
    sign_in(client, supervisor.account)

    page = text(client.get(f"{PAGE}{review.reference}/"))

    assert WHY in page
    assert "平台不认识的人" in page
    assert seen_by("lookup_review.viewed")[1] == []


def seen(page):
    """What the page of a review says was seen."""
    return re.search(r"看了什么</dt>\s*<dd>\s*(.*?)\s*</dd>", page, re.DOTALL)[1]


def test_the_reviewer_reads_what_the_look_opened(client, supervisor, person):
    clerk, superior = looked(person), looked(person, make_posting(capacity="superior"))
    sign_in(client, supervisor.account)

    assert seen(text(client.get(f"{PAGE}{clerk.reference}/"))) == (
        "姓名、身份证号（遮住几位）、没办完的办件编号（如有）"
    )
    assert seen(text(client.get(f"{PAGE}{superior.reference}/"))) == (
        "姓名、身份证号（遮住几位）、电话（遮住几位，如有登记）、没办完的办件编号（如有）"
    )


def test_the_reviewer_of_a_look_that_led_to_nobody_reads_that_nothing_was_shown(client, supervisor):
    review = looked()
    sign_in(client, supervisor.account)

    assert seen(text(client.get(f"{PAGE}{review.reference}/"))) == "什么都没有显示。"


def test_everything_a_reason_can_open_has_words_for_who_judges_the_look():
    assert set(OPENED) == {*Field, *Part}
    assert all("您" not in str(words) for words in OPENED.values())


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("fine", "lookup_review.found_in_order"),
        ("not_fine", "lookup_review.found_not_in_order"),
    ],
)
def test_a_judgement_is_kept_and_told_to_the_person_concerned(
    client, supervisor, person, state, verb
):
    citizen = make_citizen(person=person)
    review = looked(person)
    sign_in(client, supervisor.account)

    answer = client.post(f"{PAGE}{review.reference}/", {"state": state, "words": WORDS})

    assert answer["Location"] == PAGE
    review.refresh_from_db()
    assert (review.state, review.reviewed_by_id) == (state, supervisor.account_id)
    assert seen_by(verb)[1] == [person.pk]
    assert WORDS in text(client.get(f"{PAGE}{review.reference}/"))
    sign_in(client, citizen)
    told = text(client.get("/my/access/"))
    assert "复核了对您的一次查看" in told
    assert ("查看：有问题" in told) is (state == "not_fine")
    assert WORDS not in told


def test_not_in_order_needs_words(client, supervisor, person):
    review = looked(person)
    sign_in(client, supervisor.account)

    page = text(client.post(f"{PAGE}{review.reference}/", {"state": "not_fine", "words": ""}))

    assert "请写下这次查看哪里不对" in page
    assert LookupReview.objects.get().state == "open"


def test_a_look_is_judged_once(client, supervisor, person):
    review = looked(person)
    actor = officer_actor(supervisor)
    judge_look(actor=actor, reference=review.reference, state=FINE, words="")

    with pytest.raises(Refused) as refusal:
        judge_look(actor=actor, reference=review.reference, state=NOT_FINE, words=WORDS)

    assert refusal.value.code == "desk.look_was_judged"
    sign_in(client, supervisor.account)
    page = text(client.post(f"{PAGE}{review.reference}/", {"state": "not_fine", "words": WORDS}))
    assert "已经复核过了" in page
    with pytest.raises(IntegrityError, match="judged once"), transaction.atomic():
        LookupReview.objects.update(state="not_fine")


def test_nobody_judges_a_look_of_their_own(client, person):
    """One account with two postings: the page, the action and the database all say no."""
    clerk = make_posting(account=make_staff())
    supervisor = make_posting(account=clerk.account, capacity="supervisor", is_primary=True)
    review = looked(person, clerk)
    sign_in(client, clerk.account)

    assert client.get(f"{PAGE}{review.reference}/").status_code == 403
    with pytest.raises(Refused):
        judge_look(
            actor=officer_actor(supervisor), reference=review.reference, state=FINE, words=""
        )
    with pytest.raises(IntegrityError, match="own_look"), transaction.atomic():
        LookupReview.objects.update(
            state="fine", reviewed_by=clerk.account, reviewed_at=timezone.now()
        )


def test_two_accounts_of_one_human_being_are_one_reviewer_too_few(supervisor, person):
    clerk, human = make_posting(), make_person()
    for account in (clerk.account, supervisor.account):
        link(account, human)
    review = looked(person, clerk)

    with pytest.raises(Refused) as refusal:
        open_review(actor=officer_actor(supervisor), reference=review.reference)

    assert refusal.value.status == 403


@pytest.mark.parametrize("of", ["the person", "the officer"])
def test_relatives_of_the_person_and_of_the_officer_judge_nothing(client, of):
    number, own = make_number(), make_number()
    person, human = make_person(number=number), make_person(number=own)
    clerk = make_posting(account=make_staff(private_person=human))
    review = looked(person, clerk)
    posting = make_posting(capacity="supervisor")
    relative = number if of == "the person" else own
    declare_relative(actor=officer_actor(posting), number=relative, relation="sibling")

    with pytest.raises(Refused) as refusal:
        judge_look(actor=officer_actor(posting), reference=review.reference, state=FINE, words="")

    assert refusal.value.status == 403
    sign_in(client, posting.account)
    assert client.get(f"{PAGE}{review.reference}/").status_code == 403
    assert not AuditEntry.objects.filter(verb__startswith="lookup_review.").exists()


def test_the_supervisor_is_told_that_somebody_under_protection_was_meant(client, supervisor):
    number = make_number()
    person = make_person(name="李晓", number=number)
    protect_person(actor=officer_actor(supervisor), number=number, ground="witness")
    review = looked(person)
    sign_in(client, supervisor.account)

    page = text(client.get(f"{PAGE}{review.reference}/"))

    assert review.was_refused
    for words in ("李*", "受保护", "没查到内容"):
        assert words in page


@pytest.mark.parametrize("capacity", ["clerk", "superior", "lead", "sysadmin", "secadmin"])
def test_only_supervisors_review(client, person, capacity):
    review = looked(person)
    posting = make_posting(capacity=capacity)
    sign_in(client, posting.account)

    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{review.reference}/").status_code == 403
    with pytest.raises(Refused):
        reviews_for(officer_actor(posting), is_open=True)


def test_the_application_can_neither_remove_a_review_nor_say_it_was_another_look(person):
    looked(person)
    for statement in (
        "delete from portal_lookupreview",
        "truncate portal_lookupreview",
        "update portal_lookupreview set entry_id = 0",
        "update portal_lookupreview set officer_id = gen_random_uuid()",
        "update portal_lookupreview set due_on = due_on + 30",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_nobody_reviewed_in_time_is_marked(client, supervisor, person, monkeypatch):
    review = looked(person)
    sign_in(client, supervisor.account)
    assert "已超期" not in text(client.get(PAGE))

    late = review.due_on + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: late)

    assert "已超期" in text(client.get(PAGE))
    assert "已超期" in text(client.get(f"{PAGE}{review.reference}/"))


def test_the_list_costs_the_same_with_one_look_and_with_fifty(client, supervisor, person):
    review = looked(person)
    sign_in(client, supervisor.account)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    again = {
        field.attname: getattr(review, field.attname)
        for field in review._meta.fields
        if field.name not in ("id", "reference", "entry_id", "at")
    }
    clerk = make_posting()
    theirs = {
        "officer_id": clerk.account_id,
        "officer_label": clerk.officer_code,
        "department": clerk.department.code,
    }
    purpose = Purpose(PurposeKind.REASON, review.reason)
    for number in range(1, 60):
        look = make_look(clerk, person.pk, verb="person.looked_up", purpose=purpose)
        LookupReview.objects.create(
            reference=f"R{number}",
            entry_id=look.pk,
            at=look.at,
            **{**again, **theirs},
        )

    with CaptureQueriesContext(connection) as many:
        response = client.get(PAGE)

    assert len(many) == len(few)
    assert len(response.context["rows"]) == 50
    rest = client.get(f"{PAGE}?show=open&from={response.context['page'].after}")
    assert len(rest.context["rows"]) == 10


def test_pages_that_show_entries_find_their_reviews(person):
    review = looked(person)

    assert reviews_of([review.entry_id, 0]) == {review.entry_id: review}
