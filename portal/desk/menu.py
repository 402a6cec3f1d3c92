"""What every page of the back office shows at its side: rooms of the posting, and who one is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from audit.exports.concerned import waiting_exports
from audit.kernel.actors import Actor, Capacity
from audit.kernel.fresh import is_fresh
from audit.room.seal_state import seal_state
from audit.sentinel.selectors import waiting_alarms
from audit.waiting import Waiting
from identity.doors import STAFF_DOOR, STAFF_PREFIX
from identity.models import Posting
from identity.selectors.holds import waiting_holds
from identity.selectors.look_questions import waiting_questions
from identity.selectors.messages import waiting_messages
from identity.selectors.near import waiting_ends, waiting_relatives
from identity.selectors.officer_links import waiting_links
from identity.selectors.postings import waiting_postings
from portal.desk.page_marks import page_mark
from portal.desk.reviews import waiting_reviews
from portal.desk.trail_words import capacity_in_words
from portal.erasures.selectors import waiting_erasures
from portal.health.alarms import Alarm, standing_alarms

CLERK, SUPERIOR, SUPERVISOR = Capacity.CLERK, Capacity.SUPERIOR, Capacity.SUPERVISOR
LEAD, CATALOGUE = Capacity.LEAD, Capacity.CATALOGUE
WATCHFUL = (SUPERVISOR, Capacity.SYSADMIN)
ADMINISTRATORS = (Capacity.SYSADMIN, Capacity.SECADMIN)


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the menu, the postings that work there, and what waits there for one reader:
    neither own requests nor what concerns the reader."""

    label: Promise
    address: str
    icon: str
    for_whom: tuple[Capacity, ...]
    waits: Callable[[Actor], Waiting] | None = None


GROUPS: tuple[tuple[Promise, tuple[Room, ...]], ...] = (
    (
        _("Cases"),
        (
            Room(_("My desk"), "desk:queue", "inbox", (CLERK,)),
            Room(_("Put before me"), "desk:escalations", "pen", (SUPERIOR,)),
            Room(_("Contested values"), "desk:disputes", "flag", (CLERK,)),
            Room(
                _("Questions about looks"),
                "desk:questions",
                "ask",
                (SUPERIOR,),
                waiting_questions,
            ),
            Room(_("Look a person up"), "desk:lookup", "search", (CLERK, SUPERIOR)),
        ),
    ),
    (
        _("Supervision"),
        (
            Room(_("Search the trail"), "trail:search", "eye", (SUPERVISOR,)),
            Room(_("Alarms"), "trail:alarms", "warn", (SUPERVISOR,), waiting_alarms),
            Room(
                _("People under protection"),
                "identity:protected",
                "lock",
                (SUPERVISOR, Capacity.SECADMIN),
                waiting_ends,
            ),
            Room(_("Urgent help"), "desk:lookup", "phone", (SUPERVISOR,)),
            Room(
                _("Relatives to take off the list"),
                "identity:relatives-to-end",
                "rings",
                (SUPERVISOR,),
                waiting_relatives,
            ),
            Room(_("Files of the trail"), "trail:exports", "print", (SUPERVISOR,), waiting_exports),
            Room(_("The seal of the trail"), "trail:seal", "chain", (SUPERVISOR,)),
            Room(_("Trace a leak"), "trail:leaks", "search", (SUPERVISOR,)),
            Room(
                _("Questions about looks"),
                "desk:questions",
                "ask",
                (SUPERVISOR,),
                waiting_questions,
            ),
            Room(_("Looks shown later"), "desk:holds", "clock", (SUPERVISOR,), waiting_holds),
            Room(
                _("Erasing words by law"),
                "desk:erasures",
                "cross",
                (SUPERVISOR,),
                waiting_erasures,
            ),
            Room(_("Reviews of looks"), "desk:reviews", "flag", (SUPERVISOR,), waiting_reviews),
            Room(_("Red lines"), "desk:alarms", "bell", (SUPERVISOR, SUPERIOR)),
            Room(_("Reports"), "reports", "chart", (LEAD, SUPERVISOR)),
        ),
    ),
    (
        _("Catalogue"),
        (
            Room(_("What people ask for"), "desk:demand", "people", tuple(Capacity)),
            Room(_("Tables"), "desk:tables", "list", (CATALOGUE,)),
        ),
    ),
    (
        _("Accounts and posts"),
        (
            Room(_("Tables"), "desk:tables", "list", ADMINISTRATORS),
            Room(
                _("Postings to confirm"),
                "identity:postings-to-confirm",
                "check",
                (Capacity.SECADMIN,),
                waiting_postings,
            ),
            Room(
                _("Officers as citizens"),
                "identity:officer-links",
                "link",
                ADMINISTRATORS,
                waiting_links,
            ),
        ),
    ),
    (
        _("You"),
        (
            Room(_("Messages"), "identity:messages", "mail", tuple(Capacity), waiting_messages),
            Room(_("Your postings"), "desk:postings", "me", tuple(Capacity)),
            Room(_("Your relatives"), "identity:relatives", "house", tuple(Capacity)),
            Room(_("A token for your program"), "desk:token", "link", (CLERK,)),
        ),
    ),
)

