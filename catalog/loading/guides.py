"""The sample guides: standard items, their departments, citizens' words and papers."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from catalog.loading.files import Row, read_table
from catalog.loading.guide_links import (
    bring_matches,
    bring_papers,
    bring_subjects,
    bring_words,
)
from catalog.loading.listed import ITEM_CODE, Office, temporary_code
from catalog.loading.names import DATA, Names
from catalog.loading.report import FileReport
from catalog.loading.upsert import bring, too_long
from catalog.models import (
    Alias,
    Department,
    RequiredDocument,
    ServiceItem,
    StandardItem,
    Subject,
)
from catalog.models.item import ItemType

LIMIT = re.compile(r"[0-9]{1,3}", re.ASCII)
REGION = "511602000000"  # Guang'an District, the region of the sample
COLUMNS = (
    "id",
    "name",
    "item_type_code",
    "department",
    "audience",
    "life_events",
    "legal_basis",
    "statutory_limit",
    "limit_unit",
    "fee",
    "materials",
    "colloquial",
    "similar_real_item_ids",
)
AUDIENCES = {
    ("自然人",): ServiceItem.Audience.PERSON,
    ("法人",): ServiceItem.Audience.ORGANISATION,
    ("自然人", "法人"): ServiceItem.Audience.BOTH,
}


def load_guides(path: Path, names: Names) -> tuple[FileReport, dict[str, Row]]:
    """Load guides as standard items and items; also returns their rows, for the releases."""
    report = FileReport(path.name)
    listed = {
        item.code: item
        for item in ServiceItem.objects.filter(listed_only=True).select_related("department")
    }
    rows: dict[str, Row] = {}
    for row in read_table(path, COLUMNS, report):
        reason = _fault(row, rows)
        if reason:
            report.refuse(row.line, reason)
        else:
            rows[row["id"]] = row
    standards = bring(
        StandardItem, "code", {code: _standard(row, names) for code, row in rows.items()}
    )
    homes = _departments(rows, listed, names)
    items = bring(
        ServiceItem,
        "code",
        {
            code: {
                "name": row["name"],
                "name_en": names.of("item", code),
                "standard_id": standards[code].pk,
                "department_id": homes[code],
                "item_type": row["item_type_code"],
                "audience": AUDIENCES[tuple(row.parts("audience"))],
            }
            for code, row in rows.items()
        },
        report,
    )
    bring_words(rows, items)
    bring_subjects(rows, items, names)
    bring_matches(rows, items, listed)
    bring_papers(rows)
    return report, rows


def _fault(row: Row, rows: dict[str, Row]) -> str:
    if not ITEM_CODE.fullmatch(row["id"]):
        return "the id is two capital letters and a number"
    if row["id"] in rows:
        return f"{row['id']} is there twice"
    if not row["name"] or not row.parts("department"):
        return "a guide has a name and a department"
    if row["item_type_code"] not in ItemType.values:
        return f"no kind of item {row['item_type_code']!r}"
    if tuple(row.parts("audience")) not in AUDIENCES:
        return f"no audience {row['audience']!r}"
    return _limit_fault(row) or _length_fault(row)


def _limit_fault(row: Row) -> str:
    limit = row["statutory_limit"]
    if limit and not LIMIT.fullmatch(limit):
        return "the limit is a whole number of days up to 999"
    if limit and row["limit_unit"] not in ("日", "工作日"):
        return f"no unit of time {row['limit_unit']!r}"
    return ""


def _length_fault(row: Row) -> str:
    for column, model, name in (
        ("colloquial", Alias, "words"),
        ("materials", RequiredDocument, "name"),
        ("life_events", Subject, "name"),
        ("department", Department, "name"),
    ):
        for part in row.parts(column):
            reason = too_long(model, {name: part})
            if reason:
                return f"{column}: {reason}"
    return too_long(StandardItem, {"name": row["name"], "legal_basis": row["legal_basis"]})


def _standard(row: Row, names: Names) -> dict[str, Any]:
    return {
        "name": row["name"],
        "name_en": names.of("item", row["id"]),
        "item_type": row["item_type_code"],
        "legal_basis": row["legal_basis"],
    }


def _departments(
    rows: dict[str, Row], listed: dict[str, ServiceItem], names: Names
) -> dict[str, int]:
    """Who offers each guide: the office of its listed items, else the written table."""
    table = {
        row["key"]: row
        for row in read_table(
            DATA / "departments.csv", ("key", "department", "made_up"), FileReport("departments")
        )
    }
    offices = {office.name: office for office in Department.objects.filter(region_id=REGION)}
    chosen = {code: _office_name(row, listed, table) for code, row in rows.items()}
    absent = {name for name in chosen.values() if name not in offices}
    made_up = {row["department"] for row in table.values() if row["made_up"] == "yes"}
    keys: dict[str, Office] = {temporary_code((REGION, name)): (REGION, name) for name in absent}
    made = bring(
        Department,
        "code",
        {
            code: {
                "name": name,
                "region_id": REGION,
                "name_en": names.of("department", name),
                "has_temporary_code": True,
                "is_sample": name in made_up,
            }
            for code, (_region, name) in keys.items()
        },
    )
    offices |= {office.name: office for office in made.values()}
    return {code: offices[name].pk for code, name in chosen.items()}


def _office_name(row: Row, listed: dict[str, ServiceItem], table: dict[str, Row]) -> str:
    if row["id"] in table:
        return table[row["id"]]["department"]
    matched = Counter(
        listed[code].department.name
        for code in row.parts("similar_real_item_ids")
        if code in listed
    )
    if matched:
        return matched.most_common(1)[0][0]
    for field in [row["department"], *row.parts("department")]:
        if field in table:
            return table[field]["department"]
    return f"{row.parts('department')[0]}（示例部门）"
