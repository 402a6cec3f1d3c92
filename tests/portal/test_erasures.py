"""Words of the trail go by law only if two supervisors order it and nothing open needs them."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from audit.exports.models import TrailExport
from audit.keeping.erasing import Ground
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from identity.models import DisclosureHold, LookQuestion
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from portal.erasures.ask_erasure import ErasureRequest, ask_erasure
from portal.erasures.confirm_erasure import confirm_erasure
from portal.erasures.end_erasure import end_erasure, turn_erasure_down
from portal.erasures.models import ErasureOrder
from portal.erasures.needed import still_needed
from portal.erasures.open_erasure import open_erasure
from tests.conftest import close_gate
from tests.factories.citizen import LI_XIAO as NUMBER
from tests.factories.erasures import make_confirmed, make_order
from tests.factories.identity import (
    citizen_actor,
    link,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.trail import REASON, put_alarm

pytestmark = pytest.mark.django_db

PAGE = "/admin/erasures/"


def asked_for(number: str = NUMBER) -> dict[str, str]:
    """The form of an order, filled in today."""
    return {
        "number": number,
        "before": timezone.localdate().isoformat(),
        "ground": "pipl47_withdrawn",
        "words": "本人来函：测2026-1号",
    }


@pytest.fixture
def person():
    return make_person(name="李晓", number=NUMBER)


@pytest.fixture
def two():
    return make_posting(capacity="supervisor"), make_posting(capacity="supervisor")


LOOKED_UP = {"verb": "person.looked_up", "purpose": REASON}


def said(clerk, *subjects, **look):
    """An entry of this clerk that says something."""
    words = {"answer": "a", "reason": "b"}
    return make_look(clerk, *subjects, **{"verb": "value.revealed", "detail": words, **look})


def wanted(person, **changes) -> ErasureRequest:
    request = ErasureRequest(
        subject_id=person.pk,
        before=timezone.localdate(),
        ground=Ground.WITHDRAWN,
        with_others=False,
        although_needed=False,
        words="本人来函：测2026-1号",
    )
    return replace(request, **changes)


def refused(call, **arguments) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(**arguments)
    close_gate()
    return caught.value.code


def reviewed_by(posting, person, clerk) -> LookupReview:
    """A look of the clerk at the person that this supervisor has judged in own words."""
    look_up_person(actor=officer_actor(clerk), person_id=person.pk, reason="called", why="电话")
    close_gate()
    review = judge_look(
        actor=officer_actor(posting),
        reference=LookupReview.objects.get().reference,
        state=LookupReview.State.FINE,
        words="有来电记录",
    )
    close_gate()
    return review


def confirm(posting, order) -> ErasureOrder:
    confirmed = confirm_erasure(actor=officer_actor(posting), number=order.number)
    close_gate()
    return confirmed


def test_one_supervisor_asks_and_another_confirms(person, clerk, two):
    said(clerk, person.pk)
    asked = ask_erasure(actor=officer_actor(two[0]), wanted=wanted(person))
    assert asked.number.startswith(f"TE-{timezone.localdate().year}-")
    order = make_order(person.pk, two[0])
    assert refused(confirm_erasure, actor=officer_actor(two[0]), number=order.number) == (
        "erasure.takes_two"
    )
    assert confirm(two[1], order).confirmed_label == two[1].officer_code
    third = make_posting(capacity="supervisor")
    assert refused(confirm_erasure, actor=officer_actor(third), number=order.number) == (
        "erasure.nothing_to_confirm"
    )
    told = AuditEntry.objects.filter(object_id=order.number).order_by("id")
    assert [one.verb for one in told] == ["erasure.asked", "erasure.confirmed"]
    about = AuditSubject.objects.filter(entry_id__in=[one.pk for one in told])
    assert set(about.values_list("subject", flat=True)) == {person.pk}


def test_a_second_account_of_the_same_officer_is_no_second_person(person, two):
    citizen = make_person()
    for posting in two:
        link(posting.account, citizen)
    order = make_order(person.pk, two[0])
    assert refused(confirm_erasure, actor=officer_actor(two[1]), number=order.number) == (
        "erasure.takes_two"
    )


def test_nobody_else_orders_anything(person, two):
    for capacity in ("clerk", "superior", "sysadmin", "secadmin"):
        actor = officer_actor(make_posting(capacity=capacity))
        assert refused(ask_erasure, actor=actor, wanted=wanted(person)) == "erasure.not_by_you"
    assert not ErasureOrder.objects.exists()


def test_nobody_orders_anything_about_oneself(person, two):
    link(two[0].account, person)
    actor = officer_actor(two[0])
    assert refused(ask_erasure, actor=actor, wanted=wanted(person)) == "erasure.not_by_you"
    order = make_order(person.pk, two[1])
    for act in (confirm_erasure, end_erasure, open_erasure):
        assert refused(act, actor=actor, number=order.number) == "erasure.not_there"


def test_nobody_has_words_of_their_own_acts_erased(person, clerk, two):
    reviewed_by(two[1], person, clerk)
    order = make_order(person.pk, two[0])
    assert refused(confirm_erasure, actor=officer_actor(two[1]), number=order.number) == (
        "erasure.not_by_you"
    )


def test_words_that_are_still_to_be_written_cannot_be_ordered_away(person, two):
    future = wanted(person, before=timezone.localdate() + timedelta(days=1))
    assert refused(ask_erasure, actor=officer_actor(two[0]), wanted=future) == (
        "erasure.of_the_future"
    )


def open_question(entry, person, clerk, citizen):
    LookQuestion.objects.create(
        reference="Q1",
        entry_id=entry.pk,
        entry_at=entry.at,
        subject_id=person.pk,
        asker=citizen,
        officer=clerk.account_id,
        due_on=timezone.localdate(),
    )
    leave_entry(citizen_actor(citizen), "question.asked", "identity.lookquestion", "Q1")


def leave_entry(actor, verb, kind, number, *about):
    """What is decided is in the trail as well, or the database does not take it."""
    purpose = Purpose.duty("test")
    record(actor=actor, verb=verb, on=ObjectRef(kind, number), subjects=about, purpose=purpose)
    close_gate()


def open_review(entry, _person, clerk, _citizen):
    LookupReview.objects.create(
        reference="R1",
        entry_id=entry.pk,
        at=entry.at,
        kind="person",
        reason=entry.purpose,
        officer_id=clerk.account_id,
        officer_label=clerk.officer_code,
        department=clerk.department.code,
        due_on=timezone.localdate() + timedelta(days=7),
    )


def open_alarm(entry, _person, clerk, _citizen):
    put_alarm(clerk, entry.pk, number=77)


def open_hold(_entry, person, _clerk, _citizen):
    asker = make_posting(capacity="supervisor")
    DisclosureHold.objects.create(
        reference="H1",
        subject_id=person.pk,
        scope="office",
        scope_code="x",
        looks_from=timezone.localdate(),
        looks_to=timezone.localdate(),
        ground="duty",
        days=3,
        asked_by_id=asker.account_id,
        asked_label=asker.officer_code,
    )
    leave_entry(officer_actor(asker), "hold.asked", "identity.disclosurehold", "H1", person.pk)


def open_file(_entry, person, _clerk, _citizen):
    asker = make_posting(capacity="supervisor")
    TrailExport.objects.create(
        number="F1",
        kind="entries",
        inquiry="JC-2026-1",
        ground="review",
        language="zh-hans",
        person=person.pk,
        until=timezone.now(),
        asked_by=asker.account_id,
        asked_label=asker.officer_code,
        asked_department=asker.department.code,
        asked_region=asker.department.region_id,
    )
    leave_entry(officer_actor(asker), "trail.export_asked", "trail.export", "F1", person.pk)


OPEN = {"Q1": open_question, "R1": open_review, "77": open_alarm, "H1": open_hold, "F1": open_file}


@pytest.mark.parametrize("number", OPEN)
def test_what_is_open_keeps_the_words_it_needs(number, person, clerk, two):
    entry = said(clerk, person.pk, **LOOKED_UP)
    OPEN[number](entry, person, clerk, make_citizen(person=person))
    order = make_order(person.pk, two[0])
    assert [need.number for need in still_needed(order.erasure)] == [number]
    assert refused(confirm_erasure, actor=officer_actor(two[1]), number=order.number) == (
        "erasure.still_needed"
    )
    hurried = make_order(person.pk, two[0], although_needed=True)
    assert confirm(two[1], hurried).confirmed_at is not None


def test_what_is_open_about_other_words_is_no_hindrance(person, clerk, two):
    other = said(clerk, make_person(name="王芳").pk)
    shared = said(clerk, person.pk, make_person(name="赵一").pk)
    silent = make_look(clerk, person.pk)
    asker = make_citizen()
    for number, entry in enumerate((other, shared, silent)):
        LookQuestion.objects.create(
            reference=f"Q{number}",
            entry_id=entry.pk,
            entry_at=entry.at,
            subject_id=person.pk,
            asker=asker,
            officer=clerk.account_id,
            due_on=timezone.localdate(),
        )
        leave_entry(citizen_actor(asker), "question.asked", "identity.lookquestion", f"Q{number}")
    assert still_needed(make_order(person.pk, two[0]).erasure) == []
    with_others = make_order(person.pk, two[0], with_others=True)
    assert [need.number for need in still_needed(with_others.erasure)] == ["Q1"]


def test_an_order_that_was_taken_back_is_confirmed_no_more(person, two):
    order = make_order(person.pk, two[0])
    end_erasure(actor=officer_actor(two[0]), number=order.number)
    close_gate()
    for act, code in (
        (confirm_erasure, "erasure.nothing_to_confirm"),
        (end_erasure, "erasure.has_ended"),
        (partial(turn_erasure_down, words="不够"), "erasure.not_to_turn_down"),
    ):
        assert refused(act, actor=officer_actor(two[1]), number=order.number) == code


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("confirmed_by_id = asked_by_id, confirmed_label = 'X', confirmed_at = now()", "takes_two"),
        ("confirmed_at = now()", "confirmed_whole"),
        ("turned_down = true", "turned_down_by_another"),
        ("turned_down = true, ended_at = now(), ended_label = asked_label", "by_another"),
        ("before = '2030-01-01'", "permission denied"),
        ("with_others = true", "permission denied"),
        ("asked_by_id = confirmed_by_id", "permission denied"),
    ],
)
def test_the_database_itself_lets_nobody_confirm_alone_or_widen_an_order(
    change, fault, person, two
):
    order = make_order(person.pk, two[0])
    with (
        pytest.raises((IntegrityError, ProgrammingError), match=fault),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update portal_erasureorder set {change} where id = %s", [order.pk])


@pytest.mark.parametrize("answer", ["confirmed", "taken back"])
def test_an_answer_stands(answer, person, two):
    order = make_confirmed(person.pk, two)
    if answer == "taken back":
        end_erasure(actor=officer_actor(two[1]), number=order.number)
    change = {"confirmed_label": "X"} if answer == "confirmed" else {"ended_at": None}
    with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
        ErasureOrder.objects.filter(pk=order.pk).update(**change)


def test_the_pages_lead_from_the_request_to_the_confirmation(client, person, clerk, two):
    said(clerk, person.pk)
    sign_in(client, two[0].account, fresh=True)
    english = {"headers": {"accept-language": "en"}}
    asked = client.post(f"{PAGE}new/", asked_for(), follow=True, **english)
    order = ErasureOrder.objects.get()
    assert asked.redirect_chain[-1][0] == f"{PAGE}{order.number}/"
    page = asked.content.decode()
    assert "李*" in page
    assert "李晓" not in page
    assert "waits for the second supervisor" in page
    assert "There are no words that this order would take. Nobody can confirm it: take it" in page
    assert "Asked for." not in page
    assert f'action="{PAGE}{order.number}/confirm/"' not in page
    order = make_order(person.pk, two[0])
    sign_in(client, two[1].account, fresh=True)
    assert (
        f'action="{PAGE}{order.number}/confirm/"'
        in client.get(f"{PAGE}{order.number}/", **english).content.decode()
    )
    confirmed = client.post(f"{PAGE}{order.number}/confirm/", follow=True, **english)
    line = f"manage.py erase_words {order.number} --settings portal.settings_owner"
    page = confirmed.content.decode()
    assert re.findall(r"<code[^>]*>(.*?)</code>", page) == [line, f"{line} --erase"]
    assert f'Give the operator this number: <b class="num">{order.number}</b>.' in page
    assert page.index("Give the operator this number") < page.index("<code")
    assert "waits for the operator" in client.get(PAGE, **english).content.decode()


def test_the_page_of_an_order_shows_what_would_go_and_never_the_words(client, person, clerk, two):
    said(clerk, person.pk)
    said(clerk, person.pk, make_person(name="赵一").pk)
    order = make_order(person.pk, two[0])
    sign_in(client, two[1].account, fresh=True)
    page = client.get(f"{PAGE}{order.number}/", headers={"accept-language": "en"})
    assert page.status_code == 200
    (group,) = page.context["groups"]
    assert (group["group"].entries, group["group"].shared) == (2, 1)
    assert group["sorts"] == "which answer, or what was answered, reason"
    assert clerk.officer_code in page.content.decode()
    (viewed,) = AuditEntry.objects.filter(verb="erasure.viewed")
    assert viewed.object_id == order.number


def test_what_still_needs_the_words_stands_first_and_nobody_can_confirm(client, person, clerk, two):
    open_review(said(clerk, person.pk, **LOOKED_UP), person, clerk, None)
    order = make_order(person.pk, two[0])
    sign_in(client, two[1].account, fresh=True)
    page = client.get(f"{PAGE}{order.number}/", headers={"accept-language": "en"}).content.decode()
    assert '<a class="num" href="/admin/lookup/reviews/R1/">R1</a>' in page
    assert f'action="{PAGE}{order.number}/confirm/"' not in page
    assert client.post(f"{PAGE}{order.number}/confirm/").status_code == 409


def test_where_there_are_no_such_words_nobody_can_confirm(client, person, clerk, two):
    said(clerk, person.pk, make_person(name="赵一").pk)
    order = make_order(person.pk, two[0])
    sign_in(client, two[1].account, fresh=True)
    page = client.get(f"{PAGE}{order.number}/", headers={"accept-language": "en"}).content.decode()
    assert "There are no words that this order would take." in page
    assert f'action="{PAGE}{order.number}/confirm/"' not in page
    assert f'action="{PAGE}{order.number}/turn-down/"' in page
    assert refused(confirm_erasure, actor=officer_actor(two[1]), number=order.number) == (
        "erasure.nothing_there"
    )
    with_others = make_order(person.pk, two[0], with_others=True)
    assert confirm(two[1], with_others).confirmed_at is not None


def test_the_form_says_what_is_missing(client, person, two):
    sign_in(client, two[0].account, fresh=True)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = client.post(
        f"{PAGE}new/",
        {"number": "51160219900517", "before": tomorrow},
        headers={"accept-language": "en"},
    ).content.decode()
    for sentence in (
        "This is neither an identity number nor a credit code.",
        "Choose today or a day before.",
        "Choose the legal ground.",
        "Write why these words have to go.",
    ):
        assert sentence in page
    assert not ErasureOrder.objects.exists()


@pytest.mark.parametrize("whose", ["nobody's", "a relative's"])
def test_a_try_tells_nothing_of_a_number_and_is_written_down(client, person, two, whose):
    if whose == "a relative's":
        link(two[0].account, person)
    number = NUMBER if whose == "a relative's" else make_number()
    sign_in(client, two[0].account, fresh=True)
    english = {"headers": {"accept-language": "en"}}
    page = client.post(f"{PAGE}new/", asked_for(number), **english).content.decode()
    assert "No order came of this" in page
    assert "4 are left today" in page
    tried = AuditEntry.objects.get(verb="erasure.asked")
    assert (tried.outcome, tried.object_id) == ("refused", "")
    for _ in range(4):
        client.post(f"{PAGE}new/", asked_for(number), **english)
    page = client.post(f"{PAGE}new/", asked_for(), **english).content.decode()
    assert "You have asked as often as one supervisor may for now." in page
    assert not ErasureOrder.objects.exists()


def test_asking_and_confirming_take_a_fresh_code(person, two):
    stale = {"proven_at": timezone.now() - timedelta(minutes=11)}
    order = make_order(person.pk, two[0])
    assert refused(ask_erasure, actor=officer_actor(two[0], **stale), wanted=wanted(person)) == (
        "identity.code_needed"
    )
    assert refused(confirm_erasure, actor=officer_actor(two[1], **stale), number=order.number) == (
        "identity.code_needed"
    )


def at_the_end_of_the_transaction(write) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_no_order_and_no_answer_stands_without_its_entry(person, two):
    """Whoever holds the application's role can write no order that nobody gave."""
    order = make_order(person.pk, two[0])
    forged = {
        "subject_id": person.pk,
        "before": timezone.localdate(),
        "ground": "pipl47_other",
        "with_others": True,
        "although_needed": True,
        "asked_by": two[0].account,
        "asked_label": two[0].officer_code,
    }
    given = {"confirmed_by": two[1].account, "confirmed_label": "X", "confirmed_at": timezone.now()}
    for write, why in (
        (lambda: ErasureOrder.objects.create(number="F1", **forged), "no entry of erasure.asked"),
        (lambda: ErasureOrder.objects.create(number="F2", **forged, **given), "as a request"),
        (
            lambda: ErasureOrder.objects.filter(pk=order.pk).update(**given),
            "no entry of erasure.confirmed",
        ),
        (
            lambda: ErasureOrder.objects.filter(pk=order.pk).update(
                ended_at=timezone.now(), ended_label=two[1].officer_code, turned_down=True
            ),
            "no entry of erasure.turned_down",
        ),
        (
            lambda: ErasureOrder.objects.filter(pk=order.pk).update(
                ended_at=timezone.now(), ended_label=two[1].officer_code
            ),
            "who asked takes back",
        ),
    ):
        with pytest.raises(ProgrammingError, match=why), transaction.atomic():
            at_the_end_of_the_transaction(write)


@pytest.mark.parametrize("how_many", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(
    client, person, two, how_many, django_assert_max_num_queries
):
    for _ in range(how_many):
        make_order(person.pk, two[0])
    sign_in(client, two[0].account, fresh=True)
    client.get(PAGE)
    with django_assert_max_num_queries(24):
        assert len(client.get(PAGE).context["rows"]) == how_many
