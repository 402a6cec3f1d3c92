"""The edges of a report: which day is over, which case came in, which days are compared."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone, translation

from applications.models import Holder, Step
from applications.selectors.desk import desk_figures
from audit.outbox import take_all
from audit.transaction import in_one_transaction
from portal.reports.content import content_for
from portal.reports.make import make_report
from portal.reports.models import Report
from portal.reports.period import DAY, Period, week_so_far
from portal.reports.words import compared
from tests.factories.identity import make_posting, officer_actor, sign_in
from tests.factories.portal import at, make_case, make_item, make_office, take_case

pytestmark = pytest.mark.django_db

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
WEEK = Period(MONDAY, SUNDAY)
FAR = date(2036, 12, 1)


def figures(office, period: Period = WEEK):
    return content_for(office, period)["figures"]


def open_step(case, office, moment, order: int = 2) -> None:
    """The case goes on to its next step, at this office."""
    case.steps.update(state=Step.State.DONE)
    Step.objects.create(
        application=case,
        order=order,
        code=f"step{order}",
        kind="decide",
        department=office,
        state=Step.State.OPEN,
        opened_at=moment,
    )


def test_a_case_due_today_is_late_neither_at_the_desk_nor_in_the_report() -> None:
    office, today = make_office(), timezone.localdate()
    clerk = make_posting(department=office)
    for due in (today - DAY, today, today + DAY):
        began = timezone.now() - 9 * DAY
        here = [(Holder.Kind.DEPARTMENT, office, DAY)]
        case = make_case(make_item(office), submitted=began, due=due, waited=here)
        take_case(case, clerk)

    report = content_for(office, week_so_far(today))

    desk = desk_figures(officer_actor(clerk), [case.queue_id], today, [])
    assert (desk.late, report["figures"]["late_open"]) == (1, 1)
    assert report["waiting"] == [{"where": "department", "cases": 1}]


@pytest.mark.parametrize(("due", "late"), [(SUNDAY - DAY, 1), (SUNDAY, 1), (SUNDAY + DAY, 0)])
def test_a_day_of_a_past_week_is_over_when_the_week_is(due: date, late: int) -> None:
    office = make_office()
    make_case(make_item(office), submitted=at(MONDAY), due=due)

    assert figures(office)["late_open"] == late


def test_the_days_that_are_over_end_with_the_period_and_never_with_today() -> None:
    assert WEEK.over_before(SUNDAY + 30 * DAY) == SUNDAY + DAY
    assert WEEK.over_before(SUNDAY + DAY) == SUNDAY + DAY
    assert WEEK.over_before(SUNDAY) == SUNDAY
    assert WEEK.over_before(MONDAY) == MONDAY


def test_a_second_step_at_the_same_office_brings_no_new_case() -> None:
    office = make_office()
    item = make_item(office)
    earlier = make_case(item, submitted=at(MONDAY - DAY), due=FAR)
    open_step(earlier, office, at(MONDAY))
    new = make_case(item, submitted=at(MONDAY), due=FAR)
    open_step(new, office, at(SUNDAY))

    assert figures(office)["received"] == 1
    assert figures(office, WEEK.week_before())["received"] == 1


def test_a_case_passed_on_came_in_once_at_each_office_and_not_again_on_its_way_back() -> None:
    first, second = make_office(), make_office()
    case = make_case(make_item(first), submitted=at(MONDAY - DAY), due=FAR)
    open_step(case, second, at(MONDAY))
    open_step(case, first, at(SUNDAY), order=3)

    assert (figures(first)["received"], figures(second)["received"]) == (0, 1)
    assert figures(first, WEEK.week_before())["received"] == 1


@pytest.mark.parametrize(
    ("last", "days"), [(MONDAY, ": 23 Feb 2026."), (SUNDAY, ": 23 Feb 2026 – 1 Mar 2026.")]
)
def test_a_report_says_which_days_are_compared(last: date, days: str) -> None:
    report = Report(period_from=MONDAY, period_to=last)

    with translation.override("en"):
        assert compared(report).endswith(days)


def test_page_and_mail_say_which_days_are_compared(client) -> None:
    lead = make_posting(capacity="lead")
    EmailAddress.objects.create(
        user=lead.account, email="lead@portal.example", verified=True, primary=True
    )
    sign_in(client, lead.account)
    with in_one_transaction():
        make_report(lead.department, WEEK)
    take_all()
    report = Report.objects.get()

    page = client.get(f"/admin/reports/{report.pk}/").content.decode()
    now = client.get(f"/admin/reports/this-week/{lead.department.code}/").content.decode()

    with translation.override(lead.account.language):
        said = compared(report)
    assert said in page
    assert said in mail.outbox[0].body
    assert said in mail.outbox[0].alternatives[0].content
    assert "前一周" in said
    assert "上一周同样的日子" in now
