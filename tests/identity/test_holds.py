"""Looks are shown later only by two supervisors, on a ground, for a time; then they are shown."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Purpose
from audit.models import AuditEntry, AuditSubject
from audit.outbox import take_all
from audit.trail import record
from identity.actions.ask_why import ask_why
from identity.actions.end_hold import end_hold, end_holds_over_time
from identity.actions.open_hold import open_hold
from identity.actions.renew_hold import renew_hold
from identity.models import DisclosureHold, HoldReason, Message
from identity.selectors.looks import Lookers, looks_shown_late, page_of_looks, reader_of
from identity.tasks import end_holds
from tests.conftest import close_gate
from tests.factories.holds import (
    Scope,
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
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db


def force_confirmation(hold, posting) -> None:
    """Past the actions, as a mistake in them would do it."""
    now = timezone.now()
    DisclosureHold.objects.filter(pk=hold.pk).update(
        confirmed_by=posting.account_id,
        confirmed_label="X",
        confirmed_at=now,
        expires_at=now + timedelta(days=1),
    )


def test_a_hold_keeps_back_what_it_names_and_nothing_else(citizen, office, clerk, two):
    elsewhere = make_posting()
    make_look(clerk, citizen.person_id)
    make_look(elsewhere, citizen.person_id, verb="attachment.viewed")

    in_force(two, wanted(citizen, office))

    assert seen_by(citizen) == ["attachment.viewed"]
    make_look(clerk, citizen.person_id)
    assert seen_by(citizen) == ["attachment.viewed"]


@pytest.mark.parametrize("scope", ["case", "officer"])
def test_a_hold_can_name_a_case_or_an_officer(citizen, office, clerk, two, scope):
    colleague = make_posting(department=office)
    make_look(clerk, citizen.person_id, purpose=Purpose.case("YB-2026-1111-1111"))
    make_look(colleague, citizen.person_id, verb="attachment.viewed")
    code = {"case": "YB-2026-1111-1111", "officer": clerk.officer_code}[scope]

    in_force(two, wanted(citizen, office, scope=Scope(scope), scope_code=code))

    assert seen_by(citizen) == ["attachment.viewed"]


def test_a_hold_says_nothing_of_other_people_and_other_days(citizen, office, clerk, two):
    other = make_citizen()
    make_look(clerk, other.person_id)
    make_look(clerk, citizen.person_id)

    tomorrow = timezone.localdate() + timedelta(days=1)
    in_force(two, wanted(citizen, office, looks_from=tomorrow, looks_to=tomorrow))

    assert seen_by(citizen) == ["application.viewed"]
    assert seen_by(other) == ["application.viewed"]
    in_force(two, wanted(citizen, office))
    assert (seen_by(citizen), seen_by(other)) == ([], ["application.viewed"])


def test_a_look_at_the_firm_does_not_get_round_a_hold_on_its_head(citizen, office, clerk, two):
    firm = make_organisation(legal_representative_id=citizen.person_id)
    make_look(clerk, citizen.person_id, firm.pk)
    make_look(clerk, firm.pk, verb="attachment.viewed")

    in_force(two, wanted(citizen, office))

    assert seen_by(citizen) == ["attachment.viewed"]
    for_the_firm = reader_of(citizen_actor(citizen, on_behalf_of=firm.pk))
    rows = page_of_looks(for_the_firm, Lookers.PEOPLE).rows
    assert [one.verb for one in rows] == ["attachment.viewed"]


def test_until_the_second_supervisor_nothing_is_held_back_but_that_it_was_asked(
    citizen, office, clerk, two
):
    make_look(clerk, citizen.person_id)

    hold = ask(two[0], wanted(citizen, office))
    assert seen_by(citizen) == ["application.viewed"]
    open_hold(actor=officer_actor(two[1]), reference=hold.reference)
    confirm(two[1], hold)

    assert seen_by(citizen) == []
    trail = AuditEntry.objects.filter(object_id=hold.reference).order_by("id")
    assert [one.verb for one in trail] == ["hold.asked", "hold.viewed", "hold.confirmed"]
    about = AuditSubject.objects.filter(entry_id__in=[one.pk for one in trail])
    assert {one.subject for one in about} == {citizen.person_id}


def test_what_was_held_back_is_shown_with_ground_and_time_when_it_ends(citizen, office, clerk, two):
    make_look(clerk, citizen.person_id)
    hold = in_force(two, wanted(citizen, office))

    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    assert seen_by(citizen) == [
        "hold.ended",
        "hold.confirmed",
        "hold.asked",
        "application.viewed",
    ]
    reader = reader_of(citizen_actor(citizen))
    entries = shown_to(citizen)
    late = looks_shown_late(reader, entries)
    hold.refresh_from_db()
    assert late[entries[-1].pk].ground == hold.get_ground_display()
    assert (late[entries[-1].pk].since, late[entries[-1].pk].until) == (
        hold.confirmed_at,
        hold.ended_at,
    )
    assert entries[0].pk not in late
    make_look(clerk, citizen.person_id, verb="attachment.viewed")
    newest = shown_to(citizen)[0]
    assert looks_shown_late(reader, [newest]) == {}


def test_it_ends_by_itself_at_its_last_moment_and_that_is_recorded_once(
    citizen, office, clerk, two
):
    make_look(clerk, citizen.person_id)
    hold = in_force(two, wanted(citizen, office))
    assert hold.expires_at - hold.confirmed_at == timedelta(days=30)

    expire(hold)

    assert "application.viewed" in seen_by(citizen)
    assert [end_holds_over_time(), end_holds_over_time()] == [1, 0]
    close_gate()
    assert seen_by(citizen, Lookers.MACHINE)[0] == "hold.expired"


def told(account) -> list[str]:
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[account.person_id])
    kinds = list(Message.objects.filter(account=account).values_list("kind", flat=True))
    close_gate()
    return kinds


@pytest.mark.parametrize("first", [0, 1])
def test_the_end_of_one_hold_tells_nothing_while_another_keeps_its_looks(
    citizen, office, clerk, two, first
):
    make_look(clerk, citizen.person_id)
    holds = [in_force(two, wanted(citizen, office)) for _one in range(2)]
    ends = [holds[first], holds[1 - first]]

    end_hold(actor=officer_actor(two[0]), reference=ends[0].reference)
    assert (told(citizen), seen_by(citizen)) == ([], [])
    end_hold(actor=officer_actor(two[0]), reference=ends[1].reference)

    assert told(citizen) == ["hold.over"]
    assert seen_by(citizen).count("hold.ended") == 2


def test_a_hold_on_other_looks_does_not_delay_the_end_of_one(citizen, office, clerk, two):
    elsewhere = make_posting()
    for posting in (clerk, elsewhere):
        make_look(posting, citizen.person_id)
    hold = in_force(two, wanted(citizen, office))
    in_force(two, wanted(citizen, elsewhere.department))

    end_hold(actor=officer_actor(two[0]), reference=hold.reference)

    assert told(citizen) == ["hold.over"]


def test_the_person_is_told_when_it_is_over_and_never_before(citizen, office, clerk, two):
    firm = make_organisation(legal_representative_id=citizen.person_id)
    on_person, on_firm = (
        in_force(two, wanted(citizen, office, subject_id=subject))
        for subject in (citizen.person_id, firm.pk)
    )
    renewal = renew_hold(
        actor=officer_actor(two[0]), reference=on_person.reference, days=10, words="还要"
    )
    confirm(two[1], renewal)
    never = ask(two[0], wanted(citizen, office))
    assert told(citizen) == []

    end_hold(actor=officer_actor(two[0]), reference=never.reference)
    end_hold(actor=officer_actor(two[0]), reference=on_person.reference)
    assert told(citizen) == []
    expire(on_firm)
    end_holds_over_time()

    assert told(citizen) == ["hold.over"]


def test_what_nobody_confirms_in_a_week_lapses_and_is_shown(citizen, office, two, monkeypatch):
    hold = ask(two[0], wanted(citizen, office))
    assert seen_by(citizen) == []

    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert refused(confirm, two[1], hold) == "hold.nothing_to_confirm"
    assert seen_by(citizen) == ["hold.asked"]


def test_one_person_alone_cannot_hold_anything_back(citizen, office, two):
    hold = ask(two[0], wanted(citizen, office))

    assert refused(confirm, two[0], hold) == "hold.takes_two"
    with pytest.raises(IntegrityError, match="hold_takes_two"), transaction.atomic():
        force_confirmation(hold, two[0])


def test_two_accounts_of_one_officer_are_one_person(citizen, office):
    person = make_person()
    first = make_posting(capacity="supervisor", account=make_staff(private_person=person))
    twin = make_posting(capacity="supervisor", account=make_staff(private_person=person))

    assert refused(confirm, twin, ask(first, wanted(citizen, office))) == "hold.takes_two"


def test_the_officer_concerned_neither_asks_nor_confirms_nor_sees_it(citizen, office, two):
    concerned = make_posting(capacity="supervisor")
    by_officer = wanted(citizen, office, scope=Scope.OFFICER, scope_code=concerned.officer_code)

    assert refused(ask, concerned, by_officer) == "hold.own_looks"
    hold = ask(two[0], by_officer)
    assert refused(confirm, concerned, hold) == "hold.not_there"
    with pytest.raises(IntegrityError, match="not_by_the_officer"), transaction.atomic():
        force_confirmation(hold, concerned)


def test_what_supervisors_read_meanwhile_does_not_give_the_looks_away(citizen, office, clerk, two):
    make_look(two[0], citizen.person_id, verb="trail.viewed")
    make_look(clerk, citizen.person_id)
    hold = in_force(two, wanted(citizen, office))
    make_look(two[0], citizen.person_id, verb="lookup_review.viewed")

    assert seen_by(citizen) == ["trail.viewed"]
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    reader = reader_of(citizen_actor(citizen))
    entries = shown_to(citizen)
    late = {one.verb for one in entries if one.pk in looks_shown_late(reader, entries)}
    assert late == {"application.viewed", "hold.asked", "hold.confirmed", "lookup_review.viewed"}


@pytest.mark.parametrize("verb", ["lookup_review.found_in_order", "alarm.judged"])
def test_what_was_judged_before_the_hold_and_never_told_does_not_give_the_looks_away(
    citizen, office, clerk, two, verb
):
    judge = make_posting(capacity="supervisor")
    make_look(clerk, citizen.person_id)
    make_look(judge, citizen.person_id, verb=verb)
    hold = in_force(two, wanted(citizen, office))

    assert seen_by(citizen) == []
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    reader = reader_of(citizen_actor(citizen))
    entries = shown_to(citizen)
    late = {one.verb for one in entries if one.pk in looks_shown_late(reader, entries)}
    assert {"application.viewed", verb} <= late


def test_what_was_judged_and_told_before_the_hold_stays(citizen, office, clerk, two):
    judge = make_posting(capacity="supervisor")
    make_look(clerk, citizen.person_id)
    make_look(judge, citizen.person_id, verb="alarm.judged")
    record(
        actor=citizen_actor(citizen),
        verb="access.viewed",
        subjects=[citizen.person_id],
        purpose=Purpose.own(),
    )
    close_gate()

    in_force(two, wanted(citizen, office))

    assert seen_by(citizen) == ["alarm.judged", "application.viewed"]


def test_who_looked_cannot_hold_back_the_looks_of_the_office(citizen, office, two):
    inside = make_posting(capacity="supervisor", department=office)
    make_look(inside, citizen.person_id, verb="trail.viewed")

    assert refused(ask, inside, wanted(citizen, office)) == "hold.own_looks"
    assert refused(confirm, inside, ask(two[0], wanted(citizen, office))) == "hold.own_looks"


def test_nobody_decides_about_looks_at_themselves_and_only_supervisors_decide(office, clerk):
    person = make_person()
    citizen = make_citizen(person=person)
    account = make_staff(private_person=person)
    own = make_posting(capacity="supervisor", account=account)

    assert refused(ask, own, wanted(citizen, office)) == "hold.not_yours"
    assert refused(ask, clerk, wanted(citizen, office)) == "hold.not_yours"
    hold = ask(make_posting(capacity="supervisor"), wanted(citizen, office))
    for posting in (own, clerk):
        assert refused(confirm, posting, hold) == "hold.not_there"
        assert refused(end_hold, actor=officer_actor(posting), reference=hold.reference) == (
            "hold.not_there"
        )


def test_a_hold_is_renewed_once_by_two_and_keeps_the_first_silent(citizen, office, clerk, two):
    make_look(clerk, citizen.person_id)
    first = in_force(two, wanted(citizen, office))
    renew = {"days": 10, "words": "还要十天"}

    renewal = renew_hold(actor=officer_actor(two[1]), reference=first.reference, **renew)
    close_gate()
    assert refused(confirm, two[1], renewal) == "hold.takes_two"
    confirm(two[0], renewal)
    assert refused(renew_hold, actor=officer_actor(two[0]), reference=first.reference, **renew) == (
        "hold.not_renewable"
    )
    expire(first)
    end_holds_over_time()
    close_gate()

    machine = ["person.proven", "test.arranged"]
    assert (seen_by(citizen), seen_by(citizen, Lookers.MACHINE)) == ([], machine)
    assert refused(
        renew_hold, actor=officer_actor(two[0]), reference=renewal.reference, **renew
    ) == ("hold.not_renewable")
    expire(renewal)
    assert "application.viewed" in seen_by(citizen)


def test_what_has_been_shown_is_not_hidden_again_by_a_late_renewal(citizen, office, clerk, two):
    first = in_force(two, wanted(citizen, office))
    renewal = renew_hold(
        actor=officer_actor(two[0]), reference=first.reference, days=10, words="还要"
    )
    expire(first)
    close_gate()

    assert refused(confirm, two[1], renewal) == "hold.nothing_to_confirm"


def test_what_is_held_back_cannot_be_asked_about(citizen, office, clerk, two):
    look = make_look(clerk, citizen.person_id)
    hold = in_force(two, wanted(citizen, office))
    of_the_hold = AuditEntry.objects.get(verb="hold.confirmed", object_id=hold.reference)

    for entry in (look, of_the_hold):
        assert refused(
            ask_why, actor=citizen_actor(citizen), entry_id=entry.pk, words="为什么"
        ) == ("look.not_there")


@pytest.mark.parametrize(
    "change",
    [
        {"days": 181},
        {"days": 0, "looks_to": timezone.localdate()},
        {"looks_to": timezone.localdate() - timedelta(days=2)},
    ],
)
def test_the_database_knows_how_long_a_hold_may_last(citizen, office, two, change):
    with pytest.raises(IntegrityError, match="hold_has_a_time"), transaction.atomic():
        ask(two[0], wanted(citizen, office, **change))


def test_a_hold_is_only_confirmed_and_ended_never_changed_or_deleted(citizen, office, two):
    hold = in_force(two, wanted(citizen, office))

    for statement in (
        "delete from identity_disclosurehold",
        "update identity_disclosurehold set ground = 'secrecy'",
        "update identity_disclosurehold set asked_by_id = confirmed_by_id",
        "update identity_holdreason set words = ''",
        "delete from identity_holdreason",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(IntegrityError, match="lasts for the days"), transaction.atomic():
        DisclosureHold.objects.filter(pk=hold.pk).update(
            expires_at=hold.confirmed_at + timedelta(days=181)
        )


def test_the_reason_is_behind_the_gate(citizen, office, two):
    hold = ask(two[0], wanted(citizen, office))

    with pytest.raises(Exception, match="recorded nobody"), transaction.atomic():
        list(HoldReason.objects.all())
    record(actor=ARRANGING, verb="test.looked", subjects=[citizen.person_id])
    assert HoldReason.objects.get(pk=hold.pk).words == "来函：测2026-1号"


@pytest.mark.django_db(transaction=True)
def test_the_job_ends_holds_in_a_transaction_of_its_own():
    assert end_holds() == 0