HOME: dict[Capacity, str] = {
    CLERK: "desk:queue",
    SUPERIOR: "desk:escalations",
    SUPERVISOR: "trail:search",
    LEAD: "reports",
}


def home_of(actor: Actor) -> str:
    """The address at which an officer's day begins."""
    return reverse(HOME.get(actor.capacity, "desk:tables"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Costs two queries and one for each room in which something can wait (the
    alarms: two), all of them over the few rows that do, and only on pages that show the back
    office's side."""
    actor = getattr(request, "actor", None)
    if not request.path.startswith(STAFF_PREFIX) or actor is None:
        return {}
    department = cache(lambda: department_in_use(actor))
    menu = cache(lambda: menu_of(actor, request.path))
    return {
        "staff_menu": SimpleLazyObject(menu),
        "staff_waiting": SimpleLazyObject(lambda: waiting_of(menu())),
        "posting": SimpleLazyObject(lambda: posting_line(actor, department())),
        "page_mark": SimpleLazyObject(lambda: page_mark(actor, department())),
        "chain": SimpleLazyObject(seal_state),
        "standing_alarms": SimpleLazyObject(lambda: alarms_for(actor)),
        "runs_servers": actor.capacity is Capacity.SYSADMIN,
        "asks_code": not is_fresh(actor),
    }


def alarms_for(actor: Actor) -> list[Alarm]:
    """What is wrong with the trail and the work behind the pages, for those who must see to it."""
    return standing_alarms() if actor.is_staff and actor.capacity in WATCHFUL else []


def menu_of(actor: Actor, path: str = "") -> list[dict[str, Any]]:
    """The rooms of this posting; none for somebody who holds no posting.

    One room at most is marked as the reader's: the one whose address is the longest part of `path`.
    """
    if not actor.is_staff:
        return []
    groups: list[dict[str, Any]] = [
        {"title": title, "entries": list(_entries(rooms, actor))} for title, rooms in GROUPS
    ]
    _mark_here([entry for group in groups for entry in group["entries"]], path)
    return [group for group in groups if group["entries"]]


def waiting_of(menu: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rooms of a menu in which something waits for the reader."""
    return [entry for group in menu for entry in group["entries"] if "count" in entry]


def _mark_here(entries: list[dict[str, Any]], path: str) -> None:
    around = [entry for entry in entries if path.startswith(entry["url"])]
    if around:
        here = max(around, key=lambda entry: len(entry["url"]))
        here["here"] = "page" if here["url"] == path else "true"


def _entries(rooms: Iterable[Room], actor: Actor) -> Iterable[dict[str, Any]]:
    for room in rooms:
        if actor.capacity in room.for_whom:
            url = reverse(room.address, urlconf=STAFF_DOOR.urlconf)
            yield {"label": room.label, "url": url, "icon": room.icon, **_waiting(room, actor)}


def _waiting(room: Room, actor: Actor) -> dict[str, Any]:
    """How much waits in a room for this reader, and whether some of it is late; nothing where
    nothing waits."""
    waiting = room.waits(actor) if room.waits else None
    return {"count": waiting.open, "hot": waiting.late > 0} if waiting and waiting.open else {}


def postings_of(actor: Actor) -> list[Posting]:
    """The postings this account can work in today."""
    if actor.account_id is None:
        return []
    postings = Posting.objects.in_force().filter(account_id=actor.account_id)
    return list(postings.select_related("department").order_by("officer_code"))


def department_in_use(actor: Actor) -> str:
    """The name of the department for which somebody acts."""
    mine = [one for one in postings_of(actor) if one.officer_code == actor.label]
    return mine[0].department.display_name if mine else actor.department_code


def posting_line(actor: Actor, department: str) -> str:
    """Officer code, department and capacity in one line."""
    return " · ".join([actor.label, department, capacity_in_words(actor.capacity)])
