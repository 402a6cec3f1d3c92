"""Officers stand in the trail in posts they hold now, whatever the application's role says."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.exports.files import path_of
from audit.exports.models import TrailExport
from audit.kernel.actors import STAFF_CAPACITIES, Actor, Capacity, Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.outbox import take_all
from audit.selectors import TrailSearch
from audit.trail import may_act, record
from identity.models import PersonDetail, Posting
from tests.factories.catalog import make_region
from tests.factories.identity import (
    make_department,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

DUTY = Purpose.duty("supervision")
DAY = timedelta(days=1)


@pytest.fixture
def clerk():
    return make_posting()


def is_refused(actor: Actor) -> bool:
    """Whether no entry of this officer's is taken: one that opens somebody, one that opens nobody,
    and one that tells of something refused or undone."""
    person = make_person()
    taken = []
    for said in (
        {"subjects": [person.pk], "purpose": DUTY},
        {},
        {"outcome": "refused"},
        {"outcome": "undone", "subjects": [person.pk]},
    ):
        with suppress(Refused), transaction.atomic():
            taken.append(record(actor=actor, verb="test.forged", **said))
    assert AuditEntry.objects.filter(verb="test.forged").count() == len(taken)
    assert len(taken) in (0, 4)
    assert may_act(actor) is bool(taken)
    return not taken


@pytest.mark.parametrize("capacity", sorted(STAFF_CAPACITIES))
def test_an_officer_acts_in_the_post_that_is_held(capacity):
    assert not is_refused(officer_actor(make_posting(capacity=capacity)))


def test_nobody_acts_as_more_than_the_post_says(clerk):
    own = officer_actor(clerk)
    for capacity in STAFF_CAPACITIES - {Capacity.CLERK}:
        assert is_refused(replace(own, capacity=capacity))


def test_nobody_acts_in_another_department_under_another_code_or_another_account(clerk):
    own, other = officer_actor(clerk), officer_actor(make_posting(department=clerk.department))
    elsewhere = make_posting(account=clerk.account, department=make_department())
    assert is_refused(replace(own, department_code=make_department().code))
    assert is_refused(replace(own, department_code=""))
    assert is_refused(replace(own, label=other.label))
    assert is_refused(replace(own, label=""))
    assert is_refused(replace(own, account_id=other.account_id))
    assert is_refused(replace(own, account_id=None))
    # Nor does the department's work stand in the lists of another region.
    assert is_refused(replace(own, region_code=make_region("510100000000").code))
    assert is_refused(replace(own, region_code=""))
    # Two posts of one account do not mix either.
    assert is_refused(replace(own, label=elsewhere.officer_code))
    assert is_refused(replace(own, department_code=elsewhere.department.code))


def test_a_post_that_is_not_confirmed_not_begun_or_over_is_nobodys():
    today = timezone.localdate()
    for fields in (
        {"confirmed_at": None},
        {"valid_from": today + DAY},
        {"valid_from": today - 9 * DAY, "valid_to": today - DAY},
        {"account": make_staff(is_active=False)},
    ):
        assert is_refused(officer_actor(make_posting(**fields)))


def test_the_first_and_the_last_day_of_a_post_count():
    today = timezone.localdate()
    assert not is_refused(officer_actor(make_posting(valid_from=today, valid_to=today)))


def test_what_the_database_takes_for_in_force_is_what_the_portal_does():
    today = timezone.localdate()
    for begins in (-1, 0, 1):
        for ends in (None, begins, begins + 1):
            for confirmed_at in (None, timezone.now()):
                make_posting(
                    valid_from=today + begins * DAY,
                    valid_to=None if ends is None else today + ends * DAY,
                    confirmed_at=confirmed_at,
                )
    held = {one.pk for one in Posting.objects.in_force()}
    said = {
        one.pk
        for one in Posting.objects.select_related("department")
        if may_act(officer_actor(one))
    }
    assert said == held != set()


def test_once_a_post_has_ended_nothing_more_is_opened_in_it(clerk):
    actor, person = officer_actor(clerk), make_person()
    Posting.objects.filter(pk=clerk.pk).update(
        valid_from=timezone.localdate() - DAY, valid_to=timezone.localdate() - DAY
    )
    with pytest.raises(Refused) as refusal, transaction.atomic():
        record(actor=actor, verb="person.viewed", subjects=[person.pk], purpose=DUTY)
    assert (refusal.value.code, refusal.value.status) == ("trail.post_not_held", 403)
    with pytest.raises(ProgrammingError, match="has recorded nobody"), transaction.atomic():
        PersonDetail.objects.count()


def test_who_holds_no_post_signs_in_and_is_told_so(client):
    account = make_staff()
    sign_in(client, account)
    assert client.get("/admin/").status_code == 403


def test_a_file_is_not_made_in_the_name_of_somebody_who_is_no_supervisor_any_more(
    settings, tmp_path
):
    settings.EXPORTS_ROOT = tmp_path
    asker, second = (make_posting(capacity="supervisor") for _ in range(2))
    export = ask_for_export(
        actor=officer_actor(asker),
        kind="entries",
        search=TrailSearch(since=timezone.now() - DAY),
        post=None,
        inquiry="川监〔2026〕12号",
        ground="review",
    )
    answer_export(actor=officer_actor(second), number=export.number, allow=True)
    Posting.objects.filter(pk=asker.pk).update(
        valid_from=timezone.localdate() - DAY, valid_to=timezone.localdate() - DAY
    )
    take_all()
    export.refresh_from_db()
    assert export.state == TrailExport.State.EXPIRED
    assert not path_of(export).exists()
    assert AuditEntry.objects.filter(verb="trail.export_expired", capacity="system").count() == 1
    assert not AuditEntry.objects.filter(verb="trail.export_made").exists()
