"""Holds as two supervisors make them, and what the person is shown meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.confirm_hold import confirm_hold
from identity.models import DisclosureHold
from identity.selectors.looks import Lookers, page_of_looks, reader_of
from tests.conftest import close_gate
from tests.factories.identity import citizen_actor, officer_actor

Scope, Ground = DisclosureHold.Scope, DisclosureHold.Ground


def wanted(account, office, **changes) -> HoldRequest:
    request = HoldRequest(
        subject_id=account.person_id,
        scope=Scope.OFFICE,
        scope_code=office.code,
        looks_from=timezone.localdate() - timedelta(days=1),
        looks_to=timezone.localdate() + timedelta(days=1),
        ground=Ground.DUTY,
        days=30,
        words="来函：测2026-1号",
    )
    return replace(request, **changes)


def ask(posting, request) -> DisclosureHold:
    hold = ask_hold(actor=officer_actor(posting), wanted=request)
    close_gate()
    return hold


def confirm(posting, hold) -> DisclosureHold:
    hold = confirm_hold(actor=officer_actor(posting), reference=hold.reference)
    close_gate()
    return hold


def in_force(two, request) -> DisclosureHold:
    return confirm(two[1], ask(two[0], request))


def expire(hold) -> None:
    """As if its last day had gone by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update identity_disclosurehold set confirmed_at = now() - interval '2 days',"
            " expires_at = now() - interval '1 minute' where id = %s",
            [hold.pk],
        )


def shown_to(account, *lookers: Lookers, **acting: object) -> list[AuditEntry]:
    """What this citizen is shown of officers, at work or checking, newest first."""
    reader = reader_of(citizen_actor(account, **acting))
    wanted = lookers or (Lookers.PEOPLE, Lookers.CHECKERS)
    rows = [row for one in wanted for row in page_of_looks(reader, one).rows]
    return sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)


def seen_by(account, *lookers: Lookers) -> list[str]:
    """The verbs of the same."""
    return [one.verb for one in shown_to(account, *lookers)]


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code
