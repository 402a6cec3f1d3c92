"""Files of the trail and orders to erase are only believed with the entries of those they name."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.exports.models import TrailExport
from audit.trail import ObjectRef, record
from portal.erasures.models import ErasureOrder, ErasureReason
from tests.demands import DUTY, carry_out, is_held_to_its_entry
from tests.factories.erasures import make_confirmed, make_order
from tests.factories.identity import (
    link,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db

FILE, ORDER = ObjectRef("trail.export", "TF-X"), ObjectRef("portal.erasureorder", "TE-X")


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _ in range(2)]


def put_file(asker, **fields):
    values = {
        "number": FILE.id,
        "kind": "entries",
        "inquiry": "1",
        "ground": "review",
        "language": "en",
        "until": timezone.now(),
        "asked_by": asker.account_id,
        "asked_label": asker.officer_code,
        "asked_department": asker.department.code,
        "asked_region": asker.department.region_id,
    }
    return TrailExport.objects.create(**{**values, **fields})


def put_order(asker, person, **fields):
    values = {
        "number": ORDER.id,
        "subject_id": person.pk,
        "before": timezone.localdate(),
        "ground": "pipl47_withdrawn",
        "with_others": False,
        "although_needed": False,
        "asked_by": asker.account,
        "asked_label": asker.officer_code,
    }
    return ErasureOrder.objects.create(**{**values, **fields})


def test_a_file_is_asked_for_and_answered_by_the_entries_of_those_it_names(two):
    asker, second = two
    person, other = make_person().pk, second.officer_code
    is_held_to_its_entry(
        lambda **row: put_file(asker, person=person, **row),
        {"asked_label": other, "asked_department": "x", "asked_region": "x"},
        by=officer_actor(asker),
        verb="trail.export_asked",
        on=FILE,
        about=[person],
    )
    put_file(asker, person=person)
    asked = {"verb": "trail.export_asked", "on": FILE, "subjects": [person], "purpose": DUTY}
    record(actor=officer_actor(asker), **asked)
    for state, verb in (
        ("approved", "trail.export_approved"),
        ("refused", "trail.export_refused"),
    ):

        def answer(state: str = state, answered_label: str = second.officer_code) -> None:
            TrailExport.objects.filter(number=FILE.id).update(
                state=state,
                answered_by=second.account_id,
                answered_label=answered_label,
                answered_at=timezone.now(),
            )

        is_held_to_its_entry(
            answer,
            {"answered_label": asker.officer_code},
            by=officer_actor(second),
            verb=verb,
            on=FILE,
            about=[person],
        )


def test_a_file_cannot_be_put_there_allowed_or_made(two):
    asker, second = two
    for fields in (
        {"state": "approved"},
        {"answered_by": second.account_id},
        {"made_at": timezone.now()},
    ):
        with pytest.raises(ProgrammingError, match="begins as a request"), transaction.atomic():
            put_file(asker, **fields)


def test_an_order_to_erase_is_asked_for_and_confirmed_by_the_entries_of_those_it_names(two):
    asker, second = two
    person = make_person()
    is_held_to_its_entry(
        lambda **row: put_order(asker, person, **row),
        {"asked_label": second.officer_code},
        by=officer_actor(asker),
        verb="erasure.asked",
        on=ORDER,
        about=[person.pk],
    )
    order = make_order(person.pk, asker)
    answered = {"on": ObjectRef(ORDER.kind, order.number), "about": [person.pk]}
    third = make_posting(capacity="supervisor").officer_code
    is_held_to_its_entry(
        changing(order, **confirmed_by(second)),
        {"confirmed_label": third},
        by=officer_actor(second),
        verb="erasure.confirmed",
        **answered,
    )
    for by, verb, fields in (
        (asker, "erasure.ended", {}),
        (second, "erasure.turned_down", {"turned_down": True}),
    ):
        is_held_to_its_entry(
            changing(order, **ended_by(by), **fields),
            {"ended_label": third},
            by=officer_actor(by),
            verb=verb,
            **answered,
        )


def changing(order, **fields):
    return lambda **other: ErasureOrder.objects.filter(pk=order.pk).update(**{**fields, **other})


def confirmed_by(posting):
    return {
        "confirmed_by": posting.account,
        "confirmed_label": posting.officer_code,
        "confirmed_at": timezone.now(),
    }


def ended_by(posting):
    return {"ended_at": timezone.now(), "ended_label": posting.officer_code}


def same_human(posting, how):
    """Another post of the one who holds this one: of the same account, or of a second account."""
    if how == "one account":
        return make_posting(account=posting.account, capacity="supervisor")
    human, account = make_person(), make_staff()
    link(posting.account, human)
    link(account, human)
    return make_posting(account=account, capacity="supervisor")


@pytest.mark.parametrize("how", ["one account", "two accounts"])
def test_two_codes_of_one_person_are_one_supervisor_too_few(two, how):
    asker, second = two
    person = make_person()
    order = make_order(person.pk, asker)
    again = same_human(asker, how)
    said = {
        "on": ObjectRef(ORDER.kind, order.number),
        "subjects": [person.pk],
        "purpose": DUTY,
    }
    other = {"actor": officer_actor(second), **said}
    for fields, verb in (
        (confirmed_by(again), "erasure.confirmed"),
        ({**ended_by(again), "turned_down": True}, "erasure.turned_down"),
    ):
        if how == "one account" and verb == "erasure.confirmed":
            continue  # that one is refused by a constraint of its own
        with pytest.raises(ProgrammingError, match="another one confirms"):
            carry_out(
                changing(order, **fields), {"actor": officer_actor(again), "verb": verb, **said}
            )
    take_back = changing(order, **ended_by(again))
    carry_out(take_back, {"actor": officer_actor(again), "verb": "erasure.ended", **said})
    with pytest.raises(ProgrammingError, match="who asked takes back"):
        carry_out(changing(order, **ended_by(second)), {**other, "verb": "erasure.ended"})


def test_whoever_supervises_stops_a_confirmed_order(two):
    person = make_person()
    order = make_confirmed(person.pk, two)
    third = make_posting(capacity="supervisor")
    carry_out(
        changing(order, **ended_by(third)),
        {
            "actor": officer_actor(third),
            "verb": "erasure.ended",
            "on": ObjectRef(ORDER.kind, order.number),
            "subjects": [person.pk],
            "purpose": DUTY,
        },
    )


@pytest.mark.django_db(transaction=True)
def test_the_reason_of_an_order_comes_with_its_request():
    with transaction.atomic():
        asker, person, other = make_posting(capacity="supervisor"), make_person(), make_person()
    both = {"subjects": [person.pk, other.pk], "purpose": DUTY}
    said = {"verb": "erasure.asked", "on": ORDER, **both}
    with transaction.atomic():
        record(actor=officer_actor(asker), **said)
        order = put_order(asker, person)

    def give(about: Any) -> None:
        with transaction.atomic():
            record(actor=officer_actor(asker), **{**said, "on": ObjectRef(ORDER.kind, "TE-Y")})
            fresh = put_order(asker, person, number="TE-Y")
            ErasureReason.objects.create(order=fresh, subject_id=about.pk, words="x")

    def give_later() -> None:
        with transaction.atomic():
            record(actor=officer_actor(asker), **{**said, "verb": "erasure.viewed"})
            ErasureReason.objects.create(order=order, subject_id=person.pk, words="x")

    for forged in (lambda: give(other), give_later):
        with pytest.raises(ProgrammingError, match="comes with its request"):
            forged()
    give(person)


def test_an_order_to_erase_cannot_be_put_there_confirmed(two):
    asker, second = two
    person = make_person()
    for fields in (
        {"confirmed_by": second.account, "confirmed_at": timezone.now()},
        {"ended_at": timezone.now()},
    ):
        with pytest.raises(ProgrammingError, match="begins as a request"), transaction.atomic():
            put_order(asker, person, **fields)
