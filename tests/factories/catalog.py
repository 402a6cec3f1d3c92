"""Places, departments, items and releases for tests."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from catalog.models import DataElement, Department, Region, Release, ServiceItem
from catalog.schema.publish import publish_release

REGION = "511602000000"
BEGINNING = date(2026, 1, 5)
_numbers = count(1)


def make_region(code: str = REGION, **changes: Any) -> Region:
    values = {"name": "广安区", "full_name": "四川省/广安市/广安区", "level": Region.Level.COUNTY}
    return Region.objects.get_or_create(code=code, defaults={**values, **changes})[0]


def make_department(**changes: Any) -> Department:
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"T-511602-{number:08d}",
        "has_temporary_code": True,
        "name": f"第{number}局",
        "name_en": f"Office {number}",
    }
    if "region" not in changes:
        values["region"] = make_region()
    return Department.objects.create(**{**values, **changes})


def make_item(**changes: Any) -> ServiceItem:
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"TT{number:04d}",
        "name": f"事项{number}",
        "item_type": "20",
        "audience": ServiceItem.Audience.PERSON,
    }
    if "department" not in changes:
        values["department"] = make_department()
    return ServiceItem.objects.create(**{**values, **changes})


def make_element(code: str = "person.name", **changes: Any) -> DataElement:
    values: dict[str, Any] = {
        "name": "姓名",
        "name_en": "Name",
        "kind": "text",
        "constraints": {},
        "sensitivity": DataElement.Sensitivity.PERSONAL,
        "reuse": DataElement.Reuse.CASE,
    }
    return DataElement.objects.get_or_create(code=code, defaults={**values, **changes})[0]


def text(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or f"{zh} (en)"}


def question(key: str, element: str, **changes: Any) -> dict[str, Any]:
    """A question as a draft has it: what its data element says is copied in at publication."""
    return {
        "key": key,
        "element": element,
        "title": text(f"问{key}", f"Ask {key}"),
        "hint": None,
        "required": True,
        "show_if": None,
        "reason": None,
        **changes,
    }


def draft(department: Department, **changes: Any) -> dict[str, Any]:
    """The content of an item handled online with one page and one question."""
    limit = {"amount": 5, "unit": "working_days", "note": None}
    step = {
        "code": "decide",
        "kind": "decide",
        "department": department.code,
        "title": text("决定"),
        "plain": text("我们决定。"),
        "limit": None,
    }
    content: dict[str, Any] = {
        "format": 1,
        "name": text("样例事项", "Sample item"),
        "plain_name": text("办样例", "Do the sample"),
        "summary": text("样例摘要", "Sample summary"),
        "lead": text("样例引言", "Sample lead"),
        "entrustment": None,
        "audience": ["person"],
        "online": True,
        "eligibility": [{"text": text("人人可以办"), "condition": None}],
        "limits": {"statutory": None, "promised": limit},
        "fee": {"amount": 0, "text": text("不收费", "Free of charge"), "basis": None},
        "visits": 0,
        "basis": [{"text": "样例条例第1条"}],
        "contacts": {name: text("打12345") for name in ("enquiry", "complaint", "hall")},
        "materials": [],
        "pages": [
            {
                "slug": "you",
                "title": text("您是谁"),
                "lead": None,
                "questions": [question("name", "person.name")],
            }
        ],
        "steps": [step],
        "facts": {},
        "outcome": {
            "kind": "letter",
            "title": text("通知"),
            "body": text("{name}，编号{number}。", "{name}, number {number}."),
            "valid_months": None,
        },
        "faq": [],
    }
    return {**content, **changes}


def make_release(
    item: ServiceItem | None = None,
    *,
    in_force_from: date = BEGINNING,
    drafted_by: UUID | None = None,
    approved_by: UUID | None = None,
    **changes: Any,
) -> Release:
    """A published release; `changes` replace parts of the content."""
    make_element()
    item = item or make_item()
    return publish_release(
        item=item,
        content=draft(item.department, **changes),
        drafted_by=drafted_by or uuid4(),
        approved_by=approved_by or uuid4(),
        in_force_from=in_force_from,
    )
