"""The one place where a case changes its state."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import MOVES, State
from audit.kernel.errors import Refused


def move(application: Application, to: State) -> None:
    """Change the state, or refuse if the table of moves does not have it. The only line that does.

    The caller holds the row's lock. Other changed fields of the row are saved with it.
    """
    if to not in MOVES[State(application.state)]:
        raise Refused(
            code="application.move_not_allowed",
            message=_("This case has already moved on, so this is no longer possible."),
            next_step=_("Reload the page to see where it stands now."),
        )
    application.state = to
    application.updated_at = timezone.now()
    application.save()
