"""A letter by its code or its saved file: whom it is for is shown in part, so it is recorded."""

from django.db import transaction
from django.db.models import Q, QuerySet

from applications.models import Outcome
from applications.outcomes.file import fingerprint
from audit.kernel.actors import Actor, Purpose
from audit.kernel.ids import is_well_formed, normalise
from audit.trail import record

CHECKED = "outcome.checked"
CHECKING = Actor.system("letters")
WHY = Purpose.duty("letters")
CODE_LENGTH = 12


@transaction.atomic
def check_code(typed: str) -> Outcome | None:
    """The letter of a code as people type it. A mistyped code is not even looked for."""
    code = normalise(typed)
    if len(code) != CODE_LENGTH or not is_well_formed(code):
        return None
    return _recorded(_letters().filter(code=code).first())


@transaction.atomic
def check_file(file: bytes) -> Outcome | None:
    """The letter whose file this is, byte for byte, in either language. It is never opened."""
    found = fingerprint(file)
    return _recorded(_letters().filter(Q(file_hash_zh=found) | Q(file_hash_en=found)).first())


def _letters() -> QuerySet[Outcome]:
    return Outcome.objects.select_related("department", "application")


def _recorded(outcome: Outcome | None) -> Outcome | None:
    """The same, with the entry that names whom it is for; what is not ours names nobody.

    Nobody knows who asks, signed in or not, and whoever is not known opens nothing: it is the
    portal that shows the covered name. Refused (503) where the trail cannot be written.
    """
    if outcome is not None:
        subjects = [outcome.application.subject_id]
        record(actor=CHECKING, verb=CHECKED, on=outcome, subjects=subjects, purpose=WHY)
    return outcome
