"""Which officers are which citizens: what waits for a second person, what holds, and one's own."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from audit.kernel.actors import Actor, Capacity
from audit.waiting import Waiting, waiting_in
from identity.models import OfficerLink, PersonDetail
from identity.selectors.accounts import accounts_of_the_same
from identity.selectors.postings import Post, posts_of_accounts

MOST = 200
NOT_CONFIRMED = Q(confirmed_at=None)
END_ASKED = Q(confirmed_at__isnull=False, end_asked_at__isnull=False)
OBJECTED = Q(confirmed_at__isnull=False, end_asked_at=None, objected_at__isnull=False) & (
    Q(end_refused_at=None) | Q(end_refused_at__lt=F("objected_at"))
)
"""Of a link in force, and nobody has asked for its end since."""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as administrators compare it with the officer: the covered number of its citizen, the
    officer's post, and the post of who entered it. None for an account without a confirmed post."""

    link: OfficerLink
    number: str
    officer: Post | None
    entered_by: Post | None

    @property
    def waits_for_system(self) -> bool:
        """Whether the officer objects to a link in force and nobody asked for its end since: the
        same as `OBJECTED`, of a link at hand."""
        link = self.link
        if link.objected_at is None or link.confirmed_at is None or link.end_asked_at is not None:
            return False
        return link.end_refused_at is None or link.end_refused_at < link.objected_at


def has_link(account_id: UUID) -> bool:
    """Whether a link of this officer waits or holds."""
    return _open().filter(account=account_id).exists()


def own_link(account_id: UUID) -> OfficerLink | None:
    """The link of one's own account that waits or holds."""
    return _open().filter(account=account_id).first()


def links_waiting() -> list[OfficerLink]:
    """What somebody has to answer or to look into, the oldest first."""
    rows = _open().filter(NOT_CONFIRMED | END_ASKED | OBJECTED)
    return list(rows.order_by("entered_at", "id")[:MOST])


def links_in_force(name: str = "") -> QuerySet[OfficerLink]:
    """Links that hold and wait for nothing; of user names that begin so."""
    rows = _open().exclude(NOT_CONFIRMED | END_ASKED | OBJECTED)
    return rows.filter(account__username__istartswith=name) if name else rows


def with_numbers(links: Collection[OfficerLink]) -> list[ShownLink]:
    """Gated: the citizens of these links were recorded before."""
    persons = PersonDetail.objects.filter(pk__in={one.person_id for one in links})
    covered = {one.pk: str(one.citizen_number) for one in persons.only("citizen_number")}
    people = {one.account_id for one in links} | {one.entered_by_id for one in links}
    posts = posts_of_accounts({one for one in people if one})
    return [
        ShownLink(
            link=one,
            number=covered.get(one.person_id, ""),
            officer=posts.get(one.account_id),
            entered_by=posts.get(one.entered_by_id) if one.entered_by_id else None,
        )
        for one in links
    ]


def waiting_links(actor: Actor) -> Waiting:
    """How many wait for this administrator: security administration confirms and agrees, system
    administration looks into objections. Not one's own, nor one's own requests; one query."""
    own = accounts_of_the_same(actor)
    if actor.capacity is Capacity.SECADMIN:
        waits = (NOT_CONFIRMED & ~Q(entered_by__in=own)) | (END_ASKED & ~Q(end_asked_by__in=own))
    else:
        waits = OBJECTED
    return waiting_in(OfficerLink.objects.filter(waits, ended_at=None).exclude(account__in=own))


def _open() -> QuerySet[OfficerLink]:
    rows = OfficerLink.objects.filter(ended_at=None)
    return rows.select_related("account", "person", "entered_by", "confirmed_by", "end_asked_by")
