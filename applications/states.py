"""The life of an application: every state, and every move between two states.

| from | to | by |
|---|---|---|
| draft | submitted | the applicant hands it in |
| submitted | accepted | an officer takes it up |
| accepted | correcting, then accepted again | an officer asks for everything at once |
| accepted | escalated, then accepted again | a rule stopped it; a superior answers |
| accepted | approved, rejected | an officer decides |
| any open state | withdrawn | the applicant takes it back before the decision |
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Handed in")
    ACCEPTED = "accepted", _("Being looked at")
    CORRECTING = "correcting", _("Waiting for you")
    ESCALATED = "escalated", _("With a superior")
    APPROVED = "approved", _("Granted")
    REJECTED = "rejected", _("Not granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.ACCEPTED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(
        {
            State.CORRECTING,
            State.ESCALATED,
            State.APPROVED,
            State.REJECTED,
            State.WITHDRAWN,
        }
    ),
    State.CORRECTING: frozenset({State.ACCEPTED, State.WITHDRAWN}),
    State.ESCALATED: frozenset({State.ACCEPTED, State.WITHDRAWN}),
    State.APPROVED: frozenset(),
    State.REJECTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset(state for state, nexts in MOVES.items() if nexts and state != State.DRAFT)
ENDED = frozenset(state for state, nexts in MOVES.items() if not nexts)
