"""What only a draft allows."""

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from audit.kernel.errors import Refused


def require_draft(application: Application) -> None:
    """Refuse once the case was handed in: from then on it changes only when its office asks."""
    if not application.is_draft:
        raise Refused(
            code="application.handed_in",
            message=_("This has been handed in, so it can no longer be changed here."),
            next_step=_(
                "Its progress is in your space. If something is missing, you will be asked."
            ),
        )
