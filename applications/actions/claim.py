"""Taking the next case, and giving one back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand, get_workable, locked, workable_queue_ids
from applications.actions.move import move
from applications.case_trail import record_case
from applications.models import Application
from applications.selectors.desk import in_hands_of
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.access import account_at_work
from identity.models import Account


@transaction.atomic
def claim_next(*, actor: Actor, in_hand: int | None = None) -> Application | None:
    """Take the most urgent case nobody has; None when there is none.

    Two officers asking at once get two cases: a row somebody is just taking is passed over.
    `in_hand` is how many cases the officer saw in hand when asking: if there are more by now, the
    same wish was granted already (a second click, a page sent again) and its case is the answer.
    """
    queue_ids = workable_queue_ids(actor)
    if in_hand is not None:
        Account.objects.select_for_update(no_key=True).get(pk=account_at_work(actor))
        mine = in_hands_of(actor, queue_ids)
        if mine.count() > in_hand:
            return mine.latest("updated_at")
    for queue_id in queue_ids:
        application = (
            Application.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(queue_id=queue_id)
            .unclaimed()
            .order_by("due_on", "id")
            .first()
        )
        if application is not None:
            _take(actor, application)
            return application
    return None


@transaction.atomic
def claim_case(*, actor: Actor, reference: str) -> Application:
    """Take this case; taking one's own again changes nothing, somebody else's is refused."""
    application = get_workable(actor, reference, among=locked())
    if application.claimed_by == actor.account_id:
        return application
    if application.claimed_by is not None or application.has_ended:
        raise Refused(
            code="application.taken",
            message=_("Somebody else has this case in hand."),
            next_step=_("Take the next one from the desk."),
        )
    _take(actor, application)
    return application


@transaction.atomic
def release_case(*, actor: Actor, reference: str) -> Application:
    """Give a case back to the office's queue, so that a colleague can take it."""
    application = get_in_hand(actor, reference)
    application.claimed_by = None
    application.claimed_label = ""
    application.updated_at = timezone.now()
    application.save(update_fields=["claimed_by", "claimed_label", "updated_at"])
    record_case(application, actor=actor, verb=Verb.RELEASED)
    return application


def _take(actor: Actor, application: Application) -> None:
    application.claimed_by = actor.account_id
    application.claimed_label = actor.label
    if application.state == State.SUBMITTED:
        move(application, State.ACCEPTED)
    else:
        application.updated_at = timezone.now()
        application.save(update_fields=["claimed_by", "claimed_label", "updated_at"])
    record_case(application, actor=actor, verb=Verb.CLAIMED)
