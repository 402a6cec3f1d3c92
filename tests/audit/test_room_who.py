"""Whom and what a supervisor means: an officer or office by name, a view by its printed number."""

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from audit.kernel.actors import Actor
from audit.kernel.ids import new_reference
from audit.marks.copies import mark_copy
from audit.marks.printed import read_printed, read_view
from audit.models import AuditEntry
from audit.trail import record
from portal.desk.page_marks import PageMark
from tests.factories.identity import (
    make_department,
    make_number,
    make_person,
    make_posting,
    make_staff,
)
from tests.factories.room import TRAIL, ask, look, officers, subjects_of_last, text

pytestmark = pytest.mark.django_db


def entry_page(number: int) -> str:
    return f"{TRAIL}entries/{number}/"


def printed(number: int, language: str) -> str:
    """The line as a page shows it, without its tags."""
    mark = PageMark(
        officer="XZSP-0101",
        department="区行政审批局",
        at=timezone.localtime(),
        number=number,
        picture="/x.svg",
    )
    with translation.override(language):
        line = render_to_string("components/page_mark.html", {"page_mark": mark})
    return "".join(piece.split(">")[-1] for piece in line.split("<"))


def test_an_officer_is_found_by_user_name(client, supervisor):
    clerk = make_posting(account=make_staff(username="zhou.min"))
    look(clerk, make_person())

    for typed in ("zhou.min", "Zhou.Min", "hou.mi"):
        response = ask(client, {"officer": typed})
        assert officers(response) == [clerk.officer_code]
        assert f'value="{clerk.officer_code}"' in text(response)


def test_an_office_is_found_by_its_name_or_a_part_of_it(client, supervisor):
    office = make_department(name="区医疗保障局", name_en="Health Insurance Office")
    clerk = make_posting(department=office)
    look(clerk, make_person())
    look(make_posting(), make_person())

    for typed in ("区医疗保障局", "医疗保障", "health insurance"):
        response = ask(client, {"officer": typed})
        # Its one officer is not called that, so nobody has to choose.
        assert officers(response) == [clerk.officer_code]
        assert response.context["form"]["office"].value() == office.code


def test_a_whole_name_means_its_bearer_and_not_everybody_whose_name_begins_so(client, supervisor):
    short = make_posting(account=make_staff(username="zhou"))
    look(short, make_person())
    look(make_posting(account=make_staff(username="zhou.min")), make_person())
    bureau = make_department(name="区民政局")
    make_department(name="区民政局婚姻登记处")
    look(make_posting(department=bureau), make_person())

    assert officers(ask(client, {"officer": "ZHOU"})) == [short.officer_code]
    found = ask(client, {"officer": "区民政局"})
    assert found.context["form"]["office"].value() == bureau.code


def test_where_several_fit_one_is_chosen(client, supervisor):
    office = make_department(name="区医疗保障局")
    one = make_posting(account=make_staff(username="yibao.zhou"), department=office)
    two = make_posting(account=make_staff(username="yibao.wu"), department=office)
    for clerk in (one, two):
        look(clerk, make_person())

    asked = ask(client, {"officer": "yibao"})
    chosen = ask(client, {"officer": "yibao", "who": f"officer:{two.officer_code}"})

    page = text(asked)
    assert "has_result" not in asked.context
    assert [found.officer for found in asked.context["form"].matches] == [
        one.officer_code,
        two.officer_code,
    ]
    assert f'name="who" value="officer:{one.officer_code}"' in page
    assert "yibao.wu" in page
    assert officers(chosen) == [two.officer_code]


def test_an_officer_nobody_knows_is_said_to_be_unknown(client, supervisor):
    response = ask(client, {"officer": "没有这个人"})

    assert "这里没有“没有这个人”" in text(response)
    assert not AuditEntry.objects.filter(verb="trail.viewed").exists()


def test_two_different_offices_are_not_one(client, supervisor):
    make_department(name="区医疗保障局")

    page = text(ask(client, {"officer": "医疗保障", "office": make_department().code}))

    assert 'href="#id_office"' in page


def test_a_code_in_the_trail_whose_posting_is_elsewhere_is_still_found(client, supervisor):
    record(actor=Actor.system("nightly job"), verb="report.made")

    assert officers(ask(client, {"officer": "nightly job"})) == ["nightly job"]


def test_a_case_nobody_has_is_said_to_be_unknown_also_where_entries_name_it(client, supervisor):
    nothing = text(ask(client, {"reference": "YB-2026-0000-0000"}))
    assert "没有这个编号的办件" in nothing
    assert "下面只是提到" not in nothing

    look(make_posting(), make_person(), reference="YB-2026-0000-0000")
    assert "下面只是提到" in text(ask(client, {"reference": "YB-2026-0000-0000"}))


