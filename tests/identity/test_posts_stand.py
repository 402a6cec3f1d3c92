"""Officer codes, posts and marks of households are not rewritten by the application's role."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit.trail import record
from identity.models import HouseholdMark, Posting
from identity.sealed.index import blind_index
from tests.factories.identity import (
    ARRANGING,
    make_department,
    make_person,
    make_posting,
    make_staff,
)
from tests.factories.near import move_to

pytestmark = pytest.mark.django_db

STANDS = "stands as it was written"
HOME = "浓洄街道建安中路58号"
MARKED = "person.household_marked"


def test_a_post_and_its_code_stand_and_it_becomes_no_longer():
    posting = make_posting(valid_to=timezone.localdate() + timedelta(days=1))
    rows = Posting.objects.filter(pk=posting.pk)
    for change in (
        {"officer_code": "ANOTHER"},
        {"account": make_staff()},
        {"department": make_department()},
        {"capacity": "superior"},
        {"confirmed_at": None},
        {"confirmed_at": timezone.now() + timedelta(days=1)},
        {"confirmed_by": make_staff()},
        {"entered_by": make_staff()},
        {"valid_to": None},
        {"valid_to": timezone.localdate() + timedelta(days=2)},
        {"valid_from": posting.valid_from - timedelta(days=1)},
    ):
        with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
            rows.update(**change)
    assert rows.update(is_primary=True) == 1


def mark(person, digest, verb="", **said):
    """Another mark for the person, and an entry beside it, up to the end of the transaction."""
    with transaction.atomic():
        record(actor=ARRANGING, verb="test.looked", subjects=[person.pk])
        HouseholdMark.objects.filter(pk=person.pk).update(digest=digest)
        if verb:
            record(actor=ARRANGING, verb=verb, **{"on": person, "subjects": [person.pk], **said})
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


def test_a_mark_of_a_household_changes_with_an_entry_about_the_person_only():
    person, other = make_person(household_address=HOME), make_person()
    home = blind_index("household", "another")
    for digest in (None, home):
        for verb, said in (
            ("", {}),
            ("test.other", {}),
            (MARKED, {"subjects": [other.pk]}),
            (MARKED, {"on": other}),
            (MARKED, {"outcome": "refused"}),
        ):
            with pytest.raises(ProgrammingError, match="names them"):
                mark(person, digest, verb, **said)
        mark(person, digest, MARKED)
    move_to(HOME, other)


def test_whose_a_mark_is_stands():
    person, other = make_person(), make_person()
    record(actor=ARRANGING, verb="test.looked", subjects=[person.pk, other.pk])
    with pytest.raises(ProgrammingError, match=STANDS), transaction.atomic():
        HouseholdMark.objects.filter(pk=person.pk).update(person_id=make_staff().pk)
