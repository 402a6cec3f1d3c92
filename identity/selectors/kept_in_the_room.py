"""What of holds a supervisor does not read in the trail: it would tell of them, or take back there
what they keep from the supervisor as a citizen, or from somebody close."""

from django.db.models import Q
from django.utils import timezone

from audit.about import is_about, subjects_by_purpose
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from identity.models import DisclosureHold
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.held_back import fresh_tries, held_back
from identity.selectors.holds import KIND, concerned_by, holds_before, quiet
from identity.selectors.near import near_among
from identity.selectors.reach_of_holds import kept_from


def entries_against(actor: Actor) -> Q:
    """The entries of holds that are not there for this supervisor; of tries that led to none, name
    the supervisor or somebody close and are not told to them yet, since one that names nobody tells
    nothing of anybody; and what holds keep from these now. Own acts are always there: who took them
    knows of them. Two queries while there are neither holds nor tries."""
    tries = AuditEntry.objects.filter(fresh_tries())
    near = near_among(actor.account, [one for _purpose, one in subjects_by_purpose(tries)])
    hidden = fresh_tries() & is_about(near) if near else Q()
    if DisclosureHold.objects.exists():
        hidden |= Q(object_kind=KIND, object_id__in=_not_there(actor)) | looks_against(actor)
    return hidden


def _not_there(actor: Actor) -> list[str]:
    """The numbers of the holds this supervisor may not see."""
    theirs = holds_before(actor).values_list("reference", flat=True)
    others = DisclosureHold.objects.exclude(reference__in=list(theirs)).order_by("reference")
    return list(others.values_list("reference", flat=True))


def looks_against(actor: Actor) -> Q:
    """What is kept now from this human being, or from somebody close, as a condition on entries;
    empty if nothing is. One query where nothing is kept from anybody."""
    in_force = DisclosureHold.objects.filter(quiet(timezone.now())).exclude(confirmed_at=None)
    named = {
        person
        for hold in in_force
        for person in concerned_by(hold.subject_id, hold.scope, hold.scope_code)
    }
    near = near_among(actor.account, list(named)) if named else frozenset()
    if not near:
        return Q()
    own = Q(actor__in=list(accounts_of_the_same(actor)))
    return held_back(kept_from(list(near))) & ~own
