"""Reviews of looks say what the look says, and are judged by the entry of who judges."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from audit.trail import ObjectRef
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from tests.conftest import close_gate
from tests.demands import is_held_to_its_entry
from tests.factories.identity import make_person, make_posting, officer_actor
from tests.factories.looks import make_look
from tests.factories.trail import REASON

pytestmark = pytest.mark.django_db

LOOKED_UP = {"verb": "person.looked_up", "purpose": REASON}


def test_a_review_is_opened_with_its_look_and_judged_by_the_entry_of_its_judge():
    clerk, person = make_posting(), make_person().pk
    two = [make_posting(capacity="supervisor") for _ in range(2)]
    look_up_person(actor=officer_actor(clerk), person_id=person, reason="called", why="本人来电问")
    close_gate()
    review = LookupReview.objects.get(officer_id=clerk.account_id)
    for state, verb in (
        ("fine", "lookup_review.found_in_order"),
        ("not_fine", "lookup_review.found_not_in_order"),
    ):
        rows = LookupReview.objects.filter(pk=review.pk)
        fields = {
            "state": state,
            "reviewed_by": two[0].account,
            "reviewed_label": two[0].officer_code,
            "reviewed_at": timezone.now(),
        }
        is_held_to_its_entry(
            lambda fields=fields, rows=rows, **row: rows.update(**{**fields, **row}),
            {"reviewed_label": two[1].officer_code},
            by=officer_actor(two[0]),
            verb=verb,
            on=ObjectRef.of(review),
            about=[person],
        )


@pytest.mark.django_db(transaction=True)
def test_a_review_says_what_its_look_says():
    clerk, other = make_posting(), make_posting()
    with transaction.atomic():
        look = make_look(clerk, make_person().pk, **LOOKED_UP)
    fields = {
        "reference": "R1",
        "kind": "person",
        "reason": "walk_in",
        "officer": clerk.account,
        "officer_label": clerk.officer_code,
        "department": clerk.department.code,
        "due_on": timezone.localdate() + timedelta(days=7),
    }
    with pytest.raises(DatabaseError, match="with the look"), transaction.atomic():
        LookupReview.objects.create(entry_id=look.pk, at=look.at, **fields)
    with transaction.atomic():
        again = make_look(clerk, make_person().pk, **LOOKED_UP)
        of = {"entry_id": again.pk, "at": AuditEntry.objects.get(pk=again.pk).at}
        for wrong in (
            {"officer": other.account},
            {"officer_label": other.officer_code},
            {"department": other.department.code},
            {"reason": "called"},
            {"kind": "case"},
            {"was_refused": True},
        ):
            with pytest.raises(DatabaseError, match="with the look"), transaction.atomic():
                LookupReview.objects.create(**of, **{**fields, **wrong})
        for days in (4, 22):
            due = {"due_on": timezone.localdate() + timedelta(days=days)}
            with pytest.raises(DatabaseError, match="five working days"), transaction.atomic():
                LookupReview.objects.create(**of, **{**fields, **due})
        LookupReview.objects.create(**of, **fields)
