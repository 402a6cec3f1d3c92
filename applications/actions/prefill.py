"""The applicant allows the registers to be asked, or fills in everything by hand."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from applications.access import get_own
from applications.actions.drafts import require_draft
from applications.case_trail import record_case
from applications.definitions import definition_for
from applications.models import Application
from applications.prefill.fill import fill_from_registers
from applications.prefill.registers import registers_for
from applications.verbs import Verb
from audit.kernel.actors import Actor
from identity.actions.give_consent import give_consent


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The case, and the registers that did not answer: their questions are asked by hand."""

    application: Application
    failed: list[str]


@transaction.atomic
def prefill_application(*, actor: Actor, reference: str) -> Prefilled:
    """Write down the consent, ask the registers, and fill the form with what they know."""
    application = get_own(actor, reference, verb="submit", lock=True)
    require_draft(application)
    definition = definition_for(application)
    record_case(application, actor=actor, verb=Verb.SAVED)
    types: dict[UUID, set[str]] = {}
    for asked in registers_for(application, definition):
        types.setdefault(asked.about, set()).add(asked.source.record_type_id)
    for about, record_types in types.items():
        give_consent(
            actor=actor,
            subject_id=about,
            item_code=application.item.code,
            record_types=record_types,
        )
    failed = fill_from_registers(actor=actor, application=application, definition=definition)
    return Prefilled(application, failed)
