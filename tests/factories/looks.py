"""Looks of officers at people's data, and superiors who answer for them."""

from uuid import UUID

from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from catalog.models import Department
from identity.models import Posting
from identity.rights import group_of_post
from tests.conftest import close_gate
from tests.factories.identity import make_posting, officer_actor

CALLED = Purpose.duty("supervision")


def make_look(
    posting: Posting,
    *subjects: UUID,
    verb: str = "application.viewed",
    purpose: Purpose | None = CALLED,
    on: ObjectRef | None = None,
    **more: object,
) -> AuditEntry:
    """One entry of this officer about these subjects; nothing stays open."""
    entry = record(
        actor=officer_actor(posting),
        verb=verb,
        on=on or ObjectRef("test.thing", "1"),
        subjects=subjects,
        purpose=purpose,
        **more,
    )
    close_gate()
    return AuditEntry.objects.get(pk=entry)


def make_superior(department: Department, **fields: object) -> Posting:
    """A superior who may work the department."""
    group_of_post("superior", department)
    return make_posting(capacity="superior", department=department, **fields)
