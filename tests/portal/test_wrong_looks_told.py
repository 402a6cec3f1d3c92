"""Whose data was looked at reads in a message that a supervisor found a look not to be in order."""

import pytest

from audit.models import SentinelAlarm
from audit.outbox import take_all
from audit.sentinel.models import VerdictKind
from audit.sentinel.verdicts import judge_alarm
from audit.trail import record
from identity.actions.end_hold import end_hold
from identity.models import DisclosureHold, Message
from portal.desk.models import LookupReview
from tests.conftest import close_gate
from tests.factories.found_looks import FINE, NOT_FINE, WORDS, judge, looked_up
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    ARRANGING,
    link,
    make_citizen,
    make_organisation,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.trail import put_alarm

pytestmark = pytest.mark.django_db
KIND = "look.not_in_order"
MISUSE = VerdictKind.MISUSE


@pytest.fixture
def supervisor():
    return make_posting(capacity="supervisor")


def judge_alarm_on(supervisor, clerk, looks, *kinds) -> SentinelAlarm:
    moments = [one.at for one in looks]
    entries = [one.pk for one in looks]
    alarm = put_alarm(clerk, entries[0], entries=entries, since=min(moments), until=max(moments))
    for kind in kinds:
        judge_alarm(actor=officer_actor(supervisor), number=alarm.pk, kind=kind, words=WORDS)
    close_gate()
    return alarm


def told(account) -> list[int]:
    """Which looks the messages to this citizen lead to, in their order."""
    take_all()
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[account.person_id])
    rows = Message.objects.filter(account=account, kind__in=(KIND, "hold.over"))
    found = [one.params.get("look", one.kind) for one in rows.order_by("created_at")]
    close_gate()
    return found


def test_a_review_that_found_it_not_in_order_is_one_message_that_leads_to_the_look(
    client, citizen, clerk, supervisor
):
    review = looked_up(clerk, citizen)
    fine = looked_up(clerk, citizen)
    judge(supervisor, fine, FINE)
    assert told(citizen) == []
    judge(supervisor, review, NOT_FINE)

    assert told(citizen) == [review.entry_id]
    sign_in(client, citizen)
    record(actor=ARRANGING, verb="test.looked", subjects=[citizen.person_id])
    message = Message.objects.get(account=citizen, kind=KIND)
    close_gate()
    page = client.get(f"/my/messages/{message.pk}/").content.decode()
    assert "有一次对您信息的查看有问题" in page
    assert f'href="/my/access/{review.entry_id}/"' in page
    for secret in (clerk.officer_code, supervisor.officer_code, WORDS, clerk.department.name):
        assert secret not in page[page.index("<main") : page.index("</main")]
    led_to = client.get(f"/my/access/{review.entry_id}/").content.decode()
    assert "<h1>一次查看的核查结果</h1>" in led_to
    assert led_to.index('class="found') < led_to.index("<textarea")


@pytest.mark.parametrize(
    ("kinds", "is_told"),
    [
        ([MISUSE], True),
        ([VerdictKind.INQUIRY], False),
        ([VerdictKind.INQUIRY, MISUSE], True),
        ([VerdictKind.INQUIRY, VerdictKind.EXPLAINED], False),
        ([VerdictKind.WRONG], False),
    ],
)
def test_of_an_alarm_misuse_is_told_once_and_only_when_it_is_final(
    citizen, clerk, supervisor, kinds, is_told
):
    looks = [make_look(clerk, citizen.person_id) for _one in range(2)]
    judge_alarm_on(supervisor, clerk, looks, *kinds)

    assert told(citizen) == ([looks[1].pk] if is_told else [])


def test_who_was_only_met_in_a_list_gets_no_message(citizen, clerk, supervisor):
    neighbour = make_citizen()
    listed = make_look(clerk, citizen.person_id, neighbour.person_id, verb="queue.listed")
    look = make_look(clerk, citizen.person_id)
    judge_alarm_on(supervisor, clerk, [listed, look], MISUSE)

    assert told(neighbour) == []
    assert told(citizen) == [look.pk]


def test_of_a_look_at_a_firm_who_leads_it_is_told_and_the_officer_concerned_never(
    citizen, clerk, supervisor
):
    firm = make_organisation(legal_representative=citizen.person)
    own = make_citizen()
    link(clerk.account, own.person)
    look = make_look(clerk, firm.pk, own.person_id)
    judge_alarm_on(supervisor, clerk, [look], MISUSE)

    assert told(citizen) == [look.pk]
    assert told(own) == []


def test_while_a_hold_keeps_the_finding_back_only_its_end_is_told(citizen, clerk, supervisor):
    review = looked_up(clerk, citizen)
    elsewhere = make_posting()
    ask = wanted(
        citizen,
        elsewhere.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=elsewhere.officer_code,
    )
    two = [make_posting(capacity="supervisor") for _one in range(2)]
    hold = in_force(two, ask)
    judge(supervisor, review, NOT_FINE)
    assert LookupReview.objects.get().state == NOT_FINE
    assert told(citizen) == []
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    assert told(citizen) == ["hold.over"]


def test_a_look_that_is_held_back_itself_is_told_by_no_message(citizen, clerk, supervisor):
    review = looked_up(clerk, citizen)
    ask = wanted(
        citizen,
        clerk.department,
        scope=DisclosureHold.Scope.OFFICER,
        scope_code=clerk.officer_code,
    )
    in_force([make_posting(capacity="supervisor") for _one in range(2)], ask)
    judge(supervisor, review, NOT_FINE)

    assert told(citizen) == []


def test_two_verdicts_on_two_looks_are_two_messages(citizen, clerk, supervisor):
    review = looked_up(clerk, citizen)
    look = make_look(clerk, citizen.person_id)
    judge(supervisor, review, NOT_FINE)
    judge_alarm_on(supervisor, clerk, [look], MISUSE)

    assert told(citizen) == [review.entry_id, look.pk]


def test_each_is_led_to_the_newest_look_at_their_own_data(citizen, clerk, supervisor):
    neighbour = make_citizen()
    first, second = (make_look(clerk, citizen.person_id) for _one in range(2))
    theirs = make_look(clerk, neighbour.person_id)
    judge_alarm_on(supervisor, clerk, [first, second, theirs], MISUSE)

    assert told(citizen) == [second.pk]
    assert told(neighbour) == [theirs.pk]
