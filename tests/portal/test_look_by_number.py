"""A view number leads to the whole look: what was opened, what was shown in full, its review."""

import re

import pytest

from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from audit.visits import entries_of_look
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from tests.conftest import close_gate
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.factories.looks import make_look
from tests.factories.room import subjects_of_last

pytestmark = pytest.mark.django_db

CASE = Purpose.case("YB-2026-AAAA-BBBB")


def thing(number: int = 1) -> ObjectRef:
    return ObjectRef("applications.application", str(number))


def see(posting, verb="application.viewed", number=1, **more) -> AuditEntry:
    return make_look(posting, make_person().pk, verb=verb, purpose=CASE, on=thing(number), **more)


def look_of(entry) -> list[int]:
    return [one.pk for one in entries_of_look(AuditEntry.objects.all(), entry)]


def page(client, number) -> str:
    response = client.get(f"/admin/trail/entries/{number}/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def supervisor(client):
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def test_the_number_of_one_value_leads_to_the_look_and_its_review(client, supervisor, clerk):
    person = make_person(name="李晓", phone="13912345678")
    look_up_person(
        actor=officer_actor(clerk), person_id=person.pk, reason="urgent_help", why="家里失火"
    )
    close_gate()
    opened, value = AuditEntry.objects.filter(actor_label=clerk.officer_code).order_by("id")
    review = LookupReview.objects.get()

    shown = page(client, value.pk)

    assert (opened.verb, value.verb) == ("person.looked_up", "value.revealed")
    assert f"/admin/lookup/reviews/{review.reference}/" in shown
    marked = [f"查看号 {one.pk}</span>" in shown for one in (opened, value)]
    assert marked == [True, True]
    assert re.findall(r"查看号 (\d+)</span> <span[^>]*>就是这个号", shown) == [str(value.pk)]
    assert subjects_of_last("trail.viewed") == {person.pk}
    assert page(client, opened.pk).count("查看号 ") == shown.count("查看号 ")


def test_a_page_and_every_value_shown_on_it_are_one_look_from_wherever_one_comes(clerk):
    before = see(clerk, "value.revealed", 2)
    opened, first, second = see(clerk), see(clerk, "value.revealed"), see(clerk, "value.revealed")
    again = see(clerk)
    after = see(clerk, "value.revealed")

    whole = [opened.pk, first.pk, second.pk]
    assert [look_of(one) for one in (opened, first, second)] == [whole] * 3
    assert [look_of(one) for one in (again, after)] == [[again.pk, after.pk]] * 2
    assert look_of(before) == [before.pk]


def test_what_a_colleague_saw_and_what_was_refused_is_no_part_of_it(clerk):
    opened = see(clerk)
    see(make_posting(), "value.revealed")
    refused = see(clerk, "value.revealed", outcome="refused")

    assert look_of(opened) == [opened.pk]
    assert look_of(refused) == [refused.pk]


def in_request(posting, request_id, number) -> int:
    entry = record(
        actor=officer_actor(posting, request_id=request_id),
        verb="application.viewed",
        on=thing(number),
        subjects=[make_person().pk],
        purpose=CASE,
    )
    close_gate()
    return entry


def test_what_the_same_request_showed_belongs_to_it(clerk):
    first, second = in_request(clerk, "one", 1), in_request(clerk, "one", 2)
    in_request(clerk, "two", 3)
    in_request(make_posting(), "one", 1)

    assert look_of(AuditEntry.objects.get(pk=second)) == [first, second]


def test_nothing_is_shown_that_the_reader_may_not_see(clerk):
    opened = see(clerk)
    value = see(clerk, "value.revealed")

    visible = AuditEntry.objects.exclude(pk=opened.pk)

    assert entries_of_look(visible, value) == [value]


def test_an_entry_that_is_no_look_stands_alone(client, supervisor, clerk):
    act = make_look(clerk, make_person().pk, verb="application.approved", purpose=CASE, on=thing())
    see(clerk, "value.revealed")

    shown = page(client, act.pk)

    assert look_of(act) == [act.pk]
    assert "就是这个号" not in shown
