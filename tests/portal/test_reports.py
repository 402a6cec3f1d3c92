"""The weekly report: true, made once, mailed once, and read only by those it is for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.db import ProgrammingError, connection
from django.test import Client
from django.utils import timezone, translation

from applications.models import Holder
from audit.kernel.actors import Purpose, PurposeKind
from audit.marks.copies import mark_copy, read_copy
from audit.models import AuditEntry, Outbox
from audit.outbox import take_all
from audit.trail import record
from audit.transaction import in_one_transaction
from catalog.models import Department
from portal import tasks
from portal.reports.content import content_for
from portal.reports.mail import on_one_line
from portal.reports.make import make_report, make_weekly_reports
from portal.reports.models import Report
from portal.reports.period import Period, last_full_week, week_so_far
from portal.reports.words import rows, view_lines
from portal.spreadsheet import as_csv
from tests.factories.identity import make_department, make_posting, officer_actor, sign_in
from tests.factories.portal import (
    at,
    look_at_somebody,
    make_alarm,
    make_case,
    make_item,
    make_office,
    make_rule,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 8)
WEEK = Period(MONDAY, SUNDAY)
FAR = date(2026, 12, 1)
CALLED = Purpose(PurposeKind.REASON, "called")
ENGLISH = {"accept-language": "en"}


def figures(office: Department, period: Period = WEEK) -> dict[str, object]:
    return content_for(office, period)["figures"]


def make_lead(office: Department, *, email: str = "", language: str = "en"):
    posting = make_posting(capacity="lead", department=office)
    posting.account.language = language
    posting.account.save()
    if email:
        EmailAddress.objects.create(user=posting.account, email=email, verified=True, primary=True)
    return posting


def test_a_week_runs_from_monday_to_sunday_in_local_time() -> None:
    assert last_full_week(date(2026, 3, 9)) == WEEK
    assert last_full_week(date(2026, 3, 15)) == WEEK
    assert week_so_far(date(2026, 3, 11)) == Period(date(2026, 3, 9), date(2026, 3, 11))
    assert WEEK.begin.isoformat() == "2026-03-02T00:00:00+08:00"
    assert WEEK.end.isoformat() == "2026-03-09T00:00:00+08:00"


def test_what_came_in_and_what_was_decided_is_counted_within_the_week_only() -> None:
    office = make_office()
    item = make_item(office)
    make_case(item, submitted=at(MONDAY, 0), due=FAR, decided=at(SUNDAY, 23))
    make_case(item, submitted=at(SUNDAY, 23), due=FAR)
    make_case(item, submitted=at(MONDAY) - timedelta(days=1), due=FAR, decided=at(MONDAY))
    make_case(item, submitted=WEEK.end, due=FAR)
    make_case(make_item(make_office()), submitted=at(MONDAY), due=FAR)
    refused = {"decided": at(SUNDAY), "granted": False}
    make_case(item, submitted=at(MONDAY), due=FAR, **refused)

    counted = figures(office)

    assert counted["received"] == 3
    assert (counted["decided"], counted["granted"], counted["not_granted"]) == (3, 2, 1)
    assert counted["open_at_end"] == 1


def test_late_is_what_was_decided_after_the_promised_date_or_is_open_past_it() -> None:
    office = make_office()
    item = make_item(office)
    tuesday = MONDAY + timedelta(days=1)
    make_case(item, submitted=at(MONDAY), due=tuesday, decided=at(tuesday, 23))
    make_case(item, submitted=at(MONDAY), due=MONDAY, decided=at(tuesday, 0))
    make_case(item, submitted=at(MONDAY), due=SUNDAY)
    make_case(item, submitted=at(MONDAY), due=SUNDAY + timedelta(days=1))
    make_case(item, submitted=at(MONDAY), due=SUNDAY, decided=WEEK.end + timedelta(hours=5))

    counted = figures(office)

    assert counted["late_decided"] == 1
    assert counted["late_open"] == 2


def test_a_late_case_waited_where_it_lay_longest() -> None:
    office, other = make_office(), make_office()
    item = make_item(office)
    here, there = Holder.Kind.DEPARTMENT, Holder.Kind.APPLICANT
    day = timedelta(days=1)
    late = {"submitted": at(MONDAY), "due": MONDAY}
    make_case(
        item, **late, waited=[(here, office, day), (there, None, 3 * day), (here, office, day)]
    )
    make_case(item, **late, waited=[(here, other, 5 * day), (here, office, day)])
    make_case(item, **late, waited=[(here, other, day), (here, other, day)])
    make_case(item, submitted=at(MONDAY), due=FAR, waited=[(there, None, day)])

    assert content_for(office, WEEK)["waiting"] == [
        {"where": "elsewhere", "cases": 2},
        {"where": "department", "cases": 1},
    ]


def test_the_median_is_of_the_cases_decided_in_the_week() -> None:
    office = make_office()
    item = make_item(office)
    for days in (1, 2, 6):
        submitted = at(SUNDAY) - timedelta(days=days)
        make_case(item, submitted=submitted, due=FAR, decided=at(SUNDAY))

    assert figures(office)["median_days"] == 2.0
    assert figures(make_office())["median_days"] is None


def test_red_lines_are_named_by_their_rule() -> None:
    office = make_office()
    case = make_case(make_item(office), submitted=at(MONDAY), due=FAR)
    rule = make_rule(code="R14", title="小造纸厂", title_en="Small paper mill")
    make_alarm(case, raised=at(MONDAY), rule=rule)
    make_alarm(case, raised=WEEK.end)

    content = content_for(office, WEEK)

    assert content["figures"]["red_lines"] == 1
    title = {"zh": "小造纸厂", "en": "Small paper mill"}
    assert content["red_lines"] == [{"code": "R14", "title": title, "cases": 1}]


def test_views_without_a_case_are_counted_by_officer() -> None:
    office = make_office()
    posting = make_posting(department=office)
    case = make_case(make_item(office), submitted=timezone.now(), due=FAR)
    look_at_somebody(posting, purpose=CALLED)
    look_at_somebody(posting, purpose=CALLED, verb="person.looked_up")
    look_at_somebody(posting, purpose=None)
    look_at_somebody(posting, purpose=Purpose.case(case.reference))
    look_at_somebody(make_posting(), purpose=None)
    today = timezone.localdate()

    content = content_for(office, Period(today, today))

    assert content["figures"]["views"] == 4
    assert content["figures"]["views_without_case"] == 3
    assert content["views"] == [
        {"officer": posting.officer_code, "purpose": "called", "views": 2},
        {"officer": posting.officer_code, "purpose": "", "views": 1},
    ]


def test_own_messages_and_tasks_of_the_office_are_no_views_without_a_case(client: Client) -> None:
    office = make_office()
    posting = make_posting(department=office)
    look_at_somebody(posting, purpose=Purpose.own(), verb="message.viewed")
    look_at_somebody(posting, purpose=Purpose.own(), verb="message.listed")
    look_at_somebody(posting, purpose=Purpose.duty("dispute"), verb="dispute.viewed")
    look_at_somebody(posting, purpose=Purpose.duty("dispute"), verb="dispute.answered")
    look_at_somebody(posting, purpose=None, verb="message.written")
    today = timezone.localdate()

    content = content_for(office, Period(today, today))

    assert content["views"] == []
    assert (content["figures"]["views"], content["figures"]["views_without_case"]) == (1, 0)


def test_a_week_in_which_nobody_looked_does_not_praise_anybody(client: Client) -> None:
    idle, busy = make_office(), make_office()
    for office in (idle, busy):
        make_lead(office)
    look_at_somebody(make_posting(department=busy), purpose=Purpose.duty("dispute"))
    sign_in(client, make_posting(capacity="supervisor").account)
    pages = [
        client.get(f"/admin/reports/this-week/{office.code}/", headers=ENGLISH).content.decode()
        for office in (idle, busy)
    ]

    assert "Nobody looked at anybody&#x27;s data." in pages[0]
    assert "Every view belonged to a case" not in pages[0]
    assert "Every view belonged to a case or to a task of the office." in pages[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The person called or came"), ("zh-hans", "本人打电话或上门问自己的事")],
)
def test_why_somebody_looked_stands_in_the_report_in_words(language: str, words: str) -> None:
    office = make_office()
    look_at_somebody(make_posting(department=office), purpose=CALLED)
    today = timezone.localdate()
    report = Report(department=office, content=content_for(office, Period(today, today)))

    with translation.override(language):
        told = str([*view_lines(report), *rows(report, with_officers=True)])

    assert words in told
    assert "called'" not in told


def test_an_act_on_a_case_is_no_view_without_a_case() -> None:
    office = make_office()
    posting = make_posting(department=office)
    case = make_case(make_item(office), submitted=timezone.now(), due=FAR)
    actor = officer_actor(posting)
    why = Purpose.case(case.reference)
    record(actor=actor, verb="application.claimed", on=case, subjects=case.subjects, purpose=why)
    today = timezone.localdate()

    assert figures(office, Period(today, today))["views_without_case"] == 0


def test_the_week_before_stands_beside_the_week() -> None:
    office = make_office()
    make_case(make_item(office), submitted=at(MONDAY) - timedelta(days=3), due=FAR)

    content = content_for(office, WEEK)

    assert content["figures"]["received"] == 0
    assert content["before"]["received"] == 1


@pytest.mark.django_db(transaction=True)
def test_each_report_is_made_once_however_often_it_is_started() -> None:
    office = make_office()
    make_lead(office)
    make_department()

    assert make_weekly_reports(date(2026, 3, 9)) == 1
    assert make_weekly_reports(date(2026, 3, 15)) == 0

    assert Report.objects.get().department == office
    assert Outbox.objects.count() == 1
    assert AuditEntry.objects.filter(verb="report.made").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_make_one_report() -> None:
    office = make_office()

    def make() -> bool:
        try:
            with in_one_transaction():
                return make_report(office, WEEK)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        made = [one.result() for one in [workers.submit(make) for _ in range(4)]]

    assert sorted(made) == [False, False, False, True]
    assert AuditEntry.objects.filter(verb="report.made").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_task_makes_last_weeks_report() -> None:
    make_lead(make_office())

    assert tasks.weekly_reports() == 1
    assert Report.objects.get().period_from == last_full_week(timezone.localdate()).first


@pytest.mark.django_db(transaction=True)
def test_the_lead_gets_the_figures_by_mail_once_and_no_officer_code() -> None:
    office = make_office(name="区行政审批局", name_en="Approval office")
    make_lead(office, email="lead@portal.example")
    officer = make_posting(department=office)
    with in_one_transaction():
        look_at_somebody(officer, purpose=None)
    next_monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())

    make_weekly_reports(next_monday)
    take_all()
    take_all()

    [message] = mail.outbox
    assert message.to == ["lead@portal.example"]
    assert "Approval office" in message.subject
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "of these without a case" in html
    [(name, table, table_kind)] = message.attachments
    assert name.endswith(".csv")
    assert table_kind == "text/csv"
    assert "Figures,of these without a case,1,0" in table
    assert officer.officer_code not in f"{message.body}{html}{table}"
    assert f"/admin/reports/{Report.objects.get().pk}/" in message.body


@pytest.mark.django_db(transaction=True)
def test_the_mail_is_in_the_leads_language() -> None:
    office = make_office(name="区公安分局")
    make_lead(office, email="lead@portal.example", language="zh-hans")

    make_weekly_reports(date(2026, 3, 9))
    take_all()

    assert 'lang="zh-Hans"' in mail.outbox[0].alternatives[0].content


@pytest.mark.parametrize("name", ["区行政审批局", "区农业农村和水务水利综合行政执法局", "区"])
def test_a_subject_begins_beside_the_name_of_its_header(name: str) -> None:
    subject = f"{name}：2026年11月16日 至 2026年11月22日 这一周"
    message = EmailMessage(subject=on_one_line(subject), to=["a@portal.example"])
    raw = message.message().as_bytes()
    header = next(line for line in raw.splitlines() if line.startswith(b"Subject:"))

    assert header.startswith(b"Subject: =?utf-8?")
    assert message_from_bytes(raw, policy=default)["subject"] == subject
    assert on_one_line("Office: your week") == "Office: your week"


@pytest.mark.django_db(transaction=True)
def test_a_lead_without_an_address_finds_the_report_in_the_back_office_only() -> None:
    make_lead(make_office())

    make_weekly_reports(date(2026, 3, 9))
    take_all()

    assert mail.outbox == []
    assert Outbox.objects.get().done_at is not None


def make_kept(office: Department, monday: date = MONDAY) -> Report:
    make_report(office, Period(monday, monday + timedelta(days=6)))
    return Report.objects.get(department=office, period_from=monday)


def test_a_kept_report_cannot_be_changed_by_the_application() -> None:
    report = make_kept(make_office())

    with pytest.raises(ProgrammingError, match="permission denied"):
        Report.objects.filter(pk=report.pk).update(content={})


def test_a_lead_reads_the_own_report_and_the_reading_is_recorded(client: Client) -> None:
    office = make_office(name="区行政审批局")
    report = make_kept(office)
    lead = make_lead(office)
    sign_in(client, lead.account)

    answer = client.get(f"/admin/reports/{report.pk}/")

    assert answer.status_code == 200
    assert "区行政审批局" in answer.content.decode()
    entry = AuditEntry.objects.get(verb="report.viewed")
    assert (entry.actor, entry.object_id) == (lead.account_id, str(report.pk))


def test_another_departments_report_is_not_there(client: Client) -> None:
    report = make_kept(make_office())
    other = make_office()
    sign_in(client, make_lead(other).account)

    assert client.get(f"/admin/reports/{report.pk}/").status_code == 404
    assert client.get(f"/admin/reports/{report.pk}/table.csv").status_code == 404
    assert client.get(f"/admin/reports/this-week/{report.department.code}/").status_code == 404
    assert AuditEntry.objects.filter(verb__startswith="report.").count() == 1  # its making


def test_a_supervisor_reads_every_report(client: Client) -> None:
    report = make_kept(make_office())
    sign_in(client, make_posting(capacity="supervisor").account)

    assert client.get(f"/admin/reports/{report.pk}/").status_code == 200


def test_clerks_have_no_reports(client: Client) -> None:
    office = make_office()
    report = make_kept(office)
    sign_in(client, make_posting(department=office).account)

    assert client.get("/admin/reports/").status_code == 403
    assert client.get(f"/admin/reports/{report.pk}/").status_code == 403


def test_the_table_is_a_file_and_taking_it_is_recorded(client: Client) -> None:
    office = make_office()
    report = make_kept(office)
    sign_in(client, make_lead(office).account)

    answer = client.get(f"/admin/reports/{report.pk}/table.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    entry = AuditEntry.objects.get(verb="report.exported")
    number = mark_copy(entry.id)
    assert answer["Content-Disposition"].endswith(f'-2026-03-02-{number}.csv"')
    assert read_copy(answer.content.decode()) == entry.id
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert AuditEntry.objects.filter(verb="report.exported").count() == 1


def test_this_week_so_far_is_counted_now_kept_nowhere_and_recorded(client: Client) -> None:
    office = make_office()
    make_case(make_item(office), submitted=timezone.now(), due=FAR)
    sign_in(client, make_lead(office).account)

    answer = client.get(f"/admin/reports/this-week/{office.code}/")

    assert answer.status_code == 200
    assert answer.context["now"]["received"] == 1
    assert Report.objects.count() == 0
    assert Outbox.objects.count() == 0
    assert AuditEntry.objects.filter(verb="report.previewed").count() == 1


def test_the_list_turns_pages_by_week(client: Client) -> None:
    office = make_office()
    weeks = [MONDAY - timedelta(days=7 * back) for back in range(10)]
    for monday in weeks:
        make_kept(office, monday)
    sign_in(client, make_lead(office).account)

    first = client.get("/admin/reports/")
    assert [report.period_from for report in first.context["reports"]] == weeks[:8]
    assert first.context["older"] == f"before={weeks[7]}"

    second = client.get("/admin/reports/", {"before": str(weeks[7])})
    assert [report.period_from for report in second.context["reports"]] == weeks[8:]
    assert second.context["older"] == ""


@pytest.mark.parametrize("nonsense", ["x", "2026-99-99", "\x01", "', drop", "٢٠٢٦-٠١-٠١"])
def test_a_page_that_is_no_day_is_the_newest(client: Client, nonsense: str) -> None:
    office = make_office()
    make_kept(office)
    sign_in(client, make_lead(office).account)

    answer = client.get("/admin/reports/", {"before": nonsense})

    assert answer.status_code == 200
    assert len(answer.context["reports"]) == 1


def test_the_list_costs_the_same_with_one_report_and_with_many(
    client: Client, django_assert_max_num_queries
) -> None:
    offices = [make_office() for _ in range(20)]
    sign_in(client, make_posting(capacity="supervisor").account)
    client.get("/admin/reports/")
    make_kept(offices[0])
    with connection.execute_wrapper(counter := _Counter()):
        client.get("/admin/reports/")
    alone = counter.count
    for office in offices[1:]:
        make_kept(office)
    counter.count = 0
    with connection.execute_wrapper(counter):
        client.get("/admin/reports/")

    assert counter.count == alone


class _Counter:
    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def test_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    assert as_csv(["a"], [["=1+1"], ["-2"], [-2], [None], ["小"]]).decode("utf-8-sig") == (
        "a\r\n'=1+1\r\n'-2\r\n-2\r\n\"\"\r\n小\r\n"
    )
