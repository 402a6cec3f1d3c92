"""A case as the supervisor's room tells it: its parts, its state, and whose hands it was in."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Alarm, Application, Escalation, Holder, Outcome
from applications.selectors.others import everybody_in
from applications.verbs import Verb
from audit.directory import KnownCase, Turn
from audit.trail import ObjectRef

WITH: dict[str, Promise] = {
    Holder.Kind.APPLICANT: _("From here on with the applicant"),
    Holder.Kind.DEPARTMENT: _("From here on at %(office)s"),
    Holder.Kind.SUPERIOR: _("From here on with the superior at %(office)s"),
}
STEPS: frozenset[str] = frozenset({Verb.SUBMITTED, Verb.CORRECTED, Verb.WITHDRAWN, Verb.RATED})


def known_case(reference: str) -> KnownCase | None:
    """The case of a number with its parts, its state and its holders; None if there is none.

    Papers, corrections and messages need no mention: their entries name the case as purpose. Some
    jobs point at a case by its number instead of its id.
    """
    application = Application.objects.select_related("item").filter(reference=reference).first()
    if application is None:
        return None
    parts = [ObjectRef("applications.application", reference)]
    for model in (Outcome, Alarm, Escalation):
        parts += [ObjectRef.of(one) for one in model.objects.filter(application=application)]
    return KnownCase(
        target=ObjectRef.of(application),
        subjects=everybody_in(application),
        parts=tuple(parts),
        title=application.item.display_name,
        state=application.get_state_display(),
        turns=_turns(application),
        steps=STEPS,
    )


def _turns(application: Application) -> tuple[Turn, ...]:
    held = Holder.objects.filter(application=application).select_related("department")
    return tuple(Turn(one.since, _words(one)) for one in held.order_by("since"))


def _words(holder: Holder) -> str:
    office = holder.department.display_name if holder.department else ""
    return str(WITH[holder.kind]) % {"office": office}
