"""Looks without a case, what supervisors find about them, and what the person reads there."""

from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from tests.conftest import close_gate
from tests.factories.identity import officer_actor, sign_in

ACCESS = "/my/access/"
NOT_IN_ORDER = "监督员复核了这次查看：有问题"
WORDS = "没有来电记录，理由不实"
FINE, NOT_FINE = LookupReview.State.FINE, LookupReview.State.NOT_FINE


def looked_up(clerk, citizen) -> LookupReview:
    """A look without a case, waiting for its review."""
    look_up_person(
        actor=officer_actor(clerk), person_id=citizen.person_id, reason="called", why="来电"
    )
    close_gate()
    return LookupReview.objects.latest("at")


def judge(supervisor, review, state) -> None:
    actor = officer_actor(supervisor)
    judge_look(actor=actor, reference=review.reference, state=state, words=WORDS)
    close_gate()


def found_at(client, account) -> dict[int, list[str]]:
    """What the page tells at each look of an officer."""
    sign_in(client, account)
    looks = client.get(ACCESS).context["people"].single
    return {one.number: [found.words for found in one.found] for one in looks}
