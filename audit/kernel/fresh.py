"""Step-up as actions ask for it: who acts has shown a moment ago that it is really they.

The doors find out and write the moment into the actor; here it is only compared with the clock.
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused

FRESH = timedelta(minutes=10)


def is_fresh(actor: Actor, within: timedelta = FRESH) -> bool:
    """Whether a code of the actor's app was checked no longer ago; a moment ahead is none."""
    at = actor.proven_at
    return at is not None and timedelta(0) <= timezone.now() - at < within


def fresh_until(actor: Actor) -> datetime | None:
    """Until when no code is asked for again; None where the next act asks for one."""
    return actor.proven_at + FRESH if actor.proven_at and is_fresh(actor) else None


def refuse_stale(actor: Actor) -> None:
    """Refused (403, `identity.code_needed`) unless it was. For actions that open much, whatever
    page or program they are called from."""
    if not is_fresh(actor):
        raise code_refused("identity.code_needed", _("This needs the code of your app once more."))


def code_refused(code: str, message: Promise) -> Refused:
    """A refusal that a fresh code of the app puts right."""
    return Refused(
        code=code,
        message=message,
        next_step=_("Enter the six figures your app shows now; a used code is not taken again."),
        status=403,
    )
