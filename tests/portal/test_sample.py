"""The sample: made through the product's own actions, once, and in sample mode only."""

import io
import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from applications.access import workable_queue_ids
from applications.models import Alarm, Application, Correction, Queue
from applications.states import State
from audit.kernel.actors import Actor, Purpose
from audit.models import AuditEntry, SentinelAlarm
from audit.trail import record
from catalog.models import Rating
from identity.models import Account, Posting
from identity.rights import capacity_of_group
from portal.sample import acts, cases
from portal.sample.acts import ACTS
from tests.factories.identity import officer_actor
from tests.factories.rules import put_rules_of_the_file
from tests.factories.trail import sentinel_reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_folders(tmp_path: Path, settings) -> Path:
    settings.VAR = tmp_path
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path


def load() -> list[str]:
    said = io.StringIO()
    put_rules_of_the_file()
    call_command("load_sample", stdout=said)
    return said.getvalue().splitlines()


def officer(username: str) -> Actor:
    posting = Posting.objects.select_related("department").get(account__username=username)
    return officer_actor(posting)


def states_of(username: str) -> list[tuple[str, str]]:
    person = Account.objects.get(username=username).person
    cases = Application.objects.filter(applicant=person).order_by("created_at")
    return list(cases.values_list("item__code", "state"))


def test_the_sample_is_whole_and_a_second_time_changes_nothing(own_folders: Path) -> None:
    assert load()[-5:] == [
        "Looks: 2 made",
        "Cases: 10 made",
        "Look-ups: 8 made",
        "Files of the trail: 1 asked for",
        "Reports: 2 made",
    ]

    assert states_of("citizen1") == []
    assert states_of("citizen2") == [("CN005", State.SUBMITTED)]
    assert states_of("elder1") == [("CN100", State.ACCEPTED)]
    assert states_of("founder1") == [
        ("CN191", State.SUBMITTED),
        ("CN191", State.ESCALATED),
        ("CN065", State.CORRECTING),
        ("CN058", State.APPROVED),
        ("CN058", State.DRAFT),
    ]
    assert states_of("neighbour1") == [("CN014", State.REJECTED)]
    assert states_of("neighbour2") == [("CN005", State.APPROVED)]
    assert states_of("neighbour3") == [("CN100", State.WITHDRAWN)]
    assert Rating.objects.count() == 2
    check_desks()
    check_red_lines()
    check_trail()
    check_accounts(own_folders)
    check_sentinel()

    entries = AuditEntry.objects.count()
    references = sorted(Application.objects.values_list("reference", flat=True))
    assert load()[-5:] == [
        "Looks: 0 made",
        "Cases: 0 made",
        "Look-ups: 0 made",
        "Files of the trail: 0 asked for",
        "Reports: 0 made",
    ]
    assert AuditEntry.objects.count() == entries
    assert sorted(Application.objects.values_list("reference", flat=True)) == references


def check_desks() -> None:
    """Each clerk works the own office's queue; together they reach every open case."""
    first, second = workable_queue_ids(officer("clerk1")), workable_queue_ids(officer("clerk2"))
    assert [Queue.objects.get(pk=pk).department.name for pk in first] == ["区行政审批局"]
    assert [Queue.objects.get(pk=pk).department.name for pk in second] == ["区公安分局"]
    waiting = Application.objects.open().values_list("queue_id", flat=True)
    assert set(waiting) == set(first + second)
    assert workable_queue_ids(officer("superior1")) == []
    posts = set(Posting.Capacity.values)
    assert {capacity_of_group(group) for group in Group.objects.all()} <= posts


def check_red_lines() -> None:
    found = Alarm.objects.values_list("application__state", "rule__code")
    assert {rule for state, rule in found if state == State.SUBMITTED} == {"R14", "R15"}
    assert {rule for state, rule in found if state == State.ESCALATED} == {"R33"}


def check_trail() -> None:
    """What was done in the sample was done by somebody, and the correction says what is asked."""
    clerk = officer("clerk1")
    verbs = set(AuditEntry.objects.filter(actor=clerk.account_id).values_list("verb", flat=True))
    assert {"application.claimed", "application.viewed", "application.approved"} <= verbs
    case = Application.objects.get(state=State.CORRECTING)
    record(
        actor=clerk,
        verb="test.looked",
        on=case,
        subjects=case.subjects,
        purpose=Purpose.case(case.reference),
    )
    assert len(Correction.objects.get(application=case).points) == 2


def check_sentinel() -> None:
    """Of all the sample does, the sentinel asks after one thing: numbers tried one by one."""
    sentinel_reads()
    alarm = SentinelAlarm.objects.get()
    assert (alarm.rule, alarm.measured) == ("searches", 9)
    assert alarm.account == officer("clerk2").account_id


def check_accounts(folder: Path) -> None:
    """Neighbours cannot sign in and are in no list; everybody else has an address for mail."""
    accounts = json.loads((folder / "sample-accounts.json").read_text(encoding="utf-8"))
    listed = {account["username"] for account in accounts}
    assert {"citizen1", "clerk1", "supervisor1", "lead1"} <= listed
    for account in Account.objects.filter(username__startswith="neighbour"):
        assert account.username not in listed
        assert not account.has_usable_password()
    addressed = Account.objects.filter(emailaddress__verified=True)
    assert set(addressed.values_list("username", flat=True)) == listed


def test_without_sample_mode_nothing_is_loaded(settings) -> None:
    settings.PORTAL_SAMPLE = False

    with pytest.raises(CommandError, match="PORTAL_ENV=sample"):
        load()

    assert Account.objects.count() == 0


def test_every_act_of_the_plan_is_one_of_the_products_actions() -> None:
    plan = json.loads(cases.CASES.read_text(encoding="utf-8"))

    assert {step["act"] for row in plan["cases"] for step in row["then"]} == set(ACTS)
    assert all(act.__module__ == acts.__name__ for act in ACTS.values())
