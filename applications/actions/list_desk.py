"""Looking at the list of a desk shows covered names, so it is an act like any other look."""

from collections.abc import Collection
from uuid import UUID

from applications.case_trail import record_listed
from applications.models import Application
from applications.selectors.desk import desk_cases
from audit.kernel.actors import Actor
from audit.pages import Page, page_of


def list_desk(
    *,
    actor: Actor,
    tab: str,
    queue_ids: Collection[int],
    own: Collection[UUID],
    cursor: str = "",
) -> Page[Application]:
    """One page of a tab, most urgent first; whose cases it shows is one entry of the trail."""
    cases = desk_cases(actor, tab, queue_ids, own)
    page = page_of(cases, keys=("due_on", "id"), cursor=cursor)
    record_listed(page.rows, actor=actor)
    return page
