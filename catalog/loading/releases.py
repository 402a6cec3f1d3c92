"""Publishing the sample: written releases from their files, plain guides from their columns."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from jsonschema import Draft202012Validator

from audit.kernel.errors import Refused
from catalog.loading.files import Row
from catalog.loading.guides import REGION
from catalog.loading.json_files import fault_in, read_json
from catalog.loading.names import Names
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.sample_guides import sample_content
from catalog.loading.upsert import bring, too_long
from catalog.models import DataElement, Department, Release, RequiredDocument, ServiceItem
from catalog.schema.checks import problems_in
from catalog.schema.content_schema import rows
from catalog.schema.publish import NotPublishable, canonical_hash, complete, publish_release

# Nobody in particular: the sample is drafted and approved by two made-up hands.
DRAFTER = uuid5(NAMESPACE_URL, "urn:portal:sample:catalogue-drafter")
APPROVER = uuid5(NAMESPACE_URL, "urn:portal:sample:catalogue-approver")
Content = dict[str, Any]


def _having(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


NAME: dict[str, Any] = {"type": "string"}
QUESTIONS = rows(_having(key=NAME, element=NAME))
RELEASE_FILE = Draft202012Validator(
    _having(
        item=NAME,
        content=_having(
            steps=rows(_having(department=NAME)), pages=rows(_having(questions=QUESTIONS))
        ),
    )
)
"""As far as a file is read before its whole content is held against the schema of releases."""


def load_releases(paths: list[Path], rows: Mapping[str, Row], names: Names) -> FileReport:
    """Publish what differs from the release in force; rows without a file become plain guides."""
    report = FileReport("releases", counted="release")
    written = {path.stem: _written(path) for path in paths}
    codes = [*written, *(code for code in rows if code not in written)]
    items = {
        item.code: item
        for item in ServiceItem.objects.filter(code__in=codes).select_related("department")
    }
    contents: dict[str, Content] = {}
    for place, code in enumerate(codes, start=1):
        report.read += 1
        item = items.get(code)
        if item is None:
            report.refuse(place, f"no item {code!r} in the catalogue")
        elif code in written:
            contents[code] = written[code]
        else:
            contents[code] = sample_content(
                rows[code], item, item.department, names.of("fee", rows[code]["fee"])
            )
    _publish(contents, items, report)
    return report


def _written(path: Path) -> Content:
    """The content of a release file, departments named by their name turned into codes."""
    file = read_json(path)
    fault = fault_in(file, RELEASE_FILE)
    if fault:
        raise BrokenFile(path.name, fault)
    if file["item"] != path.stem:
        raise BrokenFile(path.name, f"it is about {file['item']!r}")
    content: Content = file["content"]
    offices = dict(Department.objects.filter(region_id=REGION).values_list("name", "code"))
    for step in content["steps"]:
        if step["department"] not in offices:
            raise BrokenFile(path.name, f"no department {step['department']!r}")
        step["department"] = offices[step["department"]]
    return content


def _publish(
    contents: dict[str, Content], items: dict[str, ServiceItem], report: FileReport
) -> None:
    elements = {element.code: element for element in DataElement.objects.all()}
    departments = set(Department.objects.values_list("code", flat=True))
    current = dict(
        Release.objects.published()
        .filter(item__in=items.values(), in_force_to__isnull=True)
        .values_list("item__code", "content_hash")
    )
    first: list[Release] = []
    refused: set[str] = set()
    for place, (code, draft) in enumerate(contents.items(), start=1):
        try:
            content = complete(draft, elements)
        except NotPublishable as problem:
            raise BrokenFile(f"{code}.json", "; ".join(problem.problems)) from problem
        fingerprint = canonical_hash(content)
        if current.get(code) == fingerprint:
            continue
        problems = problems_in(content, elements=elements, departments=departments)
        problems = problems or _too_long_documents(content)
        if problems:
            report.refuse(place, f"{code}: {'; '.join(problems)}")
            refused.add(code)
        elif code in current:
            _publish_next(items[code], draft)
            report.changed += 1
        else:
            first.append(_first(items[code], content, fingerprint))
    Release.objects.bulk_create(first, batch_size=200)
    ServiceItem.objects.filter(pk__in=[release.item_id for release in first]).update(
        listed_only=False
    )
    report.made += len(first)
    _bring_documents([content for code, content in contents.items() if code not in refused])


def _publish_next(item: ServiceItem, draft: Content) -> None:
    try:
        publish_release(
            item=item,
            content=draft,
            drafted_by=DRAFTER,
            approved_by=APPROVER,
            in_force_from=timezone.localdate(),
            is_sample=True,
        )
    except Refused as refusal:
        raise BrokenFile(f"{item.code}.json", str(refusal.message)) from refusal


def _first(item: ServiceItem, content: Content, fingerprint: str) -> Release:
    return Release(
        item=item,
        number=1,
        content=content,
        content_hash=fingerprint,
        in_force_from=timezone.localdate(),
        published_at=timezone.now(),
        drafted_by=DRAFTER,
        approved_by=APPROVER,
        is_sample=True,
    )


def _bring_documents(contents: Iterable[Content]) -> None:
    documents = {
        material["code"]: _document(material)
        for content in contents
        for material in content["materials"]
    }
    bring(RequiredDocument, "code", documents)


def _document(material: Content) -> dict[str, Any]:
    return {
        "name": material["name"]["zh"],
        "name_en": material["name"].get("en", ""),
        "issuer": material["issuer"]["zh"],
        "record_type": material["proven_by"] or "",
    }


def _too_long_documents(content: Content) -> list[str]:
    reasons = (
        (material["code"], too_long(RequiredDocument, _document(material)))
        for material in content["materials"]
    )
    return [f"material {code!r}: {reason}" for code, reason in reasons if reason]
