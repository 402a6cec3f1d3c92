"""Looks that officers left in the trail, and searches as a browser makes them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.exports.models import TrailExport
from audit.kernel.actors import Purpose, PurposeKind
from audit.models import AuditEntry, AuditSubject
from audit.selectors import TrailSearch
from audit.trail import ObjectRef, record
from identity.models import Person, Posting
from tests.conftest import close_gate
from tests.factories.identity import officer_actor

TRAIL = "/admin/trail/"
REFERENCE = "YB-2026-AAAA-BBBB"
LOOKED_UP = Purpose(PurposeKind.REASON, "phone")


def look(
    posting: Posting,
    person: Person,
    reference: str = REFERENCE,
    verb: str = "application.viewed",
    purpose: Purpose | None = None,
    outcome: str = "done",
) -> int:
    """One look of this officer at this person, for a case; for no reason at all there is none but
    what was undone."""
    for_what = purpose or (Purpose.case(reference) if reference else None)
    entry = record(
        actor=officer_actor(posting),
        verb=verb,
        on=ObjectRef("applications.application", reference),
        subjects=[person.pk],
        purpose=for_what,
        outcome="undone" if for_what is None and outcome == "done" else outcome,
    )
    close_gate()
    return entry


def ask(client: Any, search: dict[str, Any]) -> Any:
    """A search as a browser makes it: posted, then shown at an address of its own."""
    return client.post(TRAIL, search, follow=True)


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    content: bytes = response.content
    return content.decode()


def ask_for_file(asker: Posting, **search: Any) -> TrailExport:
    """A file of the entries since yesterday, for a review; it waits for its answer."""
    export = ask_for_export(
        actor=officer_actor(asker),
        kind=TrailExport.Kind.ENTRIES,
        search=TrailSearch(since=timezone.now() - timedelta(days=1), **search),
        post=None,
        inquiry="川监〔2026〕12号",
        ground=TrailExport.Ground.REVIEW,
    )
    close_gate()
    return export


def officers(response: Any) -> list[str]:
    return [line.officer for line in response.context["lines"]]


def subjects_of_last(verb: str) -> set[UUID]:
    """Whom the newest entry of a verb names."""
    entry = AuditEntry.objects.filter(verb=verb).latest("id")
    return set(AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True))
