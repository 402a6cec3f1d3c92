"""Looks of officers, and what supervisors ask of them when something came out."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from audit.kernel.actors import Purpose
from audit.leaks.trace import trace_leak
from audit.marks.drawing import DEPTH
from audit.marks.pattern import CELL, lit_cells
from audit.marks.payload import bits_of
from audit.models import AuditEntry, AuditSubject
from audit.trail import ObjectRef, record
from tests.conftest import close_gate
from tests.factories.identity import officer_actor

LEAKS = "/admin/trail/leaks/"
INQUIRY = "JC-2026-017"


def look(posting, *people: UUID, verb="application.viewed", outcome="done", actor=None) -> int:
    entry = record(
        actor=actor or officer_actor(posting),
        verb=verb,
        on=ObjectRef("applications.application", "x"),
        subjects=list(people),
        purpose=Purpose.case("YB-2026-AAAA-BBBB"),
        outcome=outcome,
    )
    close_gate()
    return entry


def trace(supervisor, people, **more):
    now = timezone.now()
    window = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    return trace_leak(officer_actor(supervisor), people, **window, **more)


def ask(client, text="", **more):
    today = timezone.localdate()
    form = {"inquiry": INQUIRY, "text": text, "since": today, "until": today, **more}
    return client.post(LEAKS, form, follow=True)


def page(response, status=200) -> str:
    assert response.status_code == status
    return response.content.decode()


def officers(response) -> list[str]:
    return [one.officer for one, _department in response.context["candidates"]]


def subjects_of(verb: str) -> set[UUID]:
    entry = AuditEntry.objects.filter(verb=verb).latest("id")
    return set(AuditSubject.objects.filter(entry_id=entry.id).values_list("subject", flat=True))


def screenshot(view_id: int) -> SimpleUploadedFile:
    lit = np.kron(lit_cells(bits_of(view_id)), np.ones((CELL, CELL), bool))
    dots = np.full((600, 800, 3), 250)
    dots[..., 2] -= np.where(np.tile(lit, (2, 2))[:600, :800], DEPTH, 0)
    out = BytesIO()
    Image.fromarray(dots.astype(np.uint8)).save(out, "PNG")
    return SimpleUploadedFile("shot.png", out.getvalue(), "image/png")
