"""A leak that carries a mark: its view comes first, whatever the counts say."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.leaks.fit import Verdict
from audit.marks.copies import mark_copy
from audit.models import AuditEntry
from tests.factories.identity import make_number, make_person, make_posting
from tests.factories.leaks import INQUIRY, LEAKS, look, officers, page, screenshot, subjects_of

pytestmark = pytest.mark.django_db

REASON = "图里有这次查看的水印"


def ask(client, text="", **more):
    return client.post(LEAKS, {"inquiry": INQUIRY, "text": text, **more}, follow=True)


def test_a_picture_alone_needs_no_days_and_the_month_before_is_compared(client, supervisor):
    clerk, person = make_posting(), make_person()
    view = look(clerk, person.pk)

    response = ask(client, file=screenshot(view))

    assert response.context["marked"].number == view
    today = timezone.localdate()
    assert timezone.localdate(response.context["since"]) == today - timedelta(days=30)
    assert response.context["until"] == today
    assert officers(response) == [clerk.officer_code]


def test_the_officer_of_the_mark_stands_before_whoever_fits_better_and_the_reason_is_told(
    client, supervisor
):
    busy, fitting, person = make_posting(), make_posting(), make_person()
    for _ in range(60):
        look(busy, uuid4())
    for _ in range(3):
        look(fitting, person.pk)
    view = look(busy, person.pk)

    response = ask(client, file=screenshot(view))

    first, second = [one for one, _department in response.context["candidates"]]
    assert (first.officer, first.is_marked) == (busy.officer_code, True)
    assert (second.officer, second.is_marked) == (fitting.officer_code, False)
    assert first.fit.weight < second.fit.weight
    shown = page(response)
    assert shown.count(REASON) == 2
    assert "站在身后" in shown
    for word in ("guilty", "suspect", "有罪", "嫌疑"):
        assert word not in shown


def test_the_officer_of_the_mark_is_listed_also_without_a_look_that_counts(client, supervisor):
    number = make_number()
    looker, other, person = make_posting(), make_posting(), make_person(number=number)
    view = look(looker, verb="report.exported")
    look(other, person.pk)
    today = timezone.localdate()

    response = ask(client, number, file=screenshot(view), since=today, until=today)

    first, second = [one for one, _department in response.context["candidates"]]
    assert (first.officer, first.seen, first.department) == (
        looker.officer_code,
        0,
        looker.department.code,
    )
    assert second.officer == other.officer_code
    assert second.fit.verdict is not None


def test_people_in_a_text_ask_for_days_also_beside_a_picture(client, supervisor):
    view = look(make_posting(), make_person().pk)

    for more in ({}, {"file": screenshot(view)}, {"since": timezone.localdate()}):
        shown = page(ask(client, make_number(), **more))
        assert 'href="#id_until"' in shown
    assert not AuditEntry.objects.filter(verb="trail.leak_traced").exists()


def test_one_day_without_the_other_is_a_slip_for_pictures_too(client, supervisor):
    view = look(make_posting(), make_person().pk)

    assert 'href="#id_since"' in page(
        ask(client, file=screenshot(view), until=timezone.localdate())
    )


def test_a_copy_number_alone_needs_no_days_and_ranks_its_officer_first(client, supervisor):
    clerk = make_posting()
    entry = look(clerk, verb="report.exported")

    response = ask(client, mark_copy(entry))

    assert officers(response) == [clerk.officer_code]
    assert page(response).count("文中有这份副本的标记") == 2


def test_a_copy_with_numbers_in_it_needs_no_days_either(client, supervisor):
    clerk, number = make_posting(), make_number()
    person = make_person(number=number)
    look(clerk, person.pk)
    entry = look(clerk, person.pk, verb="trail.export_made")

    response = ask(client, f"{mark_copy(entry)}\n王芳,{number}", since="", until="")

    assert officers(response) == [clerk.officer_code]
    assert response.context["found"]["people"] == [str(person.pk)]


def test_a_copy_in_the_text_is_not_said_to_be_in_the_picture(client, supervisor):
    entry = look(make_posting(), verb="report.exported")
    nobodys = screenshot(entry + 1_000_000)

    shown = page(ask(client, mark_copy(entry), file=nobodys))

    assert "文中有这份副本的标记" in shown
    assert REASON not in shown
    assert "读不出隐藏的水印" in shown


def test_a_view_number_in_the_text_is_followed_but_proves_nothing(client, supervisor):
    far, near, person = make_posting(), make_posting(), make_person()
    for _ in range(60):
        look(far, uuid4())
    view = look(far, person.pk)
    look(near, person.pk)

    response = ask(client, f"XZSP-0101 · 2026-11-22 10:32 · 查看号 {view}")

    assert response.context["marked"] is None
    assert response.context["printed"].number == view
    assert officers(response) == [near.officer_code, far.officer_code]
    assert {one.is_marked for one, _ in response.context["candidates"]} == {False}
    assert "号码谁都能写" in page(response)
    assert subjects_of("trail.leak_traced") == {person.pk}


def test_a_number_that_is_no_officers_view_leads_to_nobody(client, supervisor):
    response = ask(client, "查看号 999999999")

    assert response.context["printed"] is None
    assert response.context["candidates"] == []


def test_without_a_mark_the_order_is_that_of_the_fit(client, supervisor):
    number = make_number()
    busy, fitting, person = make_posting(), make_posting(), make_person(number=number)
    for _ in range(60):
        look(busy, uuid4())
    look(fitting, person.pk)
    look(busy, person.pk)
    today = timezone.localdate()

    response = ask(client, number, since=today, until=today)

    assert officers(response) == [fitting.officer_code, busy.officer_code]
    assert response.context["candidates"][1][0].fit.verdict is Verdict.HARDLY


def test_no_field_that_may_be_asked_for_says_that_it_may_be_left_out(client, supervisor):
    shown = page(client.get("/admin/trail/leaks/"))

    def label(name):
        return shown.split(f'<label for="id_{name}">')[1].split("</label>")[0]

    said = {name: label(name) for name in ("text", "file", "since", "until", "as_of")}
    assert [name for name, words in said.items() if "可以不写" in words] == ["as_of"]
    assert "有号码就要填" in said["since"]
    assert "有号码就要填" in said["until"]
    assert "文字和文件，有一样就行" in said["text"]
    demanded = page(ask(client, make_number()))
    assert ['href="#id_since"' in demanded, 'href="#id_until"' in demanded] == [True, True]
