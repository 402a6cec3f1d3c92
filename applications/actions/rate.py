"""What somebody thought of it, once the case has ended."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.access import get_own
from applications.case_trail import record_case
from applications.models import Application
from applications.selectors.rating import own_rating, rating_key
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.models import Rating


@dataclass(frozen=True, slots=True)
class Rated:
    application: Application
    score: int


@transaction.atomic
def rate_application(*, actor: Actor, reference: str, score: int) -> Rated:
    """Keep one mark for the item. It may be changed once; the same mark again changes nothing.

    The mark is kept under a keyed digest of the reference, so nobody who knows the case can find
    it, and the entry of the trail does not say which mark it was.
    """
    application = get_own(actor, reference, verb="submit", lock=True)
    _require_outcome(application)
    if score not in Rating.Score.values:
        raise Refused(
            code="application.no_such_mark",
            message=_("Please choose one of the five faces."),
            next_step=_("Go back and choose the one that fits best."),
            status=422,
        )
    rating = own_rating(application)
    if rating is not None and rating.score == score:
        return Rated(application, score)
    if rating is not None and rating.is_changed:
        raise Refused(
            code="application.rated_twice",
            message=_("You have changed your mark once already, so it stays as it is."),
            next_step=_("If there is more to say, call 12345."),
        )
    record_case(application, actor=actor, verb=Verb.RATED)
    Rating.objects.update_or_create(
        application_reference=rating_key(application),
        defaults={"score": score, "item": application.item, "is_changed": rating is not None},
    )
    return Rated(application, score)


def _require_outcome(application: Application) -> None:
    if application.state not in (State.APPROVED, State.REJECTED):
        raise Refused(
            code="application.not_decided",
            message=_("You can tell us how it was once it has been decided."),
            next_step=_("We let you know as soon as it is."),
        )
