"""Who asked for what takes two is told that somebody else answered; the words stay on the page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.actions.answer_export import ALLOWED
from audit.exports.models import TrailExport
from audit.exports.words import TURNED_DOWN
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from identity.actions.confirm_hold import CONFIRMED
from identity.actions.end_hold import ENDED
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import DisclosureHold
from identity.selectors.holds import TURNED_DOWN as NOT_HELD

TELL = "answer.tell"
JOB = Actor.system("answers to requests")
FILES = {ALLOWED: "file.allowed", TURNED_DOWN: "file.turned_down"}
HOLDS = {
    CONFIRMED: "hold.confirmed",
    NOT_HELD: "hold.turned_down",
    ENDED: "hold.ended_by_another",
}


class OfAFile(MessageKind):
    """Leads to the files of the trail."""

    def link(self, params: Params) -> str:
        return "/admin/trail/exports/"


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


def subscribe_to_trail() -> None:
    for verb in (*FILES, *HOLDS):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_who_asked(payload: Mapping[str, Any], key: str) -> None:
    """One message to the account that asked, unless it was that account's own act."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    asker = _asker(entry)
    if asker == entry.actor:
        return
    tell(
        actor=JOB,
        account_id=asker,
        subject_id=None,
        kind={**FILES, **HOLDS}[entry.verb],
        params={"number": entry.object_id},
        key=key,
    )


def _asker(entry: AuditEntry) -> UUID:
    if entry.verb in FILES:
        return TrailExport.objects.get(number=entry.object_id).asked_by
    return DisclosureHold.objects.get(reference=entry.object_id).asked_by_id
