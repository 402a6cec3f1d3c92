"""Files of the trail and orders to erase are only believed with the entries of those they name."""

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.exports.models import TrailExport
from audit.trail import ObjectRef, record
from portal.erasures.models import ErasureOrder
from tests.factories.erasures import make_order
from tests.factories.identity import make_person, make_posting, officer_actor
from tests.portal.test_recorded_decisions import is_demanded

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
    is_demanded(
        lambda: put_file(asker), by=officer_actor(asker), verb="trail.export_asked", on=FILE
    )
    put_file(asker)
    record(actor=officer_actor(asker), verb="trail.export_asked", on=FILE)
    for state, verb in (
        ("approved", "trail.export_approved"),
        ("refused", "trail.export_refused"),
    ):
        is_demanded(
            lambda state=state: TrailExport.objects.filter(number=FILE.id).update(
                state=state,
                answered_by=second.account_id,
                answered_label=second.officer_code,
                answered_at=timezone.now(),
            ),
            by=officer_actor(second),
            verb=verb,
            on=FILE,
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
    is_demanded(
        lambda: put_order(asker, person), by=officer_actor(asker), verb="erasure.asked", on=ORDER
    )
    order = make_order(person.pk, asker)
    is_demanded(
        lambda: ErasureOrder.objects.filter(pk=order.pk).update(
            confirmed_by=second.account,
            confirmed_label=second.officer_code,
            confirmed_at=timezone.now(),
        ),
        by=officer_actor(second),
        verb="erasure.confirmed",
        on=ObjectRef(ORDER.kind, order.number),
    )


def test_an_order_to_erase_cannot_be_put_there_confirmed(two):
    asker, second = two
    person = make_person()
    for fields in (
        {"confirmed_by": second.account, "confirmed_at": timezone.now()},
        {"ended_at": timezone.now()},
    ):
        with pytest.raises(ProgrammingError, match="begins as a request"), transaction.atomic():
            put_order(asker, person, **fields)
