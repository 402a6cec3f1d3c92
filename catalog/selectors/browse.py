"""Ways through the catalogue: life events, subjects, departments, and the lists behind them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from catalog.models import Department, LifeEvent, Region, Release, ServiceItem, Subject
from catalog.models.region import levels_above
from catalog.schema.definition import Definition

PAGE = 30
OFFERED = ~Q(members__status=ServiceItem.Status.RETIRED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: the item, and its guide in short where there is one."""

    item: ServiceItem
    definition: Definition | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of a list; `older` is the key the next page begins after."""

    entries: list[Entry]
    older: str


def life_events() -> QuerySet[LifeEvent]:
    """Life events that have items, with how many."""
    counted = LifeEvent.objects.annotate(item_count=Count("members", filter=OFFERED))
    return counted.filter(item_count__gt=0).order_by("source_id")


def subjects() -> QuerySet[Subject]:
    """Subjects that have items, with how many."""
    offered = ~Q(items__status=ServiceItem.Status.RETIRED)
    counted = Subject.objects.annotate(item_count=Count("items", filter=offered))
    return counted.filter(item_count__gt=0).order_by("position", "name")


def departments(region: str) -> QuerySet[Department]:
    """Departments that offer something to residents of a region, the busiest first."""
    offered = ~Q(items__status=ServiceItem.Status.RETIRED)
    return (
        Department.objects.filter(region_id__in=levels_above(region))
        .annotate(item_count=Count("items", filter=offered))
        .filter(item_count__gt=0)
        .order_by("-item_count", "code")
    )


def page_of(items: QuerySet[ServiceItem], after: str, today: date) -> EntryPage:
    """One page of a list: items with a guide first, then the others, by code.

    `after` is the code the page before ended with; at most three queries however long the list.
    """
    place = ServiceItem.objects.filter(code=after).values_list("listed_only", "code")
    last = place.first() if after else None
    rows = items.select_related("department").order_by("listed_only", "code")
    if last is not None:
        listed_only, code = last
        further = Q(listed_only=listed_only, code__gt=code)
        rows = rows.filter(further if listed_only else further | Q(listed_only=True))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return EntryPage(entries_of(shown, today), shown[-1].code if len(found) > PAGE else "")


def entries_of(items: list[ServiceItem], today: date) -> list[Entry]:
    """The items with their guides in short, in the order given."""
    contents = dict(
        Release.objects.in_force(today)
        .filter(item__in=[item.pk for item in items])
        .values_list("item_id", "content")
    )
    return [
        Entry(item, Definition.read(contents[item.pk]) if item.pk in contents else None)
        for item in items
    ]


def items_of_event(event: LifeEvent) -> list[ServiceItem]:
    """The items of a life event in the order people meet them."""
    return list(
        event.members.exclude(status=ServiceItem.Status.RETIRED)
        .select_related("department")
        .order_by("lifeeventmember__position")
    )


def region_path(code: str) -> list[Region]:
    """A region with everything above it, from the top."""
    return list(Region.objects.filter(code__in=levels_above(code)).order_by("level"))


def regions_in(parent: Region | None) -> QuerySet[Region]:
    """The regions directly below one, or the provinces."""
    return Region.objects.filter(parent=parent).order_by("code")
