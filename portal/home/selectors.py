"""What the front page shows. Every figure is counted, every sentence is one people really use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from applications.models import Application
from applications.states import OPEN, State
from audit.kernel.actors import Actor, Capacity
from catalog.models import Alias, LifeEvent, Release, ServiceItem
from catalog.models.release import ReleaseQuerySet
from catalog.schema.definition import Definition
from catalog.selectors.browse import life_events
from catalog.text import Text, in_english
from portal.opendata.figures import WITHHELD, Shown, shown_or_withheld

WINDOW = timedelta(days=30)
CARDS = 6
SAYINGS = 4
# The stations of a life, in the order of a life: number of the event in its source, and the icon.
STATIONS = (
    ("LE01", "baby"),
    ("LE02", "school"),
    ("LE28", "work"),
    ("LE27", "rings"),
    ("LE25", "house"),
    ("LE41", "heart"),
    ("LE05", "sunset"),
    ("LE24", "leaf"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The front page's numbers: two of the catalogue, two of the last thirty days.

    Groups too small to be shown on the page of public figures are withheld here as well (None).
    """

    items: int
    online: int
    finished: Shown
    in_time: Shown
    late: Shown


@dataclass(frozen=True, slots=True)
class Station:
    event: LifeEvent
    icon: str
    items: int


@dataclass(frozen=True, slots=True)
class Card:
    """An item people can do here from start to end."""

    code: str
    name: Text
    summary: Text
    promised: int
    in_working_days: bool
    visits: int
    fee: Text
    recent: int


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the reader's neighbours, in the language they say it in."""

    words: str
    language: str


def figures(*, today: date) -> Figures:
    decided = Application.objects.filter(decided_at__gte=timezone.now() - WINDOW)
    of_cases = decided.aggregate(
        finished=Count("id"),
        in_time=Count("id", filter=Q(decided_at__date__lte=F("due_on"))),
    )
    running = OPEN - {State.CORRECTING}  # the clock of a correction stands still
    late = Application.objects.filter(state__in=running, due_on__lt=today).count()
    missed = shown_or_withheld(of_cases["finished"] - of_cases["in_time"])
    return Figures(
        items=ServiceItem.objects.offered().count(),
        online=online_releases(today).count(),
        finished=shown_or_withheld(of_cases["finished"]),
        in_time=WITHHELD if missed is WITHHELD else shown_or_withheld(of_cases["in_time"]),
        late=shown_or_withheld(late),
    )


def online_releases(today: date) -> ReleaseQuerySet:
    """What can be done here from start to end; every figure about it counts these."""
    return (
        Release.objects.in_force(today)
        .filter(content__online=True, item__status=ServiceItem.Status.ACTIVE)
        .exclude(content__pages=[])
    )


def life_line() -> list[Station]:
    """The stations the catalogue has something for."""
    wanted = life_events().filter(source_id__in=[number for number, _icon in STATIONS])
    events = {event.source_id: event for event in wanted}
    return [
        Station(event=events[number], icon=icon, items=events[number].item_count)  # type: ignore[attr-defined]
        for number, icon in STATIONS
        if number in events
    ]


def most_wanted(*, today: date) -> list[Card]:
    """What can be done online from start to end, the most used of the last thirty days first."""
    recent = Count(
        "item__applications",
        filter=Q(item__applications__submitted_at__gte=timezone.now() - WINDOW),
    )
    releases = (
        online_releases(today).annotate(recent=recent).order_by("-recent", "item__code")[:CARDS]
    )
    return [_card(release) for release in releases.select_related("item")]


def _card(release: Release) -> Card:
    definition = Definition.read(release.content)
    return Card(
        code=release.item.code,
        name=definition.plain_name,
        summary=definition.summary,
        promised=definition.limits.promised.amount,
        in_working_days=definition.limits.promised.in_working_days,
        visits=definition.visits,
        fee=definition.fee.text,
        recent=release.recent,  # type: ignore[attr-defined]
    )


def sayings(codes: Iterable[str]) -> list[Saying]:
    """One sentence each for these items, in the reader's language where people said one in it."""
    language = "en" if in_english() else "zh-hans"
    by_item: dict[str, list[Alias]] = {}
    for alias in Alias.objects.filter(item__code__in=list(codes)).select_related("item"):
        by_item.setdefault(alias.item.code, []).append(alias)
    chosen = [
        max(aliases, key=lambda alias: (alias.language == language, len(alias.words)))
        for _code, aliases in sorted(by_item.items())
    ]
    return [Saying(words=one.words, language=one.language) for one in chosen[:SAYINGS]]


def waiting_for(actor: Actor) -> Application | None:
    """The most urgent case that waits for this person. An index row: nothing personal in it."""
    if actor.capacity not in {Capacity.CITIZEN, Capacity.DELEGATE} or actor.subject_id is None:
        return None
    mine = Application.objects.about([actor.subject_id]).filter(state=State.CORRECTING)
    return mine.select_related("item").order_by("due_on", "id").first()
