"""Life events and the items they bring together."""

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from catalog.loading.json_files import fault_in, read_json
from catalog.loading.names import Names
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.upsert import bring, bring_pairs, too_long
from catalog.models import LifeEvent, ServiceItem
from catalog.models.life_event import LifeEventMember
from catalog.schema.content_schema import rows

AUDIENCES = {
    "P": ServiceItem.Audience.PERSON,
    "E": ServiceItem.Audience.ORGANISATION,
    "PE": ServiceItem.Audience.BOTH,
}
WORD = {"type": "string", "minLength": 1}
LIFE_EVENT = Draft202012Validator(
    {
        "type": "object",
        "required": ["id", "name", "audience", "members"],
        "properties": {
            "id": {"type": "string", "pattern": r"^[A-Za-z0-9-]+$"},
            "name": WORD,
            "audience": WORD,
            "batch": {"type": "string"},
            "lead_department": {"type": "string"},
            "members": rows({"type": "object", "required": ["id"], "properties": {"id": WORD}}),
        },
    }
)


def load_life_events(path: Path, names: Names) -> FileReport:
    """Load life events; members that are no item of the catalogue are refused by name."""
    report = FileReport(path.name, counted="entry")
    content = read_json(path)
    if not isinstance(content, list):
        raise BrokenFile(path.name, "no list of life events")
    wanted: dict[str, dict[str, Any]] = {}
    members: dict[str, list[str]] = {}
    for place, row in enumerate(content, start=1):
        report.read += 1
        reason = _fault(row, wanted)
        if reason:
            report.refuse(place, reason)
            continue
        wanted[row["id"]] = {
            "slug": names.slugs.get(("life_event", row["id"]), row["id"].lower()),
            "name": row["name"],
            "name_en": names.of("life_event", row["id"]),
            "audience": AUDIENCES[row["audience"]],
            "batch": row.get("batch", ""),
            "lead_department": row.get("lead_department", ""),
        }
        members[row["id"]] = [str(one["id"]) for one in row["members"]]
    events = bring(LifeEvent, "source_id", wanted, report)
    _bring_members(events, members, report)
    return report


def _bring_members(
    events: dict[str, LifeEvent], members: dict[str, list[str]], report: FileReport
) -> None:
    codes = {code for listed in members.values() for code in listed}
    items = dict(ServiceItem.objects.filter(code__in=codes).values_list("code", "pk"))
    links: dict[tuple[int, int], dict[str, int]] = {}
    for place, (source, listed) in enumerate(members.items(), start=1):
        for position, code in enumerate(listed):
            if code not in items:
                report.refuse(place, f"{source}: no item {code!r} in the catalogue")
                continue
            links[(events[source].pk, items[code])] = {"position": position}
    bring_pairs(
        LifeEventMember, ("event_id", "item_id"), {one.pk for one in events.values()}, links
    )


def _fault(row: Any, wanted: dict[str, dict[str, Any]]) -> str:
    fault = fault_in(row, LIFE_EVENT)
    if fault:
        return fault
    if row["id"] in wanted:
        return f"{row['id']} is there twice"
    if row["audience"] not in AUDIENCES:
        return f"no audience {row['audience']!r}"
    return too_long(
        LifeEvent,
        {
            "name": row["name"],
            "source_id": row["id"],
            "batch": row.get("batch", ""),
            "lead_department": row.get("lead_department", ""),
        },
    )
