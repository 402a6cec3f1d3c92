"""An officer's week: drawn, counted, beside what is usual; and whose data the officer opened."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.directory import Post
from audit.kernel.clock import WorkCalendar
from audit.models import SentinelAlarm
from audit.room import officer_week
from audit.room.officer_week import Mark, usual_week_at, usual_week_of, week_of
from audit.room.strip import draw
from audit.room.weeks import Week
from audit.selectors import entries_visible_to
from audit.sentinel.events import OfficeHours
from portal.desk import surroundings as desk_surroundings
from tests.factories.identity import (
    make_department,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.room import TRAIL, look, subjects_of_last, text
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db


def this_week():
    return Week.of(timezone.localdate())


def test_a_week_is_read_as_it_is_written_and_nonsense_is_this_week():
    today = date(2026, 11, 22)

    assert Week.read("2026-W47", today).monday == date(2026, 11, 16)
    assert Week.read("2026-W53", today).code == "2026-W53"
    for odd in ("", "2025-W53", "2026-W00", "2026-W99", "9999-W01", "x", "2026-W4７"):
        assert Week.read(odd, today).monday == date(2026, 11, 16)


def test_a_week_ends_where_the_next_begins():
    week = Week(date(2026, 11, 16))

    assert week.end == week.plus(1).start == week.start + timedelta(days=7)
    assert week.sunday == date(2026, 11, 22)


def test_the_week_is_drawn_row_by_row_with_time_off_shaded_and_red_on_top():
    week = Week(date(2026, 11, 16))
    calendar = WorkCalendar(days_off={date(2026, 11, 17)}, days_worked={date(2026, 11, 21)})
    noon = week.start + timedelta(days=2, hours=12)
    marks = [Mark(noon, 1, 1, 1), Mark(noon + timedelta(hours=6), 1, 0, 0)]

    strip = draw(week, marks, OfficeHours(calendar, opens=time(6), closes=time(18)))

    whole_days = [shade.y for shade in strip.shades if shade.width == "71.00%"]
    assert whole_days == ["34", "164"]  # Tuesday is off, Sunday; Saturday is worked
    monday = [(shade.x, shade.width) for shade in strip.shades if shade.y == "8"]
    assert monday == [("18.00%", "17.75%"), ("71.25%", "17.75%")]
    assert [(dot.is_red, dot.x) for dot in strip.dots] == [
        (False, "71.25%"),
        (True, "53.50%"),
    ]
    assert [row.acts for row in strip.rows] == [0, 0, 2, 0, 0, 0, 0]
    assert all(60 < float(dot.y) < 86 for dot in strip.dots)


def test_the_page_shows_figures_of_days_and_marks_looks_without_a_case(client, supervisor):
    clerk, person = make_posting(), make_person(name="李晓")
    look(clerk, person)
    look(clerk, person, verb="application.claimed")
    bare = look(clerk, person, reference="")

    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/")
    only = client.get(f"{TRAIL}officers/{clerk.officer_code}/?only=without-case")

    found = response.context["found"]
    whole = found.whole
    assert (whole.acts, whole.looks, whole.without_case) == (3, 2, 1)
    assert [day.figures.acts for day in found.days if day.first] == [3]
    page = text(response)
    assert page.count('<circle class="d"') == 2
    assert page.count('<circle class="x"') == 1
    assert "3次操作和查看，其中1次查看没有对应办件" in page
    assert [line.number for line in only.context["lines"]] == [bare]
    assert clerk.department.name in page
    assert subjects_of_last("trail.viewed") == {person.pk}


def test_the_week_before_is_empty_and_leads_back(client, supervisor):
    clerk = make_posting()
    look(clerk, make_person())
    before = this_week().plus(-1)

    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/?week={before.code}")

    assert response.context["lines"] == []
    assert response.context["following"] == this_week()
    assert client.get(f"{TRAIL}officers/{clerk.officer_code}/").context["following"] is None


def test_too_many_marks_become_one_an_hour(supervisor, monkeypatch):
    clerk, person = make_posting(), make_person()
    for reference in ("", "YB-2026-AAAA-BBBB", "YB-2026-AAAA-BBBB"):
        look(clerk, person, reference=reference)
    monkeypatch.setattr(officer_week, "MARKS", 2)

    found = week_of(entries_visible_to(officer_actor(supervisor)), clerk.officer_code, this_week())

    assert found.by_hour
    assert sum(mark.acts for mark in found.marks) == 3
    assert sum(mark.without_case for mark in found.marks) == 1
    assert all(timezone.localtime(mark.at).minute == 0 for mark in found.marks)


def test_what_is_usual_is_the_average_of_four_weeks_for_one_and_for_the_post(supervisor):
    actor, office = officer_actor(supervisor), make_department()
    clerk, other = make_posting(department=office), make_posting(department=office)
    lead = make_posting(department=office, capacity="lead")
    person = make_person()
    for _ in range(8):
        look(clerk, person)
    for _ in range(4):
        look(other, person, reference="")
    look(lead, person)
    later = this_week().plus(1)
    post = Post(account=clerk.account_id, capacity="clerk", department=office.code)

    own = usual_week_of(entries_visible_to(actor), clerk.officer_code, later)
    here = usual_week_at(entries_visible_to(actor), post, later)

    assert (own.acts, own.looks, own.without_case) == (2.0, 2.0, 0.0)
    assert here is not None
    assert (here.acts, here.looks, here.without_case) == (1.5, 1.5, 0.5)
    assert usual_week_at(entries_visible_to(actor), post, this_week()) is None


def test_a_week_says_whose_data_it_was_and_what_lay_outside_office_hours(
    client, supervisor, monkeypatch
):
    monkeypatch.setattr(desk_surroundings, "OPENS", time(0))
    monkeypatch.setattr(desk_surroundings, "CLOSES", time(0))  # closed all day
    actor, clerk, person = officer_actor(supervisor), make_posting(), make_person()
    for one in (person, person, make_person()):
        look(clerk, one)
    look(clerk, make_person(), outcome="refused")

    week = week_of(entries_visible_to(actor), clerk.officer_code, this_week())
    usual = usual_week_of(entries_visible_to(actor), clerk.officer_code, this_week().plus(1))
    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/")

    assert (week.whole.people, week.whole.off_hours) == (2, 4)
    assert (usual.people, usual.off_hours) == (0.5, 1.0)
    figures = {one.name: (one.now, one.usual) for one in response.context["figures"]}
    assert figures["涉及的人和单位"] == (2, None)
    assert figures["非工作时间"] == (4, None)
    assert "前四周没有操作，没有平常可比。" in text(response)


def test_a_figure_stands_beside_what_is_usual(client, supervisor):
    clerk, person = make_posting(), make_person()
    for _ in range(8):
        look(clerk, person)
    later = this_week().plus(1)

    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/?week={later.code}")

    acts = response.context["figures"][0]
    assert (acts.now, acts.usual, acts.here, acts.most) == (0, 2.0, 2.0, 2.0)
    page = text(response)
    assert page.count('class="beside__now" width="0%"') == 5
    usual = [one for one in response.context["figures"] if one.usual]  # by day or by night
    assert len(usual) in (3, 4)
    assert page.count('<rect width="100%"') == 2 * len(usual)
    assert "同岗位" in page


def test_whose_data_an_officer_opened_is_everybody_once_with_first_and_last(client, supervisor):
    clerk, often, once = make_posting(), make_person(name="李晓"), make_person(name="王芳")
    look(clerk, often)
    look(clerk, once)
    look(clerk, often, verb="application.claimed")
    look(clerk, make_person(), outcome="refused")
    days = f"since={timezone.localdate()}&until={timezone.localdate()}"

    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/people/?{days}")

    rows = [(row.subject, row.times, one.name) for row, one in response.context["rows"]]
    assert rows == [(often.pk, 2, "李*"), (once.pk, 1, "王*")]
    page = text(response)
    assert '<th scope="col">涉及几条留痕</th>' in page
    assert "不只是查看" in page
    assert "一共2人（含单位）" in page
    first = response.context["rows"][0][0]
    assert first.first < first.last
    assert subjects_of_last("trail.viewed") == {often.pk, once.pk}


def test_everybody_is_met_once_however_many_pages_there_are(client, supervisor):
    clerk = make_posting()
    people = [make_person() for _ in range(55)]
    for person in people:
        look(clerk, person)
    here = f"{TRAIL}officers/{clerk.officer_code}/people/?since={timezone.localdate()}"
    here += f"&until={timezone.localdate()}"

    first = client.get(here)
    second = client.get(f"{here}&from={first.context['page'].after}")

    met = [row.subject for page in (first, second) for row, _ in page.context["rows"]]
    assert met == [person.pk for person in reversed(people)]
    assert second.context["page"].after == ""
    assert [page.context["page"].everybody for page in (first, second)] == [55, 55]
    for odd in ("x", "W10", "bnVsbA"):
        assert len(client.get(f"{here}&from={odd}").context["rows"]) == 50


def test_the_week_and_the_people_are_for_supervisors_and_of_somebody(client, supervisor):
    for address in ("officers/nobody/people/", "officers/nobody/?week=2026-W47"):
        assert client.get(f"{TRAIL}{address}").status_code == 404
    sign_in(client, make_posting(capacity="lead").account)
    for address in ("people/", ""):
        assert client.get(f"{TRAIL}officers/T1/{address}").status_code == 403


def test_a_longer_week_costs_no_more_queries(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)
    address = f"{TRAIL}officers/{clerk.officer_code}/"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(30):
        look(clerk, person)

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_what_the_sentinel_asked_stands_beside_the_week_it_asked_about(client, supervisor):
    clerk = make_posting()
    sentinel_reads([leave_look(clerk, make_person().pk, case="") for _ in range(11)])
    alarm = SentinelAlarm.objects.filter(officer=clerk.officer_code).latest("number")

    page = text(client.get(f"{TRAIL}officers/{clerk.officer_code}/"))
    before = this_week().plus(-1).code

    assert f"{TRAIL}alarms/{alarm.number}/" in page
    other = text(client.get(f"{TRAIL}officers/{clerk.officer_code}/?week={before}"))
    assert f"{TRAIL}alarms/{alarm.number}/" not in other
