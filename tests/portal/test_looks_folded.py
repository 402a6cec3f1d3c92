"""Looks that belong together are one line; every one of them can still be read and asked about."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from applications.case_trail import record_case
from applications.verbs import Verb
from audit.kernel.actors import Actor, Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from identity.actions.end_hold import end_hold
from identity.models import Account, DisclosureHold
from portal.myspace.folds import lines_of
from portal.myspace.told import told
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    citizen_actor,
    link,
    make_citizen,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db
ACCESS = "/my/access/"
NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.get_default_timezone())
OPENED, RULES = Verb.VIEWED, Verb.RULES_VIEWED


@pytest.fixture
def in_hand():
    return make_in_hand()


def look_at(case, clerk, *verbs: str, outcome: str = "done") -> list[int]:
    """Looks of this clerk at this case, one after the other."""
    made = []
    for verb in verbs:
        made.append(record_case(case, actor=officer_actor(clerk), verb=Verb(verb), outcome=outcome))
        close_gate()
    return made


def owner_of(case) -> Account:
    return Account.objects.get(person=case.applicant_id)


def lines_for(client, account: Account, query: str = ""):
    sign_in(client, account)
    return client.get(f"{ACCESS}{query}").context["people"]


def entry(number: int, minutes: int, **changes) -> AuditEntry:
    told_of = {
        "verb": "application.viewed",
        "actor": UUID(int=1),
        "department": "A",
        "capacity": "clerk",
        "purpose_kind": "case",
        "purpose": "YB-1",
        "outcome": "done",
    }
    at = NOON + timedelta(minutes=minutes)
    return AuditEntry(pk=number, at=at, **(told_of | changes))


def test_lists_of_officers_as_citizens_are_one_line_a_day_for_each_administrator():
    given = {
        "verb": "officer.listed",
        "capacity": "sysadmin",
        "purpose_kind": "duty",
        "purpose": "links",
    }
    another = {**given, "actor": UUID(int=2)}
    entries = [
        entry(5, 300, **given),
        entry(4, 200, **given, department="B"),
        entry(3, 190, **another),
        entry(2, 0, **given),
        entry(1, -24 * 60, **given),
    ]

    assert lines_of(entries) == [5, 4, 3, 5, 1]


def test_whom_an_officer_is_reads_in_plain_words_and_one_line_of_the_lists(client):
    citizen, admin = make_citizen(), make_posting(capacity="sysadmin")
    link(make_posting().account, citizen.person)
    sign_in(client, admin.account)
    for _one in range(3):
        assert client.get("/admin/officers/").status_code == 200

    told_of = [(one.what, len(one.same)) for one in lines_for(client, citizen).looks]

    assert told_of == [
        ("在工作人员名单中看到您的姓名（部分遮盖）", 3),
        ("确认了一位工作人员的账号就是您本人", 0),
        ("录入了一位工作人员的账号就是您本人", 0),
    ]


def test_openings_of_one_case_by_one_officer_are_one_line_that_opens_to_each(client, in_hand):
    case, clerk = in_hand
    made = look_at(case, clerk, OPENED, RULES, OPENED, OPENED, RULES)

    (line, *_others) = lines_for(client, owner_of(case)).looks

    assert [one.number for one in line.same] == made[::-1]
    assert line.what == f"{told(OPENED)} · {told(RULES)}"
    assert line.why == f"办件 {case.reference}"
    page = client.get(ACCESS).content.decode()
    assert "一共5次" in page
    for number in made:
        assert page.count(f'href="{ACCESS}{number}/"') == 1


def test_what_was_done_between_two_looks_stands_alone_and_they_stay_one_line(client, in_hand):
    case, clerk = in_hand
    look_at(case, clerk, OPENED, "application.step_passed", OPENED)

    looks = lines_for(client, owner_of(case)).looks

    assert [len(one.same) for one in looks[:2]] == [2, 0]
    assert looks[1].what == told("application.step_passed")


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": UUID(int=2)},
        {"department": "B"},
        {"purpose": "YB-2"},
        {"outcome": "refused"},
        {"capacity": "superior"},
        {"purpose_kind": "reason", "purpose": "called"},
    ],
)
def test_another_officer_office_case_or_outcome_is_another_line(changes):
    assert lines_of([entry(2, 1, **changes), entry(1, 0)]) == [2, 1]


def test_half_an_hour_without_a_look_ends_a_line_and_so_does_midnight():
    assert lines_of([entry(3, 61), entry(2, 30), entry(1, 0)]) == [3, 2, 2]
    night = 12 * 60
    assert lines_of([entry(2, night), entry(1, night - 1)]) == [2, 1]


def test_lines_are_the_same_from_either_end():
    entries = [
        entry(number, minutes, purpose=case)
        for number, minutes, case in (
            (6, 50, "YB-1"),
            (5, 45, "YB-2"),
            (4, 25, "YB-1"),
            (3, 10, "YB-2"),
            (2, 5, "YB-1"),
            (1, 2, "YB-2"),
        )
    ]

    def groups(rows):
        lines = lines_of(rows)
        return {
            frozenset(one.pk for one, line in zip(rows, lines, strict=True) if line == wanted_line)
            for wanted_line in lines
        }

    assert (
        groups(entries)
        == groups(entries[::-1])
        == {
            frozenset({6, 4, 2}),
            frozenset({5}),
            frozenset({3, 1}),
        }
    )


def test_a_line_is_never_parted_by_the_end_of_a_page_and_no_look_counts_twice(client, in_hand):
    case, clerk = in_hand
    account = owner_of(case)
    made = look_at(case, clerk, *[OPENED] * 10)
    made += [make_look(make_posting(), account.person_id).pk for _ in range(38)]
    made += look_at(case, make_posting(), *[OPENED] * 6)

    newest = lines_for(client, account)
    older = lines_for(client, account, f"?from={newest.page.after}")

    assert [len(one.same) for one in newest.looks] == [6, *[0] * 38]
    assert len(older.looks[0].same) == 10
    told_of = [one.number for page in (newest, older) for one in page.single]
    assert told_of[: len(made)] == made[::-1]
    assert len(set(told_of)) == len(told_of)
    back = lines_for(client, account, f"?from={older.page.before}")
    assert [one.number for one in back.single] == [one.number for one in newest.single]


def test_a_line_longer_than_a_page_goes_on_with_each_look_once(client, in_hand):
    case, clerk = in_hand
    made = look_at(case, clerk, *[OPENED] * 55)

    newest = lines_for(client, owner_of(case))
    older = lines_for(client, owner_of(case), f"?from={newest.page.after}")

    assert (len(newest.looks[0].same), len(older.looks[0].same)) == (50, 5)
    told_of = [one.number for page in (newest, older) for one in page.single]
    assert told_of[:55] == made[::-1]


def test_what_was_held_back_folds_once_it_is_told_and_says_so_once(client, in_hand):
    case, clerk = in_hand
    two = [make_posting(capacity="supervisor") for _ in range(2)]
    ask = wanted(
        owner_of(case),
        clerk.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=clerk.officer_code,
    )
    hold = in_force(two, ask)
    made = look_at(case, clerk, OPENED, OPENED, OPENED)
    assert [one.what for one in lines_for(client, owner_of(case)).looks] == [told(Verb.CLAIMED)]
    client.cookies.clear()
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    (line, *_others) = lines_for(client, owner_of(case)).looks

    assert [one.number for one in line.same] == made[::-1]
    assert line.late is not None
    page = client.get(ACCESS).content.decode()
    of_line = page.split(f'id="look-{made[-1]}"')[1].split("</details>")[0]
    assert of_line.count("由两位监督员暂缓") == 1


def test_a_message_that_was_written_and_sent_is_one_line(client):
    citizen = make_citizen()
    for job, verb in (("register messages", "written"), ("message delivery", "sent")):
        record(
            actor=Actor.system(job),
            verb=f"message.{verb}",
            on=ObjectRef("identity.message", "1"),
            subjects=[citizen.person_id],
            purpose=Purpose.duty("message"),
        )
    close_gate()
    sign_in(client, citizen)

    lines = client.get(ACCESS).context["machine"].looks

    assert [one.what for one in lines][:1] == [
        f"{told('message.written')} · {told('message.sent')}"
    ]
    assert [len(one.same) for one in lines][:1] == [2]


def test_what_the_portal_did_again_and_again_is_one_line_apart_from_officers(client):
    citizen = make_citizen()
    job = Actor.system("rules")
    for number in range(3):
        on = ObjectRef("test.thing", str(number))
        why = Purpose.duty("message")
        record(actor=job, verb="message.sent", on=on, subjects=[citizen.person_id], purpose=why)
    close_gate()
    sign_in(client, citizen)

    context = client.get(ACCESS).context

    assert [len(one.same) for one in context["machine"].looks][:1] == [3]
    assert context["people"].looks == []


def test_nothing_done_under_ones_account_is_pushed_out_of_sight(client):
    citizen = make_citizen()
    actor, own = citizen_actor(citizen), Purpose.own()
    record(actor=actor, verb="data.exported", subjects=[citizen.person_id], purpose=own)
    for _ in range(120):
        record(actor=actor, verb="access.viewed", subjects=[citizen.person_id], purpose=own)
    close_gate()
    sign_in(client, citizen)

    seen, after = [], "first"
    for _page in range(6):
        if after:
            page = client.get(f"{ACCESS}?own={after}")
            seen += [one.what for one in page.context["own"].looks]
            after = page.context["own"].page.after
    assert seen.count(told("data.exported")) == 1
    assert 'id="own" open' in page.content.decode()
    content = json.loads(client.post("/my/export/").content)
    assert told("data.exported") in [one["what"] for one in content["own_looks"]]
    assert len(content["own_looks"]) > 120
