"""Names with line breaks, marks of direction or formulas in them forge no line anywhere."""

import csv
import io
import logging
from dataclasses import replace
from datetime import date

import pytest
from django.core import mail
from django.db import DataError, transaction
from django.test import Client

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.outbox import take_all
from audit.trail import ObjectRef, record
from portal.log_lines import PlainFormatter
from portal.reports.make import make_weekly_reports
from portal.spreadsheet import as_csv
from tests.factories.identity import make_department, make_posting, sign_in
from tests.portal.test_reports import make_lead

pytestmark = pytest.mark.django_db(transaction=True)

FORGED = "2026-01-01 00:00:00 ERROR audit all is well"
BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x1b[2K", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff"]
SHOWN = [repr(one) for one in BREAKS]


@pytest.mark.parametrize("sign", BREAKS, ids=SHOWN)
@pytest.mark.parametrize("where", ["label", "department_code", "sign_in", "request_id"])
def test_no_entry_takes_a_code_that_is_more_than_a_line(where: str, sign: str) -> None:
    actor = replace(Actor.system("test"), **{where: f"test{sign}a"})
    with pytest.raises((DataError, Refused)), transaction.atomic():
        record(actor=actor, verb="test.looked")
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("sign", BREAKS, ids=SHOWN)
def test_nor_an_object_or_a_purpose(sign: str) -> None:
    for call in (
        {"on": ObjectRef("kind", f"1{sign}2")},
        {"purpose": Purpose.duty(f"a{sign}b")},
    ):
        with pytest.raises(Refused, match=r"trail\.not_written"), transaction.atomic():
            record(actor=Actor.system("test"), verb="test.looked", **call)


@pytest.mark.parametrize("sign", BREAKS, ids=SHOWN)
def test_a_line_of_the_log_is_one_line(sign: str) -> None:
    for message, args in (
        (f"Not Found: /x{sign}{FORGED}", ()),
        ("Not Found: %s", (f"/x{sign}{FORGED}",)),
    ):
        line = logging.LogRecord("django.request", logging.WARNING, "x", 1, message, args, None)
        written = PlainFormatter("%(levelname)s %(name)s %(message)s").format(line)
        assert len(written.splitlines()) == 1
        assert sign not in written
        assert written.startswith("WARNING django.request Not Found: /x\\")


def test_an_address_somebody_asked_for_begins_no_line(client: Client, caplog) -> None:
    assert client.get(f"/nowhere%0A{FORGED}").status_code == 404
    [line] = [one for one in caplog.records if one.name == "django.request"]
    assert len(PlainFormatter("%(message)s").format(line).splitlines()) == 1


def test_a_fault_whose_words_hold_a_line_break_is_told_on_one_line() -> None:
    try:
        raise ValueError(f"bad\n{FORGED}")
    except ValueError as error:
        told = PlainFormatter("%(message)s").formatException((ValueError, error, None))
    assert FORGED not in told.splitlines()


def test_a_page_of_the_trail_has_a_row_for_every_entry_and_no_more(client: Client) -> None:
    name = "局</td></tr><tr><td>2026-01-01</td></tr>\n<tr>"
    with transaction.atomic():
        office = make_department(name=name)
        officer = make_posting(department=office)
        supervisor = make_posting(capacity="supervisor", department=office)
        actor = Actor(
            account_id=officer.account_id,
            label=officer.officer_code,
            capacity=Capacity.CLERK,
            department_code=office.code,
            region_code=office.region_id,
        )
        for _ in range(3):
            record(actor=actor, verb="case.viewed", purpose=Purpose.duty("test"))
    sign_in(client, supervisor.account)
    asked = {"officer": officer.officer_code}
    page = client.post("/admin/trail/", asked, follow=True).content.decode()
    assert page.count("<tbody>") == 1
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == 3
    assert "局&lt;/td&gt;" in rows


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_the_name_of_an_office_begins_no_header_of_a_mail(sign: str) -> None:
    with transaction.atomic():
        office = make_department(
            name=f"局{sign}Bcc: thief@example.org", name_en=f"Office{sign}Bcc: t"
        )
        make_lead(office, email="lead@portal.example")
    make_weekly_reports(date(2026, 3, 9))
    take_all()
    [message] = mail.outbox
    raw = message.message()
    assert raw["Bcc"] is None
    assert message.recipients() == ["lead@portal.example"]
    assert len(str(raw["Subject"]).splitlines()) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_table_is_a_formula_or_begins_a_row(sign: str) -> None:
    name = f'{sign}HYPERLINK("http://thief.example","x")\r\nforged,row'
    text = as_csv(["office", "cases"], [[name, 1], ["局", 2]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["office", "cases"], [f"'{name}", "1"], ["局", "2"]]
