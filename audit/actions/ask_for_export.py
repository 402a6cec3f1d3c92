"""A supervisor asks for a file of the trail. Nothing is made until another one allows it."""

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from audit.directory import Post
from audit.exports.concerned import concerned_by
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.kernel.fresh import refuse_stale
from audit.kernel.ids import random_code
from audit.selectors import TrailSearch, refuse_all_but_readers
from audit.trail import ObjectRef, record

CODE_LENGTH = 8


def ask_for_export(
    *,
    actor: Actor,
    kind: str,
    search: TrailSearch,
    post: Post | None,
    inquiry: str,
    ground: str,
) -> TrailExport:
    """Keep what is wanted, by ids and codes, for a second person to answer.

    `post` is that of the officer the file is about. This officer, and whoever else it concerns,
    may not answer and does not see it. What happens after this moment will not be in the file.
    Refused (400) if everybody an officer met is asked for without officer or first day.
    """
    refuse_all_but_readers(actor)
    refuse_stale(actor)
    now = timezone.now()
    if kind == TrailExport.Kind.PEOPLE and not (search.officer and search.since):
        raise Refused(
            code="trail.export_too_wide",
            message=_("Say which officer, and from which day on."),
            next_step=_("Go to the officer's week and choose the days there."),
            status=400,
        )
    number = _new_number(now.year)
    record(
        actor=actor,
        verb="trail.export_asked",
        on=ObjectRef("trail.export", number),
        subjects=[search.person] if search.person else [],
        purpose=Purpose.duty("supervision"),
    )
    return TrailExport.objects.create(
        number=number,
        kind=kind,
        inquiry=inquiry,
        ground=ground,
        language=translation.get_language() or "",
        officer=search.officer,
        about_account=post.account if post else None,
        concerned=concerned_by(actor, search),
        office=search.office,
        reference=search.reference,
        person=search.person,
        verbs=list(search.verbs),
        without_case=search.without_case,
        since=search.since,
        until=min(search.until or now, now),
        asked_by=actor.account,
        asked_label=actor.label,
        asked_department=actor.department_code,
        asked_region=actor.region_code,
        asked_at=now,
    )


def _new_number(year: int) -> str:
    """A number such as TF-2026-7Q4K-2M9D, with a check character."""
    code = random_code(CODE_LENGTH)
    return f"TF-{year}-{code[:4]}-{code[4:]}"
