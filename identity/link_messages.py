"""What officers and administrators are told of who an officer is as a citizen. Nobody is named."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.outbox import enqueue, handles
from audit.trail import subscribe
from identity.actions.answer_link import CONFIRMED
from identity.actions.end_link import UNLINKED
from identity.actions.link_officer import OFFICER_LINKED
from identity.actions.object_to_link import OBJECTED
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import Posting

TELL = "officer.tell"
JOB = Actor.system("links of officers")
ADMINISTRATORS = (Posting.Capacity.SYSADMIN, Posting.Capacity.SECADMIN)


class ToOneself(MessageKind):
    """Leads to where officers read who they are said to be, and can object."""

    def link(self, params: Params) -> str:
        return "/admin/relatives/"


@message_kinds.register("officer.linked")
class Linked(ToOneself):
    """To the officer: it was entered."""

    def title(self, params: Params) -> str:
        return _("Entered: which citizen you are")

    def body(self, params: Params) -> str:
        return _(
            "System administration says which citizen you are, so that your own cases are kept from"
            " you. It holds once security administration confirms it. See if it is right; if not,"
            " say so there."
        )


@message_kinds.register("officer.link_confirmed")
class Confirmed(ToOneself):
    """To the officer: it holds."""

    def title(self, params: Params) -> str:
        return _("Confirmed: which citizen you are")

    def body(self, params: Params) -> str:
        return _(
            "Your own cases and those of your family are kept from you from now on. If you are not"
            " this citizen, say so there."
        )


@message_kinds.register("officer.unlinked")
class Unlinked(ToOneself):
    """To the officer: it was taken back."""

    def title(self, params: Params) -> str:
        return _("Taken back: which citizen you are")

    def body(self, params: Params) -> str:
        return _("It was wrong, and both administrations took it back. You need not do anything.")


@message_kinds.register("officer.link_objected")
class Objected(MessageKind):
    """To the administrators: an officer says that it is wrong."""

    def title(self, params: Params) -> str:
        return _("An officer objects to being the citizen you see")

    def body(self, params: Params) -> str:
        return _(
            "The officer says to be somebody else. Check it with the office; system administration"
            " asks for the end, and security administration agrees."
        )

    def link(self, params: Params) -> str:
        return "/admin/officers/"


def subscribe_to_trail() -> None:
    for verb in (OFFICER_LINKED, CONFIRMED, UNLINKED, OBJECTED):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_of_link(payload: Mapping[str, Any], key: str) -> None:
    """Tell the officer, or of an objection all administrators; of a try in vain nobody."""
    entry = AuditEntry.objects.get(pk=payload["entry"])
    if entry.outcome != "done":
        return
    officer = UUID(entry.object_id)
    told = [officer]
    if entry.verb == OBJECTED:
        posts = Posting.objects.in_force().filter(capacity__in=ADMINISTRATORS)
        told = list(posts.exclude(account=officer).values_list("account_id", flat=True))
    for account_id in dict.fromkeys(told):
        tell(
            actor=JOB,
            account_id=account_id,
            subject_id=None,
            kind=entry.verb,
            params={},
            key=key,
        )
