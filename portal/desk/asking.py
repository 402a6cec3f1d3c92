"""What a form says after somebody asked, by a number, for what takes two supervisors."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row

Asked = TypeVar("Asked")


def asked_with(form: Form, ask: Callable[[], Asked | None], *, nothing: Promise) -> Asked | None:
    """What came of it. Where nothing did, the form says so in the same words whatever was wrong;
    only that somebody's tries are used up is told apart."""
    try:
        found = ask()
    except Refused as refusal:
        if refusal.code != "desk.quota_used_up":
            raise
        used_up = _("You have asked as often as one supervisor may for now.")
        form.add_error(None, in_a_row(used_up, refusal.next_step))
        return None
    if found is None:
        form.add_error(None, str(nothing))
    return found
