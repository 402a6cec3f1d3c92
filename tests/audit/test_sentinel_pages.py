"""The supervisor's pages of the sentinel: what they show, record and refuse, and what they cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry, AuditSubject, SentinelAlarm, SentinelTuning, SentinelVerdict
from audit.selectors import entries_visible_to
from audit.sentinel.models import AlarmState
from audit.sentinel.verdicts import judge_alarm
from tests.conftest import close_gate
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.factories.trail import leave_look, put_alarm, sentinel_reads

pytestmark = pytest.mark.django_db

ALARMS, RULES = "/admin/trail/alarms/", "/admin/trail/alarms/rules/"
WORDS = "问过本人和科长，当天大厅停电，来人都按号码查。"


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def raised(posting=None, count=11, name="李晓"):
    posting = posting or make_posting()
    people = [make_person(name=name) for _ in range(count)]
    sentinel_reads([leave_look(posting, person.pk, case="") for person in people])
    return SentinelAlarm.objects.filter(officer=posting.officer_code, rule="without_case").last()


def page_of(alarm):
    return f"{ALARMS}{alarm.pk}/"


def test_an_alarm_is_listed_and_opened_with_its_evidence_in_plain_words(client, supervisor):
    alarm = raised()

    listed = text(client.get(f"{ALARMS}?rule=without_case"))
    page = text(client.get(page_of(alarm)))

    assert "没有对应办件的查看" in listed
    assert alarm.officer in listed
    assert "没有对应办件就看了11次；这个岗位超过10就会提醒。" in page
    assert "天数还太少" in page
    assert page.count("李*") == 11
    assert "李晓" not in page


def test_a_look_at_an_alarm_is_recorded_with_everybody_it_names(client, supervisor):
    alarm = raised()
    client.get(page_of(alarm))

    entry = AuditEntry.objects.get(verb="trail.viewed", object_id=str(alarm.pk))
    assert (entry.object_kind, entry.actor) == ("trail.alarm", supervisor.account_id)
    shown = set(AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True))
    looked_at = AuditSubject.objects.filter(entry_id__in=alarm.entries)
    assert shown == {alarm.account, *looked_at.values_list("subject", flat=True)}
    client.get(ALARMS)
    assert AuditEntry.objects.filter(verb="trail.viewed", object_id="alarms").count() == 1


def test_a_verdict_is_written_and_read_again_and_the_alarm_leaves_the_list(client, supervisor):
    alarm = raised()

    answer = client.post(page_of(alarm), {"kind": "explained", "words": WORDS}, follow=True)

    assert WORDS in text(answer)
    assert "您的结论已经记下" in text(answer)
    assert SentinelVerdict.objects.get().judge == supervisor.officer_code
    assert alarm.pk not in [one.alarm.pk for one in client.get(ALARMS).context["lines"]]
    judged = client.get(f"{ALARMS}?state=judged").context["lines"]
    assert [one.alarm.pk for one in judged] == [alarm.pk]
    rules = text(client.get(RULES))
    assert "100%" in rules
    assert "已有结论1件，其中1件误报" in rules
    assert "10 → 12" in rules


def test_misuse_is_not_shown_as_if_all_were_well(client, supervisor):
    for kind in ("misuse", "explained"):
        client.post(page_of(raised()), {"kind": kind, "words": WORDS})
    judged = client.get(f"{ALARMS}?state=judged").context["lines"]
    assert [(one.alarm.verdict, one.kind) for one in judged] == [
        ("explained", "ok"),
        ("misuse", "stop"),
    ]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"words": WORDS}, "请选择是什么情况"),
        ({"kind": "explained"}, "请写您查到了什么"),
        ({"kind": "explained", "words": "好"}, "请写一句完整的话"),
        ({"kind": "forgiven", "words": WORDS}, "请选择是什么情况"),
    ],
)
def test_a_verdict_without_its_kind_or_words_is_asked_for_again(client, supervisor, given, missing):
    alarm = raised()
    assert missing in text(client.post(page_of(alarm), given))
    assert not SentinelVerdict.objects.exists()


def test_a_verdict_that_was_left_on_the_code_page_is_filled_in_again(client):
    sign_in(client, make_posting(capacity="supervisor").account, fresh=False)
    alarm = raised()
    typed = {"kind": "misuse", "words": WORDS, "leave": "1"}

    form = client.post(page_of(alarm), typed).context["form"]

    assert not form.is_bound
    assert (form["kind"].value(), form["words"].value()) == ("misuse", WORDS)
    alarm.refresh_from_db()
    assert alarm.state == "raised"


def test_the_officer_concerned_hears_nothing_of_the_alarm(client, supervisor):
    """Neither the page nor the list nor the trail: an inquiry would be told to whom it is about."""
    alarm = raised(supervisor)
    address = page_of(alarm)
    another = make_posting(capacity="supervisor")
    judge_alarm(actor=officer_actor(another), number=alarm.pk, kind="explained", words=WORDS)

    assert client.get(address).status_code == 404
    assert client.post(address, {"kind": "explained", "words": WORDS}).status_code == 404
    assert address not in text(client.get(f"{ALARMS}?state=judged"))
    told = entries_visible_to(officer_actor(supervisor)).filter(verb="alarm.judged")
    assert not told.exists()
    assert entries_visible_to(officer_actor(another)).filter(verb="alarm.judged").count() == 1


@pytest.mark.parametrize("capacity", ["clerk", "superior", "lead", "sysadmin", "secadmin"])
def test_the_pages_are_for_supervisors_only(client, capacity):
    alarm = raised()
    sign_in(client, make_posting(capacity=capacity).account)
    for address in (ALARMS, page_of(alarm), RULES):
        assert client.get(address).status_code == 403
    posted = client.post(page_of(alarm), {"kind": "explained", "words": WORDS})
    assert posted.status_code == 403
    assert not SentinelVerdict.objects.exists()


@pytest.mark.parametrize("number", [0, 10**6, 2**63, 10**40])
def test_an_alarm_that_is_not_there_is_not_found(client, supervisor, number):
    assert client.get(f"{ALARMS}{number}/").status_code == 404
    assert client.post(f"{RULES}{number}/reset/").status_code == 404


@pytest.mark.parametrize("query", ["state=x", "rule=%00", "rule=none", "from=zzz", "office=1'--"])
def test_a_filter_that_makes_no_sense_breaks_nothing(client, supervisor, query):
    assert client.get(f"{ALARMS}?{query}").status_code in (200, 400)


def test_what_waits_longest_stands_first_and_pages_go_on_by_key(client, supervisor, monkeypatch):
    clerk = make_posting()
    look = leave_look(clerk, make_person().pk, case="")
    today = timezone.localdate()
    for number in range(60):
        put_alarm(clerk, look, due_on=today + timedelta(days=5 + number % 17))
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + timedelta(days=6))

    first = client.get(f"{ALARMS}?rule=without_case")
    days = [one.alarm.due_on for one in first.context["lines"]]
    assert days == sorted(days)
    after = first.context["page"].after
    second = client.get(f"{ALARMS}?rule=without_case&from={after}")
    numbers = [one.alarm.pk for page in (first, second) for one in page.context["lines"]]
    assert len(numbers) == len(set(numbers)) == 60
    assert "逾期" in text(first)


def test_the_menu_says_how_many_wait_and_turns_hot_when_one_is_late(
    client, supervisor, monkeypatch
):
    def entry():
        menu = client.get(RULES).context["staff_menu"]
        return next(one for group in menu for one in group["entries"] if one["url"] == ALARMS)

    assert "count" not in entry()
    raised()
    waiting = SentinelAlarm.objects.filter(state=AlarmState.RAISED).count()
    assert (entry()["count"], entry()["hot"]) == (waiting, False)
    clerk = make_posting()
    look = leave_look(clerk, make_person().pk, case="")
    first = put_alarm(clerk, look, due_on=timezone.localdate() + timedelta(days=5))
    assert (entry()["count"], entry()["hot"]) == (waiting + 1, False)
    late = first.due_on + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: late)
    assert (entry()["count"], entry()["hot"]) == (waiting + 1, True)


def test_a_moved_threshold_is_put_back_by_a_button(client, supervisor):
    client.post(page_of(raised()), {"kind": "wrong", "words": WORDS})
    move = SentinelTuning.objects.get()

    page = text(client.post(f"{RULES}{move.pk}/reset/", follow=True))

    assert "界线已经恢复原样" in page
    assert "12 → 10" in page
    assert SentinelTuning.objects.latest("id").because == "reset"


def test_pages_cost_the_same_however_many_alarms_and_entries(client, supervisor):
    def cost(address):
        close_gate()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    small = raised()
    client.get(ALARMS)
    before = (cost(ALARMS), cost(page_of(small)), cost(RULES))
    big = raised(count=40)
    for _ in range(3):
        raised()
    assert (cost(ALARMS), cost(page_of(big)), cost(RULES)) == before
