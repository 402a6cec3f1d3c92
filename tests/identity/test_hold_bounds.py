"""What a hold cannot do: be a matter of people close by, take back what was told, have no end."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.trail import record
from identity.actions.ask_why import ask_why
from identity.actions.confirm_hold import confirm_hold
from identity.actions.end_hold import end_hold, turn_hold_down
from identity.actions.open_hold import open_hold
from identity.actions.renew_hold import renew_hold
from identity.models import DisclosureHold, PersonNumber, Posting
from identity.selectors.holds import holds_before
from identity.selectors.looks import get_look, looks_shown_late, reader_of
from identity.selectors.reach_of_holds import told_until
from tests.conftest import as_owner, close_gate
from tests.factories.holds import (
    ask,
    confirm,
    expire,
    in_force,
    refused,
    seen_by,
    shown_to,
    wanted,
)
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_mandate,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)
from tests.factories.looks import make_look
from tests.factories.near import make_relative, move_to

pytestmark = pytest.mark.django_db


def read(account, verb="access.viewed", **more) -> datetime:
    """The person reads who looked, or does something else; the moment of its entry."""
    actor = citizen_actor(account, **more)
    subjects = [actor.on_behalf_of or account.person_id]
    entry = record(actor=actor, verb=verb, subjects=subjects, purpose=Purpose.own())
    close_gate()
    return AuditEntry.objects.get(pk=entry).at


@pytest.mark.parametrize("verb", ["access.viewed", "space.viewed", "data.exported"])
def test_a_hold_takes_nothing_back_that_the_person_has_read(citizen, office, clerk, two, verb):
    make_look(clerk, citizen.person_id)
    at = read(citizen, verb)
    hold = in_force(two, wanted(citizen, office))
    make_look(clerk, citizen.person_id, verb="attachment.viewed")

    assert seen_by(citizen) == ["application.viewed"]
    assert at < hold.told_until <= hold.confirmed_at
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    reader = reader_of(citizen_actor(citizen))
    entries = shown_to(citizen)
    late = {one.verb for one in entries if one.pk in looks_shown_late(reader, entries)}
    assert late == {"attachment.viewed", "hold.asked", "hold.confirmed"}


def test_what_the_person_asked_about_can_still_be_read_and_asked(citizen, office, clerk, two):
    look = make_look(clerk, citizen.person_id)
    ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么")
    close_gate()

    in_force(two, wanted(citizen, office))

    assert get_look(reader_of(citizen_actor(citizen)), look.pk) == look


@pytest.mark.parametrize(
    ("verb", "more"),
    [("licences.viewed", {}), ("access.viewed", {"mandate_id": uuid4()})],
)
def test_only_reading_who_looked_counts_as_told(citizen, office, clerk, two, verb, more):
    make_look(clerk, citizen.person_id)
    read(citizen, verb, **more)

    hold = in_force(two, wanted(citizen, office))

    assert (seen_by(citizen), hold.told_until) == ([], None)


def test_a_helper_who_opens_a_space_of_their_own_tells_the_principal_nothing(
    citizen, office, clerk, two
):
    helper = make_citizen()
    make_mandate(holder=helper.person, for_person=citizen.person)
    make_look(clerk, citizen.person_id)
    both = [helper.person_id, citizen.person_id]
    actor = citizen_actor(helper)
    record(actor=actor, verb="space.viewed", subjects=both, purpose=Purpose.own())
    close_gate()

    hold = in_force(two, wanted(citizen, office))

    assert (seen_by(citizen), hold.told_until) == ([], None)


def test_what_came_while_the_page_was_made_counts_as_told_and_no_more(citizen, office, two):
    at = read(citizen)
    hold = ask(two[0], wanted(citizen, office, days=30))
    soon, late = at + timedelta(seconds=30), at + timedelta(minutes=2)

    assert told_until(hold, soon) == soon
    assert told_until(hold, late) == at + timedelta(minutes=1)


def test_a_renewal_shows_nothing_that_the_first_hold_kept_back(citizen, office, clerk, two):
    first = in_force(two, wanted(citizen, office))
    make_look(clerk, citizen.person_id)
    read(citizen)
    renewal = renew_hold(
        actor=officer_actor(two[1]), reference=first.reference, days=10, words="还要十天"
    )
    confirm(two[0], renewal)
    expire(first)

    assert seen_by(citizen) == []


@pytest.mark.parametrize("way", ["ended", "expired"])
@pytest.mark.parametrize("renewed", [False, True])
def test_what_a_hold_released_no_later_hold_keeps_back(citizen, office, clerk, two, way, renewed):
    judge = make_posting(capacity="supervisor")
    make_look(make_posting(), citizen.person_id, verb="outcome.viewed")
    hold = in_force(two, wanted(citizen, office))
    make_look(clerk, citizen.person_id)
    make_look(judge, citizen.person_id, verb="alarm.judged", purpose=Purpose.duty("supervision"))
    if renewed:
        actor = officer_actor(two[1])
        hold = renew_hold(actor=actor, reference=hold.reference, days=10, words="还要十天")
        confirm(two[0], hold)
    if way == "ended":
        for one in DisclosureHold.objects.all():
            end_hold(actor=officer_actor(two[0]), reference=one.reference)
        close_gate()
    else:
        run_out()
    released = seen_by(citizen)

    in_force(two, wanted(citizen, office))
    make_look(clerk, citizen.person_id, verb="attachment.viewed")

    assert "application.viewed" in released
    assert "alarm.judged" in released
    assert seen_by(citizen) == released


def run_out() -> None:
    """As if the last day of every hold there is had gone by just now."""
    with connection.cursor() as cursor:
        cursor.execute("update identity_disclosurehold set expires_at = clock_timestamp()")


def test_a_later_hold_keeps_back_what_the_first_did_not(citizen, office, clerk, two):
    elsewhere = make_posting()
    make_look(clerk, citizen.person_id)
    make_look(elsewhere, citizen.person_id, verb="attachment.viewed")
    first = in_force(two, wanted(citizen, office))
    end_hold(actor=officer_actor(two[0]), reference=first.reference)
    close_gate()

    in_force(two, wanted(citizen, elsewhere.department))

    assert "application.viewed" in seen_by(citizen)
    assert "attachment.viewed" not in seen_by(citizen)


def test_the_database_lets_a_confirmed_hold_tell_more_and_never_less(citizen, office, two):
    read(citizen)
    hold = in_force(two, wanted(citizen, office))
    rows = DisclosureHold.objects.filter(pk=hold.pk)

    for earlier in (hold.told_until - timedelta(seconds=1), None):
        with pytest.raises(IntegrityError, match="takes nothing back"), transaction.atomic():
            rows.update(told_until=earlier)
    assert rows.update(told_until=hold.told_until + timedelta(seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_look_is_kept_back_for_more_than_a_year_however_many_holds_follow(monkeypatch):
    with transaction.atomic():
        citizen, clerk = make_citizen(), make_posting()
        two = [make_posting(capacity="supervisor") for _ in range(2)]
        look = make_look(clerk, citizen.person_id)
        request = wanted(citizen, clerk.department, days=180)
        _first, second = in_force(two, request), in_force(two, request)
        more = {"days": 180, "words": "还要"}
        again = renew_hold(actor=officer_actor(two[1]), reference=second.reference, **more)
        confirm(two[0], again)
    put_off(second, 170)
    put_off(again, 340)
    a_year = timedelta(days=366)

    monkeypatch.setattr(timezone, "now", lambda: look.at + a_year - timedelta(seconds=1))
    assert seen_by(citizen) == []
    monkeypatch.setattr(timezone, "now", lambda: look.at + a_year)
    assert "application.viewed" in seen_by(citizen)
    pass_days(monkeypatch, 180)
    assert late_of(citizen, look).until == look.at + a_year


def late_of(citizen, look):
    return looks_shown_late(reader_of(citizen_actor(citizen)), [look])[look.pk]


def put_off(hold, days: int) -> None:
    """As if it had been asked for and confirmed so many days from now."""
    columns = ("asked_at", "confirmed_at", "expires_at")
    moved = ", ".join(f"{one} = {one} + interval '{days} days'" for one in columns)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("alter table identity_disclosurehold disable trigger user")
        cursor.execute(f"update identity_disclosurehold set {moved} where id = %s", [hold.pk])
        cursor.execute("alter table identity_disclosurehold enable trigger user")


def pass_days(monkeypatch, days: int) -> None:
    later = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: later)


def test_the_looks_a_hold_names_end_when_it_does(citizen, office, two):
    last = timezone.localdate() + timedelta(days=30)
    ask(two[0], wanted(citizen, office, days=30, looks_to=last))

    too_far = wanted(citizen, office, days=30, looks_to=last + timedelta(days=1))
    assert refused(ask, two[0], too_far) == "hold.looks_too_far"


def test_who_turns_a_hold_down_says_why_and_who_asked_reads_it(citizen, office, two):
    hold = ask(two[0], wanted(citizen, office))
    other = {"actor": officer_actor(two[1]), "reference": hold.reference}

    assert refused(end_hold, **other) == "hold.say_why"
    turn_hold_down(**other, words="依据不足，请补来函。")
    close_gate()

    found = open_hold(actor=officer_actor(two[0]), reference=hold.reference)
    assert (found.against, found.hold.ended_label) == (
        "依据不足，请补来函。",
        two[1].officer_code,
    )
    assert refused(confirm, two[1], hold) == "hold.nothing_to_confirm"
    assert seen_by(citizen) == ["hold.viewed", "hold.turned_down", "hold.asked"]


def test_only_the_other_supervisor_turns_down_and_only_what_waits(citizen, office, two):
    hold = ask(two[0], wanted(citizen, office))
    words = {"reference": hold.reference, "words": "不同意"}

    assert refused(turn_hold_down, actor=officer_actor(two[0]), **words) == (
        "hold.not_to_turn_down"
    )
    confirm(two[1], hold)
    assert refused(turn_hold_down, actor=officer_actor(two[1]), **words) == (
        "hold.not_to_turn_down"
    )


def test_who_asked_takes_it_back_without_a_word(citizen, office, two):
    hold = ask(two[0], wanted(citizen, office))

    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    found = open_hold(actor=officer_actor(two[1]), reference=hold.reference)
    assert (found.against, found.hold.confirmed_at) == ("", None)
    assert "hold.withdrawn" in seen_by(citizen)


def close_supervisor(citizen, tie) -> Posting:
    """A supervisor who is near to this citizen."""
    number = PersonNumber.objects.get(person=citizen.person_id)
    posting = make_posting(
        capacity="supervisor",
        account=make_staff(private_person=make_person()),
    )
    if tie == "declared":
        make_relative(posting.account, number.digest)
    if tie == "declared under another account":
        twin = make_staff(private_person=posting.account.private_person)
        make_relative(twin, number.digest)
    if tie == "declared by the person":
        own = PersonNumber.objects.get(person=posting.account.private_person)
        officer = make_staff(private_person=citizen.person)
        make_relative(officer, own.digest, "parent")
    if tie == "household":
        move_to("浓洄街道建安中路58号", citizen.person, posting.account.private_person)
    return posting


TIES = ["declared", "declared under another account", "declared by the person", "household"]


@pytest.mark.parametrize("tie", TIES)
def test_who_is_close_to_the_person_neither_asks_nor_confirms_nor_sees_nor_ends_it(
    citizen, office, two, tie
):
    close = close_supervisor(citizen, tie)

    assert refused(ask, close, wanted(citizen, office)) == "hold.not_yours"
    hold = ask(two[0], wanted(citizen, office))
    who = {"actor": officer_actor(close), "reference": hold.reference}
    assert not holds_before(who["actor"]).exists()
    for call in (confirm_hold, end_hold, open_hold):
        assert refused(call, **who) == "hold.not_there"
    assert refused(turn_hold_down, **who, words="不该暂缓") == "hold.not_there"
    confirm(two[1], hold)
    assert refused(renew_hold, **who, days=10, words="还要") == "hold.not_there"


def relative_of(posting):
    """The staff account of somebody the officer declared as family, posted at an office."""
    sister = make_person()
    digest = PersonNumber.objects.get(person=sister).digest
    make_relative(posting.account, digest, "sibling")
    return make_staff(private_person=sister)


@pytest.mark.parametrize("scope", ["office", "officer"])
def test_looks_of_an_officer_close_to_a_supervisor_are_not_that_supervisors_to_hold_back(
    citizen, office, two, scope
):
    close = make_posting(department=office, account=relative_of(two[0]))
    make_look(close, citizen.person_id)
    changes = {"office": {}, "officer": {"scope": "officer", "scope_code": close.officer_code}}
    request = wanted(citizen, office, **changes[scope])

    assert refused(ask, two[0], request) == "hold.own_looks"
    other = make_posting(capacity="supervisor")
    assert refused(confirm, two[0], ask(other, request)) == "hold.own_looks"
    assert seen_by(citizen) == ["application.viewed"]


def test_looks_that_those_who_decided_take_later_are_shown_at_once(citizen, office, clerk, two):
    asker_at_work = make_posting(department=office, account=two[0].account)
    close = make_posting(department=office, account=relative_of(two[1]))
    hold = in_force(two, wanted(citizen, office))
    for posting in (clerk, asker_at_work, close):
        make_look(posting, citizen.person_id)

    assert [one.actor_label for one in shown_to(citizen)] == [
        close.officer_code,
        asker_at_work.officer_code,
    ]
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    looks = [one for one in shown_to(citizen) if one.verb == "application.viewed"]
    late = looks_shown_late(reader_of(citizen_actor(citizen)), looks)
    assert [one.actor_label for one in looks if one.pk in late] == [clerk.officer_code]


def test_what_those_who_decided_read_as_supervisors_waits_for_the_end(citizen, office, two):
    hold = in_force(two, wanted(citizen, office))
    checked = Purpose.duty("supervision")
    make_look(two[0], citizen.person_id, verb="trail.viewed", purpose=checked)

    assert seen_by(citizen) == []
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    assert "trail.viewed" in seen_by(citizen)
