"""The department that keeps a register answers somebody who says that it is wrong."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import ObjectRef, record
from identity.actions.open_dispute import DISPUTES, KIND
from identity.models import Dispute
from identity.selectors.disputes import get_dispute_at

ANSWERED = "dispute.answered"


@transaction.atomic
def answer_dispute(*, actor: Actor, reference: str, state: Dispute.State, answer: str) -> None:
    """Corrected at its source, or kept as it is; with words in either case, and once.

    The portal changes no register: that it was corrected is the officer's word, and the next
    question to the register shows it.
    """
    if state == Dispute.State.OPEN or not answer.strip():
        raise Refused(
            code="dispute.needs_an_answer",
            message=_("An answer says what was done, and why."),
            next_step=_("Choose one of the two answers and write two or three sentences."),
            status=422,
        )
    notice = get_dispute_at(actor, reference, lock=True)
    record(
        actor=actor,
        verb=ANSWERED,
        on=ObjectRef(KIND, str(notice.dispute_id)),
        subjects=[notice.subject_id],
        purpose=DISPUTES,
        detail={"state": state.value},
    )
    now = timezone.now()
    dispute = Dispute.objects.select_for_update().get(pk=notice.dispute_id)
    dispute.state, dispute.answer, dispute.answered_at = state, answer.strip(), now
    dispute.answered_by = actor.label
    dispute.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    notice.answered_at = now
    notice.save(update_fields=["answered_at"])
