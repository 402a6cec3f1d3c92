"""A file of the trail hidden from whom it concerns shows nowhere else in the room either."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.exports.models import TrailExport
from audit.keeping.erasing import Erasure, Ground
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import SentinelAlarm
from audit.room.opened import everybody_opened_by
from audit.selectors import TrailSearch
from audit.sentinel.models import VerdictKind
from audit.sentinel.selectors import alarms_visible_to, records_of_rules, waiting_alarms
from audit.sentinel.verdicts import judge_alarm
from audit.trail import ObjectRef, record
from portal.desk.directory import PortalDirectory
from portal.erasures.needed import still_needed
from tests.conftest import close_gate
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.factories.room import TRAIL, ask, look, text
from tests.factories.trail import sentinel_reads

pytestmark = pytest.mark.django_db

FILES = f"{TRAIL}exports/"


def supervisor():
    return make_posting(capacity="supervisor")


@pytest.fixture
def person():
    return make_person(name="李晓")


@pytest.fixture
def concerned(person):
    """A supervisor who looked at the person."""
    posting = supervisor()
    look(posting, person)
    return posting


@pytest.fixture
def asker():
    return supervisor()


def asked(asker, **search) -> TrailExport:
    officer = search.get("officer", "")
    export = ask_for_export(
        actor=officer_actor(asker),
        kind="entries",
        search=TrailSearch(since=timezone.now() - timedelta(days=1), **search),
        post=PortalDirectory().post(officer) if officer else None,
        inquiry="川监〔2026〕12号",
        ground="complaint",
    )
    close_gate()
    return export


def shown_of(client, reader, officer):
    """What the reader is shown of an officer's entries: what each was done to, and everybody."""
    sign_in(client, reader.account)
    acts = ask(client, {"officer": officer.officer_code}).context["lines"]
    lines = [line for act in acts for line in (act, *(one.line for one in act.also))]
    return {line.verb for line in lines}, {one.id for line in lines for one in line.named}


def test_the_looks_that_lead_up_to_a_file_are_hidden_with_it(client, asker, concerned, person):
    sign_in(client, asker.account)
    week = f"{TRAIL}officers/{concerned.officer_code}/"
    text(client.get(week))
    text(client.get(f"{FILES}ask/?officer={concerned.officer_code}"))
    _verbs, before = shown_of(client, concerned, asker)
    assert before == {person.pk}

    asked(asker, officer=concerned.officer_code, person=person.pk)
    sign_in(client, asker.account)
    text(client.get(FILES))

    assert shown_of(client, concerned, asker)[1] == set()
    verbs, people = shown_of(client, supervisor(), asker)
    assert people == {person.pk}
    assert verbs >= {"trail.export_asked", "trail.viewed"}
    assert shown_of(client, asker, asker)[1] == {person.pk}


def test_the_list_of_files_names_whom_a_hidden_file_is_about_in_an_entry_of_its_own(
    client, asker, concerned, person
):
    other = make_person()
    asked(asker, person=person.pk)
    asked(asker, person=other.pk)
    third = supervisor()
    sign_in(client, third.account)
    text(client.get(FILES))

    assert shown_of(client, concerned, third)[1] == {other.pk}
    assert shown_of(client, asker, third)[1] == {person.pk, other.pk}


def test_whom_an_officer_opened_leaves_out_what_a_hidden_file_opened(
    client, asker, concerned, person
):
    asked(asker, person=person.pk)
    today = timezone.localdate()
    page = f"{TRAIL}officers/{asker.officer_code}/people/?since={today}&until={today}"
    look(asker, make_person(name="赵云"))

    def people(reader):
        sign_in(client, reader.account)
        return {row.subject for row, _named in client.get(page).context["rows"]}

    assert person.pk not in people(concerned)
    assert person.pk in people(supervisor())
    now = timezone.now()
    span = (asker.officer_code, now - timedelta(days=1), now + timedelta(days=1))
    of_file = {
        one.subject for part in everybody_opened_by(officer_actor(concerned), *span) for one in part
    }
    assert person.pk not in of_file


def exported(asker, export, count=101):
    """An alarm about many people who left in this file."""
    people = [uuid4() for _ in range(count)]
    entry = record(
        actor=officer_actor(asker),
        verb="trail.downloaded",
        on=ObjectRef("trail.export", export.number),
        subjects=people,
        purpose=Purpose.duty("supervision"),
    )
    close_gate()
    sentinel_reads([entry])
    return SentinelAlarm.objects.get(officer=asker.officer_code, rule="exports")


def test_an_alarm_that_rests_on_a_hidden_file_is_hidden_as_well(client, asker, concerned, person):
    alarm = exported(asker, asked(asker, person=person.pk))
    reader, third = officer_actor(concerned), officer_actor(supervisor())

    def counted(actor):
        record = next(one for one in records_of_rules(actor) if one.rule.code == "exports")
        return (waiting_alarms(actor).open, record.raised, alarm in alarms_visible_to(actor))

    assert counted(reader) == (0, 0, False)
    assert counted(third) == (1, 1, True)
    with pytest.raises(Refused) as refused:
        judge_alarm(actor=reader, number=alarm.pk, kind=VerdictKind.EXPLAINED, words="无")
    assert refused.value.code == "alarm.none"
    sign_in(client, concerned.account)
    assert client.get(f"{TRAIL}alarms/{alarm.pk}/").status_code == 404
    assert judge_alarm(actor=third, number=alarm.pk, kind=VerdictKind.EXPLAINED, words="无").pk


def test_an_order_to_erase_names_no_file_against_its_reader(asker, concerned, person):
    export = asked(asker, person=person.pk)
    erasure = Erasure(
        number="TE",
        subject=person.pk,
        before=timezone.localdate(),
        ground=Ground.WITHDRAWN,
        with_others=False,
    )

    assert still_needed(erasure, officer_actor(concerned)) == []
    for reader in (officer_actor(supervisor()), None):
        assert [one.number for one in still_needed(erasure, reader)] == [export.number]
