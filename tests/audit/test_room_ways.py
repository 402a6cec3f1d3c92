"""From what a page of the room shows to what lies behind it, and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.room.terminals import SHOWN
from audit.trail import ObjectRef, record
from audit.views import officer as officer_page
from identity.models import Terminal
from portal.desk.models import LookupReview
from portal.desk.reviews import ask_for_review
from tests.conftest import close_gate
from tests.factories.identity import (
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.room import LOOKED_UP, TRAIL, ask, look, subjects_of_last, text

pytestmark = pytest.mark.django_db

CASE = Purpose.case("YB-2026-AAAA-BBBB")


def look_at_all(posting, people, **actor) -> int:
    entry = record(
        actor=officer_actor(posting, **actor),
        verb="queue.listed",
        on=ObjectRef("applications.queue", "x"),
        subjects=[one.pk for one in people],
        purpose=CASE,
    )
    close_gate()
    return entry


def reviewed_look(posting, person) -> LookupReview:
    entry = look(posting, person, verb="person.looked_up", purpose=LOOKED_UP)
    return ask_for_review(
        entry, actor=officer_actor(posting), kind=LookupReview.Kind.PERSON, reason=LOOKED_UP.code
    )


def test_a_covered_name_leads_to_the_history_of_that_person_at_an_address_that_names_nobody(
    client, supervisor
):
    clerk, person = make_posting(), make_person(name="李晓")
    mine = look(clerk, person)
    page = text(ask(client, {"officer": clerk.officer_code}))
    assert f'form="to-person" name="person" value="{person.pk}"' in page

    response = client.post(f"{TRAIL}person/", {"person": person.pk}, follow=True)

    assert mine in [line.number for day in response.context["days"] for line in day["lines"]]
    assert "李*" in text(response)
    [(address, _status)] = response.redirect_chain
    assert str(person.pk) not in address
    assert subjects_of_last("trail.viewed") == {person.pk}


def test_an_organisation_has_a_history_too(client, supervisor):
    firm = make_organisation(name="清溪纸业")
    entry = look_at_all(make_posting(), [firm])

    response = client.post(f"{TRAIL}person/", {"person": firm.pk}, follow=True)

    assert [line.number for day in response.context["days"] for line in day["lines"]][:1] == [entry]
    assert "清溪纸业" in text(response)


@pytest.mark.parametrize("odd", ["", "x", "1' or '1"])
def test_what_is_nobodys_id_leads_nowhere(client, supervisor, odd):
    assert client.post(f"{TRAIL}person/", {"person": odd}).status_code == 404


def test_a_search_that_is_no_longer_kept_is_said_to_be_gone(client, supervisor):
    response = client.get(f"{TRAIL}person/?search=long-ago", follow=True)

    assert "那次查询已经不在了" in text(response)
    assert "那次查询已经不在了" not in text(client.get(TRAIL))


def test_a_number_of_people_opens_the_list_of_them_and_that_is_recorded(client, supervisor):
    clerk, people = make_posting(), [make_person(name=f"李{n}晓") for n in range(6)]
    entry = look_at_all(clerk, people)
    assert f'<a href="{TRAIL}entries/{entry}/">6人</a>' in text(
        ask(client, {"officer": clerk.officer_code})
    )

    response = client.get(f"{TRAIL}entries/{entry}/")

    assert {one.id for one in response.context["people"]} == {one.pk for one in people}
    assert {one.name for one in response.context["people"]} == {"李**"}
    assert subjects_of_last("trail.viewed") == {one.pk for one in people}


def test_a_long_list_of_people_goes_on_where_it_ended_and_only_the_page_is_recorded(
    client, supervisor
):
    people = [make_person() for _ in range(55)]
    here = f"{TRAIL}entries/{look_at_all(make_posting(), people)}/"

    first = client.get(here)
    recorded = subjects_of_last("trail.viewed")
    second = client.get(f"{here}?from={first.context['page'].after}")

    met = [one.id for page in (first, second) for one in page.context["people"]]
    assert sorted(met) == sorted(one.pk for one in people)
    assert len(recorded) == 50
    assert recorded.isdisjoint(subjects_of_last("trail.viewed"))


def test_an_entry_that_is_not_there_is_said_not_to_be_and_others_than_supervisors_see_none(
    client, supervisor
):
    entry = look(make_posting(), make_person())
    for number in (entry + 1_000_000, 2**63, 10**30):
        assert "留痕里没有这个号" in text(client.get(f"{TRAIL}entries/{number}/"), 404)
    for account in (make_posting(capacity="lead").account, make_posting().account):
        sign_in(client, account)
        assert client.get(f"{TRAIL}entries/{entry}/").status_code == 403


def test_a_look_without_a_case_leads_to_its_review_and_the_review_back(client, supervisor):
    clerk, person = make_posting(), make_person(name="李晓")
    review = reviewed_look(clerk, person)

    page = text(ask(client, {"officer": clerk.officer_code}))
    address = f"/admin/lookup/reviews/{review.reference}/"
    assert f'<a href="{address}">复核：待复核</a>' in page

    back = text(client.get(address))
    assert f'href="{TRAIL}entries/{review.entry_id}/"' in back
    assert f'name="person" value="{person.pk}"' in back
    listed = text(client.get("/admin/lookup/reviews/"))
    assert f'href="{TRAIL}officers/{clerk.officer_code}/"' in listed


def test_where_something_was_done_is_its_office_and_its_device(client, supervisor):
    clerk, person = make_posting(), make_person()
    device = "7f3a2c" + "0" * 26
    Terminal.objects.create(account=clerk.account, sign_in="at-home", device=device)
    look_at_all(clerk, [person], sign_in="at-home")
    look_at_all(clerk, [person], sign_in="a-program")

    response = ask(client, {"officer": clerk.officer_code})

    program, here = response.context["lines"]
    assert (here.where.devices, here.where.is_strange) == (("7F3A2C",), False)
    assert program.where.devices == ()
    page = text(response)
    assert page.count("设备7F3A2C") == 1
    assert page.count(clerk.department.name) >= 2


def test_a_device_that_is_not_the_usual_one_is_marked_and_one_of_later_is_not_told(
    client, supervisor
):
    clerk, person = make_posting(), make_person()
    now = timezone.now()
    for days in (1, 2, 3):
        Terminal.objects.create(
            account=clerk.account,
            sign_in=f"day-{days}",
            device="a" * 32,
            first_seen=now - timedelta(days=days),
        )
    for device, first_seen in (("b" * 32, now), ("c" * 32, now + timedelta(hours=1))):
        Terminal.objects.create(
            account=clerk.account, sign_in="today", device=device, first_seen=first_seen
        )
    look_at_all(clerk, [person], sign_in="today")

    response = ask(client, {"officer": clerk.officer_code})

    [line] = response.context["lines"]
    assert (line.where.devices, line.where.is_strange) == (("B" * SHOWN,), True)
    assert "不是常用的" in text(response)


def test_what_citizens_do_themselves_has_no_device_of_ours(client, supervisor):
    person = make_citizen().person
    response = client.post(f"{TRAIL}person/", {"person": person.pk}, follow=True)

    lines = [line for day in response.context["days"] for line in day["lines"]]
    assert {line.where.devices for line in lines} == {()}


def test_a_result_that_goes_on_leads_to_a_file_with_the_search_filled_in(
    client, supervisor, monkeypatch
):
    monkeypatch.setattr(officer_page, "ENTRIES", 50)
    clerk, person = make_posting(), make_person()
    for _ in range(51):
        look(clerk, person)

    found = ask(client, {"officer": clerk.officer_code})
    word = found.context["word"]

    assert "太长，看不过来？" in text(found)
    address = f"{TRAIL}exports/ask/?search={word}"
    assert text(found).count(f'href="{address}"') == 2
    asking = text(client.get(address))
    assert clerk.officer_code in asking
    assert f'href="{TRAIL}?search={word}"' in asking
    week = text(client.get(f"{TRAIL}officers/{clerk.officer_code}/"))
    assert f"&amp;officer={clerk.officer_code}" in week
    gone = client.get(f"{TRAIL}exports/ask/?search=long-ago", follow=True)
    assert "那次查询已经不在了" in text(gone)


def test_what_fits_on_one_page_needs_no_file(client, supervisor):
    clerk = make_posting()
    look(clerk, make_person())

    assert "太长" not in text(ask(client, {"officer": clerk.officer_code}))


def test_an_entry_with_few_people_names_them_once(client, supervisor):
    person = make_person(name="李晓")
    entry = look(make_posting(), person)

    page = text(client.get(f"{TRAIL}entries/{entry}/"))

    assert page.count(f'value="{person.pk}"') == 1
    assert f"查看号 {entry}" in page
    assert "抄错" in page
