"""Who may do what to an application: one function per question, no other place.

"Not there" and "not yours" get the same answer, so that nobody learns by guessing who has applied
for what.
"""

import re
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Queue, Step
from applications.selectors.others import everybody_in
from applications.states import State
from audit.attempts import record_attempt
from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.sentinel.events import CASE_NUMBER
from audit.trail import ObjectRef
from identity.access import can_act_for, can_act_on_item, own_affairs_of
from identity.rights import rights_of

QUEUE = "applications.Queue"
WORK_QUEUE = "work_queue"
LIKE_A_NUMBER = re.compile(r"[A-Z]{1,4}(-[0-9A-Z]{1,10}){1,3}")


def workable_queue_ids(actor: Actor) -> list[int]:
    """The queues this officer's groups may work, of the department the officer is posted to now."""
    if actor.capacity is not Capacity.CLERK:
        return []
    granted = rights_of(actor).ids(QUEUE, WORK_QUEUE)
    return list(
        Queue.objects.filter(
            pk__in=[int(pk) for pk in granted], department__code=actor.department_code
        ).values_list("pk", flat=True)
    )


def can_work(actor: Actor, application: Application) -> bool:
    """Whether the case stands in a queue this officer works."""
    return application.queue_id is not None and application.queue_id in workable_queue_ids(actor)


def get_workable(
    actor: Actor, reference: str, *, among: QuerySet[Application] | None = None
) -> Application:
    """The case, if it stands at this officer's office now; refused otherwise."""
    application = _by_reference(reference, among)
    if application is None or application.is_draft or not can_work(actor, application):
        raise _not_at_your_desk(reference, application)
    _refuse_own(actor, application)
    return application


def find_at_desk(actor: Actor, reference: str) -> Application | None:
    """A case of one's own office by its number. None for one that is elsewhere or nowhere, with an
    entry that it was tried: numbers are tried one after the other by who looks for somebody."""
    application = _by_reference(reference)
    if application is not None and not application.is_draft and can_work(actor, application):
        return application
    record_attempt(actor, _not_at_your_desk(reference, application))
    return None


def get_readable(actor: Actor, reference: str) -> Application:
    """The case as an officer may read it: at the own desk, or put before the superior."""
    if actor.capacity is Capacity.SUPERIOR:
        return get_put_before(actor, reference)
    return get_workable(actor, reference)


def get_in_hand(actor: Actor, reference: str) -> Application:
    """The case, locked, if this very officer has it in hand."""
    application = get_workable(actor, reference, among=locked())
    if application.has_ended:
        raise has_ended()
    if application.claimed_by != actor.account_id:
        raise Refused(
            code="application.not_in_your_hands",
            message=_("Somebody else has this case in hand, or nobody has taken it yet."),
            next_step=_("Take it from the desk first."),
        )
    return application


def has_ended() -> Refused:
    """What is said of a case nothing can be done to any more."""
    return Refused(
        code="application.has_ended",
        message=_("This case has ended, so nothing more can be done to it here."),
        next_step=_("The page of the case shows how it ended, when and by whom."),
    )


def get_put_before(actor: Actor, reference: str) -> Application:
    """The case, locked, if it was put before the superiors of this officer's office."""
    application = _by_reference(reference, locked())
    if (
        application is None
        or actor.capacity is not Capacity.SUPERIOR
        or application.state != State.ESCALATED
        or not _is_at(application, actor.department_code)
    ):
        raise Refused(
            code="application.not_before_you",
            message=_("No such case has been put before you."),
            next_step=_("Reload the list: it may have been answered already."),
            status=404,
            attempted=_reached_for(reference, application),
        )
    _refuse_own(actor, application)
    return application


def get_own(actor: Actor, reference: str, *, verb: str = "view", lock: bool = False) -> Application:
    """The case, if it is the citizen's own or of somebody they may act for."""
    application = _by_reference(reference, locked() if lock else None)
    if (
        application is None
        or not can_act_for(actor, application.subject_id)
        or not can_act_on_item(actor, application.item.code, verb)
    ):
        raise Refused(
            code="application.not_yours",
            message=_("We found no case with this number among yours."),
            next_step=_("Check the number, or look in your space."),
            status=404,
        )
    return application


def is_own_affair(account_id: UUID | None, application: Application) -> bool:
    """Whether it concerns the officer behind this account as a citizen."""
    own = own_affairs_of(account_id)
    return bool(own) and not set(own).isdisjoint(everybody_in(application))


def locked() -> QuerySet[Application]:
    """Cases, each locked as it is read; nothing joined to it is locked."""
    return Application.objects.select_for_update(of=("self",))


def _not_at_your_desk(reference: str, application: Application | None) -> Refused:
    return Refused(
        code="application.not_at_your_desk",
        message=_("Your office has no such case."),
        next_step=_("Check the number, or ask the office that received it."),
        status=404,
        attempted=_reached_for(reference, application),
    )


def _reached_for(reference: str, application: Application | None) -> Application | ObjectRef:
    """The case; of a number no case has, the number itself, so that trying numbers is seen.

    What has not the form of one is not kept: it may be anybody's identity number.
    """
    typed = reference if LIKE_A_NUMBER.fullmatch(reference) else ""
    return application or ObjectRef(CASE_NUMBER, typed)


def _refuse_own(actor: Actor, application: Application) -> None:
    if is_own_affair(actor.account_id, application):
        raise Refused(
            code="application.your_own_case",
            message=_("This is a case of your own, so you cannot handle it."),
            next_step=_("Leave it to a colleague; it stays at your office."),
            status=403,
            attempted=application,
        )


def _by_reference(reference: str, among: QuerySet[Application] | None = None) -> Application | None:
    rows = Application.objects.all() if among is None else among
    return rows.select_related("item__department").filter(reference=reference).first()


def _is_at(application: Application, department_code: str) -> bool:
    return Step.objects.filter(
        application=application, state=Step.State.OPEN, department__code=department_code
    ).exists()
