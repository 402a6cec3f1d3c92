"""The real list of items of a district: names and codes, without guides."""

import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from stdnum.cn import uscc

from catalog.loading.files import Row, read_table
from catalog.loading.names import Names
from catalog.loading.report import FileReport
from catalog.loading.upsert import bring, too_long
from catalog.models import Department, Region, ServiceItem
from catalog.models.item import ItemType

COLUMNS = (
    "id",
    "name",
    "main_item",
    "department",
    "item_type_code",
    "item_type",
    "item_code",
    "division_code",
)
ITEM_CODE = re.compile(r"[A-Z]{2}[0-9]{3,10}", re.ASCII)
CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])")
Office = tuple[str, str]  # region code and name


def load_listed(path: Path, names: Names) -> FileReport:
    """Load listed items and the departments that offer them."""
    report = FileReport(path.name)
    regions = set(Region.objects.values_list("code", flat=True))
    rows: dict[str, Row] = {}
    for row in read_table(path, COLUMNS, report):
        reason = _fault(row, regions, rows)
        if reason:
            report.refuse(row.line, reason)
        else:
            rows[row["id"]] = row
    offices = bring_departments(rows.values(), names)
    wanted: dict[str, dict[str, Any]] = {}
    for code, row in rows.items():
        wanted[code] = {
            "name": row["name"],
            "department_id": offices[office_of(row)],
            "local_code": row["item_code"],
            "item_type": row["item_type_code"].zfill(2),
            "main_item": row["main_item"],
        }
    published = set(
        ServiceItem.objects.filter(code__in=wanted, releases__isnull=False).values_list(
            "code", flat=True
        )
    )
    for code, values in wanted.items():
        values["listed_only"] = code not in published
    bring(ServiceItem, "code", wanted, report)
    return report


def region_of(row: Row) -> str:
    return row["division_code"].ljust(12, "0")


def office_of(row: Row) -> Office:
    return region_of(row), row["department"]


def _fault(row: Row, regions: set[str], rows: dict[str, Row]) -> str:
    if not ITEM_CODE.fullmatch(row["id"]):
        return "the id is two capital letters and a number"
    if row["id"] in rows:
        return f"{row['id']} is there twice"
    if not row["name"] or not row["department"]:
        return "an item has a name and a department"
    if row["department"] in (row["name"], row["main_item"]):
        return "the department repeats the item: the columns are shifted"
    if row["item_type_code"].zfill(2) not in ItemType.values:
        return f"no kind of item {row['item_type_code']!r}"
    if region_of(row) not in regions:
        return f"no division {row['division_code']!r}"
    return too_long(
        ServiceItem,
        {"name": row["name"], "main_item": row["main_item"], "local_code": row["item_code"]},
    ) or too_long(Department, {"name": row["department"]})


def bring_departments(rows: Any, names: Names) -> dict[Office, int]:
    """The departments the rows name, by region and name.

    Their code is the credit code most of their own item codes contain; where none is a valid
    one, a temporary code. Two departments that claim the same code: the one with more items has
    it. A department that already has its final code keeps it.
    """
    claims: dict[Office, Counter[str]] = defaultdict(Counter)
    for row in rows:
        claims[office_of(row)].update(
            code for code in CREDIT_CODE.findall(row["item_code"].upper()) if uscc.is_valid(code)
        )
        claims[office_of(row)][""] += 0
    present = {
        (office.region_id, office.name): office
        for office in Department.objects.filter(region_id__in={region for region, _ in claims})
    }
    taken = set(Department.objects.values_list("code", flat=True))
    strongest_first = sorted(claims, key=lambda office: -max(claims[office].values()))
    wanted: dict[str, dict[str, Any]] = {}
    for office in strongest_first:
        held = present.get(office)
        code = held.code if held else _code_for(office, claims[office], taken)
        taken.add(code)
        wanted[code] = {
            "name": office[1],
            "region_id": office[0],
            "name_en": names.of("department", office[1]),
            "has_temporary_code": code.startswith("T-"),
        }
    departments = bring(Department, "code", wanted)
    return {(one.region_id, one.name): one.pk for one in departments.values()}


def _code_for(office: Office, claims: Counter[str], taken: set[str]) -> str:
    for code, times in claims.most_common():
        if times and code not in taken:
            return code
    return temporary_code(office)


def temporary_code(office: Office) -> str:
    """A code that stays the same from one loading to the next."""
    digest = hashlib.sha256(f"{office[0]}/{office[1]}".encode()).hexdigest()
    return f"T-{office[0][:6]}-{digest[:8].upper()}"