def test_the_number_printed_on_a_page_leads_to_that_very_view(client, supervisor):
    view = look(make_posting(), make_person())

    for typed in (str(view), f" 查看号 {view}", printed(view, "zh-hans"), printed(view, "en")):
        response = ask(client, {"view": typed})
        assert response.redirect_chain == [(f"{TRAIL}entries/{view}/", 302)]
        assert [line.number for line in response.context["lines"]] == [view]


def test_the_number_of_a_copy_leads_to_its_fetching(client, supervisor):
    fetched = look(make_posting(), make_person(), verb="trail.downloaded")

    response = ask(client, {"view": mark_copy(fetched)})

    assert response.redirect_chain == [(f"{TRAIL}entries/{fetched}/", 302)]


def test_a_number_of_no_officers_view_leads_nowhere_and_is_said_to(client, supervisor):
    own = record(actor=Actor.system("test"), verb="space.viewed", subjects=[make_person().pk])

    for typed in (str(own), str(own + 1_000_000), "0", "9" * 15, "9" * 40, "abc", "FB-0000"):
        page = text(ask(client, {"view": typed}))
        assert "没有这个号的查看" in page
        assert 'href="#id_view"' in page


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("查看号：１２３", 123),
        ("XZSP-0101 · 2026-11-22 10:32 · VIEW 77", 77),
        ("interview 5 of 2026", None),
        ("2026-11-22 10:32", None),
    ],
)
def test_only_what_stands_after_its_name_is_a_view_number_in_a_text(typed, number):
    assert read_view(typed) == read_printed(typed) == number


def test_a_number_of_any_kind_is_found_from_the_first_field(client, supervisor):
    number = make_number()
    clerk, person = make_posting(), make_person(number=number)
    view = look(clerk, person)
    case = new_reference(2026)
    look(clerk, person, reference=case)
    look(make_posting(), make_person(), reference=new_reference(2026))
    line = f"{clerk.officer_code} · 区民政局 · 2026-11-22 09:00 · 查看号 {view}"

    assert officers(ask(client, {"officer": case.lower()})) == [clerk.officer_code]
    assert subjects_of_last("trail.viewed") == {person.pk}
    found = ask(client, {"officer": f" {number[:6]} {number[6:]} "})
    assert found.context["person"] == person.pk
    assert number not in text(found)
    for typed in (f"查看号{view}", line, mark_copy(view)):
        assert client.post(TRAIL, {"officer": typed}).headers["Location"] == entry_page(view)


def test_a_number_tried_in_the_first_field_is_written_down_like_any(client, supervisor):
    ask(client, {"officer": make_number()})

    assert AuditEntry.objects.filter(verb="trail.searched").count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("110101199003074512", "这不是身份证号"),
        ("YB-2026-AAAA-BBBC", "不是办件编号"),
        ("查看号 999999", "没有这个号的查看"),
    ],
)
def test_a_number_that_is_none_is_told_as_what_it_looks_like(client, supervisor, typed, words):
    response = ask(client, {"officer": typed})

    assert words in text(response)
    assert 'href="#id_officer"' in text(response)
    assert "has_result" not in response.context


def test_a_number_typed_twice_is_not_guessed(client, supervisor):
    numbers = {"officer": new_reference(2026), "reference": new_reference(2026)}

    page = text(ask(client, numbers))

    assert "这应写在“办件编号”里" in page


def test_figures_that_fit_an_officer_and_a_view_are_a_choice(client, supervisor):
    clerk = make_posting(account=make_staff(username="zhou"))
    view = look(clerk, make_person())
    figures = str(view)
    namesake = make_posting(account=make_staff(username=f"wu.{figures}"))
    look(namesake, make_person())

    asked = ask(client, {"officer": figures})
    chosen = client.post(TRAIL, {"officer": figures, "who": f"view:{figures}"})

    offered = [one.key for one in asked.context["form"].matches]
    assert f"officer:{namesake.officer_code}" in offered
    assert offered[-1] == f"view:{figures}"
    assert f"查看号 {figures}</button>" in text(asked)
    assert chosen.headers["Location"] == entry_page(view)


def test_figures_that_fit_a_view_alone_lead_to_it(client, supervisor):
    view = look(make_posting(), make_person())

    found = client.post(TRAIL, {"officer": f"{view:015}"})

    assert found.headers["Location"] == entry_page(view)
