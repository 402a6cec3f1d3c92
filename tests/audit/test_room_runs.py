"""What was done in a row for one case is one line that opens, and no entry is lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audit.kernel.actors import Purpose, PurposeKind
from audit.models import AuditEntry
from audit.room.runs import runs_of_applicant, runs_of_officer
from audit.trail import ObjectRef, record
from audit.views import case as case_page
from audit.views import officer as officer_page
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_person,
    make_posting,
)
from tests.factories.room import REFERENCE, TRAIL, look, text

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
OTHER = "YB-2026-CCCC-DDDD"
REASON = Purpose(PurposeKind.REASON, "called")


@pytest.fixture
def case_in_hand():
    applicant = make_citizen(person=make_person(name="李晓"))
    case, clerk = make_in_hand(account=applicant)
    return case, applicant, clerk


def fill_in(case, applicant: Account, *verbs: str, request_id: str = "") -> list[int]:
    """What the applicant did at the case, one after the other."""
    entries = [
        record(
            actor=citizen_actor(applicant, request_id=request_id),
            verb=f"application.{verb}",
            on=ObjectRef.of(case),
            subjects=[applicant.person_id],
            purpose=Purpose.own(),
        )
        for verb in verbs
    ]
    close_gate()
    return entries


def runs(lines) -> list[tuple[str, list[int]]]:
    """Each line with the entries it stands for."""
    return [(line.what, [one.number for one in line.same] or [line.number]) for line in lines]


def entries_on(response) -> list[int]:
    return [number for _, numbers in runs(response.context["lines"]) for number in numbers]


def test_what_the_applicant_did_in_a_row_is_one_line_with_every_entry(
    client, supervisor, case_in_hand
):
    case, applicant, clerk = case_in_hand
    filled = fill_in(case, applicant, "own.viewed", "saved", "own.viewed", "saved")
    seen = look(clerk, applicant.person, case.reference)
    again = fill_in(case, applicant, "own.viewed")

    response = client.get(f"{TRAIL}cases/{case.reference}/")

    *_, run, officers, single = runs(response.context["lines"])
    assert run == ("看了自己的件 · 保存了填写", filled)
    assert officers[1] == [seen]
    assert single[1] == again
    page = text(response)
    assert "共4条，逐条看" in page
    for entry in filled:
        assert page.count(f'href="{TRAIL}entries/{entry}/"') == 1


def test_a_step_of_the_case_stands_alone_with_all_of_its_request(client, supervisor, case_in_hand):
    case, applicant, _clerk = case_in_hand
    before = fill_in(case, applicant, "own.viewed", "saved")
    step = fill_in(case, applicant, "attached", "corrected", request_id="r-1")
    after = fill_in(case, applicant, "own.viewed", "own.viewed")

    lines = client.get(f"{TRAIL}cases/{case.reference}/").context["lines"]

    assert [numbers for _, numbers in runs(lines)][-3:] == [before, step[:1], after]
    assert [one.line.number for one in lines[-2].also] == step[1:]
    assert replace(lines[-1], same=(lines[-2], *lines[-1].same)).entries == len(step) + len(after)


def test_no_line_reaches_across_a_turn_of_the_case():
    noon = datetime(2026, 11, 16, 12, tzinfo=CHINA)
    entries = [
        AuditEntry(pk=minute, at=noon + timedelta(minutes=minute), capacity="citizen")
        for minute in range(4)
    ]
    for one in entries:
        one.outcome = "done"
    turn = noon + timedelta(minutes=2)

    assert runs_of_applicant(entries, (), [turn]) == [0, 0, 2, 2]
    assert runs_of_applicant(entries[::-1], (), [turn]) == [3, 3, 1, 1]


def test_pages_of_a_case_end_where_runs_do_and_each_entry_is_on_one(
    client, supervisor, case_in_hand, monkeypatch
):
    monkeypatch.setattr(case_page, "ENTRIES", 6)
    case, applicant, clerk = case_in_hand
    for _ in range(4):
        fill_in(case, applicant, *["saved"] * 4)
        look(clerk, applicant.person, case.reference)
    everything = list(AuditEntry.objects.order_by("at", "id").values_list("pk", flat=True))
    here = f"{TRAIL}cases/{case.reference}/"
    about = [pk for pk in everything if pk in _entries_of(case)]

    pages = [client.get(here)]
    while pages[-1].context["page"].after and len(pages) < 9:
        pages.append(client.get(f"{here}?from={pages[-1].context['page'].after}"))
    back = client.get(f"{here}?from={pages[2].context['page'].before}")

    met = [entry for page in pages for entry in entries_on(page)]
    own_looks = len(met) - len(about)  # these very looks stand at the end
    assert met[: len(about)] == about
    assert own_looks >= 0
    assert all(len(line.same) in (0, 4) for page in pages[1:4] for line in page.context["lines"])
    assert entries_on(back) == entries_on(pages[1])


def _entries_of(case) -> set[int]:
    mine = AuditEntry.objects.filter(purpose_kind="case", purpose=case.reference)
    on = AuditEntry.objects.filter(object_id__in=(str(case.pk), case.reference))
    return {*mine.values_list("pk", flat=True), *on.values_list("pk", flat=True)}


def test_an_officers_visit_to_a_case_is_one_line_and_what_stands_out_is_none(client, supervisor):
    clerk, person = make_posting(), make_person()
    visit = [look(clerk, person), look(clerk, person, verb="application.claimed")]
    refused = look(clerk, person, outcome="refused")
    bare = [look(clerk, person, purpose=REASON) for _ in range(2)]
    visit_again = [look(clerk, person) for _ in range(2)]
    elsewhere = look(clerk, person, OTHER)

    response = client.get(f"{TRAIL}officers/{clerk.officer_code}/")

    assert [numbers for _, numbers in runs(response.context["lines"])] == [
        [elsewhere],
        visit_again[::-1],
        bare[1:],
        bare[:1],
        [refused],
        visit[::-1],
    ]
    assert response.context["lines"][-1].what == "打开办件 · 领件"
    assert text(response).count('<th scope="rowgroup"') == 1


def test_pages_of_a_week_end_where_visits_do(client, supervisor, monkeypatch):
    monkeypatch.setattr(officer_page, "ENTRIES", 5)
    clerk, person = make_posting(), make_person()
    made = [look(clerk, person, case) for case in (REFERENCE, OTHER) * 2 for _ in range(3)]
    here = f"{TRAIL}officers/{clerk.officer_code}/"

    first = client.get(here)
    second = client.get(f"{here}?from={first.context['page'].after}")

    assert entries_on(first) == made[:-4:-1]
    assert entries_on(second) == made[-4:-7:-1]
    back = client.get(f"{here}?from={second.context['page'].before}")
    assert entries_on(back) == entries_on(first)


def test_a_run_is_broken_by_half_an_hour_and_by_midnight():
    noon = datetime(2026, 11, 16, 12, tzinfo=CHINA)
    midnight = datetime(2026, 11, 17, 0, tzinfo=CHINA)
    moments = [
        noon,
        noon + timedelta(minutes=30),
        noon + timedelta(minutes=61),
        midnight - timedelta(minutes=5),
        midnight + timedelta(minutes=5),
    ]
    entries = [
        AuditEntry(pk=number, at=at, capacity="clerk", purpose_kind="case", purpose=REFERENCE)
        for number, at in enumerate(moments)
    ]
    for one in entries:
        one.outcome = "done"

    assert runs_of_officer(entries) == [0, 0, 2, 3, 4]
    assert runs_of_officer(entries[::-1]) == [4, 3, 2, 1, 1]
