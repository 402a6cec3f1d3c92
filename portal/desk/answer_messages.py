"""Who asked for what takes two is told that somebody else answered; the words stay on the page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell

TELL = "answer.tell"
JOB = Actor.system("answers to requests")
KINDS = {
    "trail.export_approved": "file.allowed",
    "trail.export_refused": "file.turned_down",
    "hold.confirmed": "hold.confirmed",
    "hold.turned_down": "hold.turned_down",
    "hold.ended": "hold.ended_by_another",
    "erasure.confirmed": "erasure.confirmed",
    "erasure.turned_down": "erasure.turned_down",
    "erasure.ended": "erasure.ended_by_another",
    "protection.ended": "protection.ended",
    "protection.end_refused": "protection.end_refused",
    "relative.ended": "relative.ended",
    "relative.end_refused": "relative.end_refused",
}
"""What is told of an answer, by the verb of its entry."""
REQUESTS = (
    "trail.export_asked",
    "hold.asked",
    "erasure.asked",
    "protection.end_asked",
    "relative.end_asked",
)
"""By whom something was asked for says the newest of these entries about it."""


class OfAFile(MessageKind):
    """Leads to the file among those of the trail."""

    def link(self, params: Params) -> str:
        return f"/admin/trail/exports/?number={params['number']}"


class OfAHold(MessageKind):
    """Leads to the hold; it names nobody."""

    def link(self, params: Params) -> str:
        return f"/admin/holds/{params['number']}/"


@message_kinds.register("file.allowed")
class FileAllowed(OfAFile):
    """To the supervisor who asked for a file of the trail."""

    def title(self, params: Params) -> str:
        return _("Your file of the trail was allowed: %(number)s") % params

    def body(self, params: Params) -> str:
        return _("It is being made. You find it among the files, for seven days.")


@message_kinds.register("file.turned_down")
class FileTurnedDown(OfAFile):
    """To the supervisor who asked for a file of the trail."""

    def title(self, params: Params) -> str:
        return _("Your file of the trail was turned down: %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Why not stands with your request among the files.")


@message_kinds.register("hold.confirmed")
class HoldConfirmed(OfAHold):
    """To the supervisor who asked for a hold."""

    def title(self, params: Params) -> str:
        return _("Confirmed: looks are shown later, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Another supervisor has confirmed what you asked for. It ends by itself.")


@message_kinds.register("hold.turned_down")
class HoldTurnedDown(OfAHold):
    """To the supervisor who asked for a hold."""

    def title(self, params: Params) -> str:
        return _("Turned down: looks are not shown later, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Why not stands on the page of your request.")


@message_kinds.register("hold.ended_by_another")
class HoldEndedByAnother(OfAHold):
    """To the supervisor who asked for a hold that somebody else ended."""

    def title(self, params: Params) -> str:
        return _("Ended: looks are not held back any more, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Another supervisor has ended what you asked for. The person sees the looks now.")


class OfAnErasure(MessageKind):
    """Leads to the order; it names nobody."""

    def link(self, params: Params) -> str:
        return f"/admin/erasures/{params['number']}/"


@message_kinds.register("erasure.confirmed")
class ErasureConfirmed(OfAnErasure):
    """To the supervisor who asked that words be erased."""

    def title(self, params: Params) -> str:
        return _("Confirmed: words are erased by law, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Another supervisor has confirmed your order. The operator carries it out.")


@message_kinds.register("erasure.turned_down")
class ErasureTurnedDown(OfAnErasure):
    """To the supervisor who asked that words be erased."""

    def title(self, params: Params) -> str:
        return _("Turned down: no words are erased, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Why not stands on the page of your order.")


@message_kinds.register("erasure.ended_by_another")
class ErasureEndedByAnother(OfAnErasure):
    """To the supervisor whose order somebody else took back."""

    def title(self, params: Params) -> str:
        return _("Taken back: no words are erased, %(number)s") % params

    def body(self, params: Params) -> str:
        return _("Another supervisor has taken your order back. Ask anew if it is still needed.")


class OfAProtection(MessageKind):
    """Leads to the people under protection."""

    def link(self, params: Params) -> str:
        return "/admin/protected/"


@message_kinds.register("protection.ended")
class ProtectionEnded(OfAProtection):
    """To the keeper who asked for the end of a protection."""

    def title(self, params: Params) -> str:
        return _("A protection has ended, as you asked")

    def body(self, params: Params) -> str:
        return _("Somebody else has agreed to the end. Looks at this person raise no alarm now.")


@message_kinds.register("protection.end_refused")
class ProtectionGoesOn(OfAProtection):
    """To the keeper who asked for the end of a protection."""

    def title(self, params: Params) -> str:
        return _("Turned down: a protection goes on")

    def body(self, params: Params) -> str:
        return _("Somebody else has turned down the end you asked for. You can ask again.")


class OfARelative(MessageKind):
    """Leads to one's own relatives."""

    def link(self, params: Params) -> str:
        return "/admin/relatives/"


@message_kinds.register("relative.ended")
class RelativeEnded(OfARelative):
    """To the officer who asked for the end of a declaration."""

    def title(self, params: Params) -> str:
        return _("A relative you declared is off your list")

    def body(self, params: Params) -> str:
        return _("A supervisor has agreed to the end you asked for. Until when it held is kept.")


@message_kinds.register("relative.end_refused")
class RelativeStays(OfARelative):
    """To the officer who asked for the end of a declaration."""

    def title(self, params: Params) -> str:
        return _("Turned down: a relative stays on your list")

    def body(self, params: Params) -> str:
        return _("A supervisor has turned down the end you asked for. You can ask again.")


def subscribe_to_trail() -> None:
    for verb in KINDS:
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_who_asked(payload: Mapping[str, Any], key: str) -> None:
    """One message to the account that asked, unless it was that account's own act."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    asker = _asker(entry)
    if asker is None or asker == entry.actor:
        return
    tell(
        actor=JOB,
        account_id=asker,
        subject_id=None,
        kind=KINDS[entry.verb],
        params={"number": entry.object_id},
        key=key,
    )


def _asker(entry: AuditEntry) -> UUID | None:
    """Whose request was answered; of a thing that was asked for more than once, the last one's."""
    asked = AuditEntry.objects.filter(
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        verb__in=REQUESTS,
        outcome="done",
        at__lte=entry.at,
    )
    return asked.order_by("-at", "-id").values_list("actor", flat=True).first()
