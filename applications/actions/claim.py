"""Taking the next case, and giving one back."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import (
    get_in_hand,
    get_workable,
    is_own_affair,
    locked,
    workable_queue_ids,
)
from applications.actions.free_left import free_left_cases
from applications.actions.move import move
from applications.case_trail import record_case
from applications.models import Application
from applications.selectors.desk import handed_back_by, in_hands_of
from applications.selectors.others import about_any_of
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from identity.access import account_at_work, own_affairs_of
from identity.models import Account, RequestKey

KEYS_ARE_KEPT = timedelta(days=1)


@transaction.atomic
def claim_next(*, actor: Actor, in_hand: int | None = None) -> Application | None:
    """Take the most urgent case nobody has; None when there is none.

    Two officers asking at once get two cases: a row somebody is just taking is passed over.
    `in_hand` is how many cases the officer saw in hand when asking: if there are more by now, the
    same wish was granted already (a second click, a page sent again) and its case is the answer.
    """
    queue_ids = workable_queue_ids(actor)
    free_left_cases(actor.department_code)
    if in_hand is not None:
        _one_at_a_time(actor)
        mine = in_hands_of(actor, queue_ids)
        if mine.count() > in_hand:
            return mine.latest("updated_at")
    return _take_next(actor, queue_ids)


@transaction.atomic
def claim_next_once(*, actor: Actor, key: str) -> Application | None:
    """The same for programs: however often they ask under one key, it is one case.

    An old key opens nothing: the answer is given while the case stands at the officer's desk.
    """
    _one_at_a_time(actor)
    free_left_cases(actor.department_code)
    account_id = account_at_work(actor)
    keys = RequestKey.objects.filter(account_id=account_id)
    granted = keys.filter(key=key).first()
    if granted is not None:
        return get_workable(actor, granted.answer)
    application = _take_next(actor, workable_queue_ids(actor))
    if application is not None:
        keys.filter(at__lt=timezone.now() - KEYS_ARE_KEPT).delete()
        RequestKey.objects.create(account_id=account_id, key=key, answer=application.reference)
    return application


def _one_at_a_time(actor: Actor) -> None:
    """Let an officer's second request wait for the first."""
    Account.objects.select_for_update(no_key=True).get(pk=account_at_work(actor))


def _take_next(actor: Actor, queue_ids: Sequence[int]) -> Application | None:
    """What the officer gave back comes round again only when nothing else waits."""
    own = about_any_of(own_affairs_of(actor.account_id))
    given_back = handed_back_by(actor)
    rounds: list[Q] = [~Q(pk__in=given_back), Q(pk__in=given_back)] if given_back else [Q()]
    for wanted, queue_id in product(rounds, queue_ids):
        application = (
            Application.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(wanted, queue_id=queue_id)
            .unclaimed()
            .exclude(own)
            .order_by("due_on", "id")
            .first()
        )
        if application is not None:
            _take(actor, application)
            return application
    return None


@transaction.atomic
def claim_case(*, actor: Actor, reference: str) -> Application:
    """Take this case; taking it again changes nothing, one in other hands is refused.

    Whom a case concerns cannot keep it from the colleagues either, nor can who has left.
    """
    free_left_cases(actor.department_code)
    application = get_workable(actor, reference, among=locked())
    if application.claimed_by == actor.account_id:
        return application
    is_held = application.claimed_by and not is_own_affair(application.claimed_by, application)
    if is_held or application.has_ended:
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
