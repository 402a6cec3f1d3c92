"""What this package tells people: that the office of a register has answered them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from catalog.models import DataElement
from catalog.text import in_english
from identity.actions.answer_dispute import ANSWERED
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import Account, DisputeNotice, Organisation

TELL = "dispute.tell"
JOB = Actor.system("register messages")


@message_kinds.register("dispute.answered")
class DisputeAnswered(MessageKind):
    """To whoever said that a register is wrong. The words of the answer stay behind the gate."""

    def title(self, params: Params) -> str:
        register = params["register_en"] if in_english() else params["register"]
        value = params.get("value_en" if in_english() else "value", "")
        if not value:
            return _("Your note was answered: %(register)s") % {"register": register}
        return _("Your note was answered: %(register)s, %(value)s") % {
            "register": register,
            "value": value,
        }

    def body(self, params: Params) -> str:
        register = params["register_en"] if in_english() else params["register"]
        return _(
            "You said that something in the %(register)s is wrong. What the office says to that is"
            " under My data."
        ) % {"register": register}

    def link(self, params: Params) -> str:
        return "/my/records/"


def subscribe_to_trail() -> None:
    subscribe(ANSWERED, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_of_answer(payload: Mapping[str, Any], key: str) -> None:
    """Write the message to the person, or to whoever leads the organisation, it is about."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    notice = DisputeNotice.objects.select_related("source").get(dispute_id=entry.object_id)
    person_id = _reader(notice.subject_id)
    account = Account.objects.filter(person=person_id).first() if person_id else None
    if account is None:
        return
    source = notice.source
    element = DataElement.objects.filter(code=notice.element).first()
    tell(
        actor=JOB,
        account_id=account.pk,
        subject_id=person_id,
        kind="dispute.answered",
        params={
            "register": source.name_zh,
            "register_en": source.name_en,
            "value": element.name if element else "",
            "value_en": element.name_en if element else "",
        },
        key=key,
    )


def _reader(subject_id: UUID) -> UUID | None:
    """Who reads what is said to this subject: the person, or the firm's legal representative."""
    firm = Organisation.objects.filter(pk=subject_id).first()
    return subject_id if firm is None else firm.legal_representative_id
