"""One item as people read it: its release in force, who handles it, the day it would be done."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.clock import working_days_after
from audit.kernel.errors import Refused
from catalog.kept import kept
from catalog.models import Department, LifeEvent, Release, ServiceItem
from catalog.schema.definition import Definition, Limit, StepPlan
from catalog.selectors.calendar import work_calendar
from catalog.selectors.definitions import definition_of

CODE = re.compile(r"[A-Z]{2}[0-9]{3,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Due:
    """The latest day something handed in on a given day would be done."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step and the office that takes it."""

    plan: StepPlan
    department: Department | None


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the guide page of an item shows."""

    release: Release
    definition: Definition
    due: Due
    steps: list[PlannedStep]
    events: list[LifeEvent]

    @property
    def known(self) -> int:
        """How many questions a register can answer."""
        return sum(one.reuse == "register" for one in self.definition.questions())

    @property
    def asked(self) -> int:
        """How many questions are always left to the applicant; more may depend on the answers."""
        return sum(
            one.reuse != "register" and one.show_if is None for one in self.definition.questions()
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as it is offered on a day: with its guide, or with the guides that explain it."""

    item: ServiceItem
    guide: Guide | None
    explained_by: list[ServiceItem]


@kept
def offer_of(code: str, today: date) -> Offer:
    """The item of this code as it is offered today; refused with a way on when there is none."""
    item = _get_item(code)
    guide = _guide_of(item, today)
    return Offer(item, guide, [] if guide else _guides_for(item, today))


def _get_item(code: str) -> ServiceItem:
    item = None
    if CODE.fullmatch(code):
        offered = ServiceItem.objects.offered().select_related("department")
        item = offered.filter(code=code).first()
    if item is None:
        raise Refused(
            code="catalog.no_such_item",
            message=_("There is no service at this address."),
            next_step=_("Search for it in your own words, or call 12345."),
            status=404,
        )
    return item


def release_in_force(item: ServiceItem, on: date | None = None) -> Release | None:
    """The release that holds on a day, today unless another is named; its content comes later."""
    return item.releases.in_force(on or timezone.localdate()).defer("content").first()


def _guide_of(item: ServiceItem, today: date) -> Guide | None:
    release = release_in_force(item, today)
    if release is None:
        return None
    definition = definition_of(release.pk)
    offices = {
        office.code: office
        for office in Department.objects.filter(
            code__in={step.department for step in definition.steps}
        )
    }
    return Guide(
        release=release,
        definition=definition,
        due=latest_day(definition.limits.promised, today),
        steps=[PlannedStep(step, offices.get(step.department)) for step in definition.steps],
        events=list(item.life_events.all()),
    )


def latest_day(limit: Limit, start: date) -> Due:
    """The last day of a limit that begins to run the day after `start`."""
    calendar = work_calendar()
    if limit.in_working_days:
        day = working_days_after(start, limit.amount, calendar)
    else:
        day = start + timedelta(days=limit.amount)
    return Due(day, calendar.is_provisional(day))


def _guides_for(item: ServiceItem, today: date) -> list[ServiceItem]:
    """Published guides that explain an item which is only listed."""
    in_force = Release.objects.in_force(today).values("item_id")
    return list(
        item.guides.offered().filter(pk__in=in_force).select_related("department").order_by("code")
    )
