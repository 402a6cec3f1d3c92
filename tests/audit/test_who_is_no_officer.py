"""Only an officer's entry carries a code, a department or a region, whoever holds the password."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity
from audit.room.officer_week import week_of
from audit.room.opened import newest_span, opened_by
from audit.room.weeks import Week
from audit.selectors import entries_visible_to
from audit.trail import record
from identity.models import Account, Posting
from identity.selectors.actor import actor_of_officer
from tests.conftest import as_owner
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_posting,
    make_staff,
    officer_actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Posting:
    return make_posting()


def somebody(capacity: Capacity) -> Actor:
    """As whom the portal itself lets somebody act who is no officer."""
    if capacity == Capacity.SYSTEM:
        return Actor.system("message delivery")
    if capacity == Capacity.ANONYMOUS:
        return Actor.anonymous()
    return replace(citizen_actor(make_citizen()), capacity=capacity)


def is_refused(actor: Actor) -> bool:
    """Whether no entry is taken: neither of what was done nor of what was refused or undone."""
    taken = 0
    for outcome in ("done", "refused", "undone"):
        try:
            with transaction.atomic():
                record(actor=actor, verb="test.forged", outcome=outcome)
        except DataError:
            continue
        taken += 1
    assert taken in (0, 3)
    return not taken


# An opened person of each.
TAKEN_BEFORE = """
with taken as (
  insert into audit_entry(
    at, actor_label, capacity, department, region, sign_in, verb, object_kind, object_id,
    purpose_kind, purpose, outcome, request_id)
  values (now(), %s, %s, '', '', '', 'person.viewed', '', '', 'duty', 'test', 'done', '')
  returning id, at)
insert into audit_subject(entry_id, at, subject) select id, at, gen_random_uuid() from taken
"""
NO_OFFICERS = [Capacity.ANONYMOUS, Capacity.CITIZEN, Capacity.DELEGATE, Capacity.SYSTEM]
BORROWED: dict[str, Callable[[Posting], dict[str, str]]] = {
    "code": lambda post: {"label": post.officer_code},
    "department": lambda post: {"department_code": post.department.code},
    "region": lambda post: {"region_code": post.department.region_id},
}


@pytest.mark.parametrize("capacity", NO_OFFICERS)
def test_who_is_no_officer_acts_as_the_portal_has_it(capacity: Capacity) -> None:
    assert not is_refused(somebody(capacity))


@pytest.mark.parametrize("capacity", NO_OFFICERS)
@pytest.mark.parametrize("field", BORROWED)
def test_who_is_no_officer_carries_nothing_of_an_officers(
    field: str, capacity: Capacity, clerk: Posting
) -> None:
    assert is_refused(replace(somebody(capacity), **BORROWED[field](clerk)))


@pytest.mark.parametrize("capacity", NO_OFFICERS)
def test_nor_a_code_nobody_has_yet(capacity: Capacity) -> None:
    assert is_refused(replace(somebody(capacity), label="GA-9999"))


@pytest.mark.parametrize("capacity", [Capacity.CITIZEN, Capacity.DELEGATE])
def test_a_citizen_acts_under_an_account_of_a_citizens(capacity: Capacity, clerk: Posting) -> None:
    acting = somebody(capacity)
    service = Account.objects.create_user("exchange", kind="service")
    for account in (clerk.account_id, make_staff().pk, service.pk, acting.person_id, None):
        assert is_refused(replace(acting, account_id=account))


def test_a_job_has_no_account(clerk: Posting) -> None:
    for account in (clerk.account_id, make_citizen().pk, make_citizen().person_id):
        assert is_refused(replace(somebody(Capacity.SYSTEM), account_id=account))
    assert is_refused(replace(somebody(Capacity.SYSTEM), label=""))


def test_nobody_known_is_no_citizen_but_may_be_an_officer_without_a_post() -> None:
    nobody = somebody(Capacity.ANONYMOUS)
    assert is_refused(replace(nobody, account_id=make_citizen().pk))
    assert not is_refused(replace(nobody, account_id=make_staff().pk))


def test_an_officer_without_a_post_is_taken_for_nobody_known() -> None:
    actor = actor_of_officer(make_staff(), SessionBase(), sign_in="s", request_id="r")
    assert (actor.capacity, actor.label) == (Capacity.ANONYMOUS, "")
    assert not is_refused(actor)


def test_no_new_officer_is_named_like_a_job(clerk: Posting) -> None:
    for code in ("sentinel", "weekly-reports", "set_register"):
        with pytest.raises(IntegrityError, match="figure or a capital"), transaction.atomic():
            make_posting(officer_code=code)
        clerk.officer_code = code
        with pytest.raises(ValidationError) as refusal:
            clerk.clean_fields()
        assert set(refusal.value.message_dict) == {"officer_code"}
    make_posting(officer_code="sentinel2")


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_under_an_officers_code_before_is_not_the_officers() -> None:
    with transaction.atomic():
        supervisor, clerk = make_posting(capacity="supervisor"), make_posting()
        record(actor=officer_actor(clerk), verb="test.done")
    with as_owner(), connection.cursor() as cursor:
        for capacity in NO_OFFICERS:
            cursor.execute(TAKEN_BEFORE, [clerk.officer_code, str(capacity)])
    today = timezone.localdate()
    reader, code = officer_actor(supervisor), clerk.officer_code
    assert week_of(entries_visible_to(reader), code, Week.of(today)).whole.acts == 1
    span = newest_span(reader, code, today, today)
    assert span is not None
    assert [one.times for one in opened_by(reader, code, span.since, span.until).rows] == []
