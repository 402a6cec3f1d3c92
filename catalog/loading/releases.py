"""Publishing the sample: written releases from their files, plain guides from their columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from catalog.loading.files import Row, read_json
from catalog.loading.guides import REGION
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.sample_guides import sample_content
from catalog.loading.upsert import bring
from catalog.models import DataElement, Department, Release, RequiredDocument, ServiceItem
from catalog.schema.checks import problems_in
from catalog.schema.publish import NotPublishable, canonical_hash, complete, publish_release

# Nobody in particular: the sample is drafted and approved by two made-up hands.
DRAFTER = uuid5(NAMESPACE_URL, "urn:portal:sample:catalogue-drafter")
APPROVER = uuid5(NAMESPACE_URL, "urn:portal:sample:catalogue-approver")
Content = dict[str, Any]


def load_releases(paths: list[Path], rows: Mapping[str, Row]) -> FileReport:
    """Publish what differs from the release in force; rows without a file become plain guides."""
    report = FileReport("releases")
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
            contents[code] = sample_content(rows[code], item, item.department)
    _publish(contents, items, report)
    _bring_documents(contents)
    return report


def _written(path: Path) -> Content:
    """The content of a release file, departments named by their name turned into codes."""
    file = read_json(path)
    if not isinstance(file, dict) or not isinstance(file.get("content"), dict):
        raise BrokenFile(path.name, "no content")
    if file.get("item") != path.stem:
        raise BrokenFile(path.name, f"it is about {file.get('item')!r}")
    content: Content = file["content"]
    offices = dict(Department.objects.filter(region_id=REGION).values_list("name", "code"))
    for step in content.get("steps", []):
        if step.get("department") not in offices:
            raise BrokenFile(path.name, f"no department {step.get('department')!r}")
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
    for place, (code, draft) in enumerate(contents.items(), start=1):
        try:
            content = complete(draft, elements)
        except (NotPublishable, KeyError, TypeError) as problem:
            raise BrokenFile(f"{code}.json", f"not a release ({problem})") from problem
        fingerprint = canonical_hash(content)
        if current.get(code) == fingerprint:
            continue
        problems = problems_in(content, elements=elements, departments=departments)
        if problems:
            report.refuse(place, f"{code}: {'; '.join(problems)}")
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


def _publish_next(item: ServiceItem, draft: Content) -> None:
    publish_release(
        item=item,
        content=draft,
        drafted_by=DRAFTER,
        approved_by=APPROVER,
        in_force_from=timezone.localdate(),
        is_sample=True,
    )


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


def _bring_documents(contents: dict[str, Content]) -> None:
    bring(
        RequiredDocument,
        "code",
        {
            material["code"]: {
                "name": material["name"]["zh"],
                "name_en": material["name"].get("en", ""),
                "issuer": material["issuer"]["zh"],
                "record_type": material["proven_by"] or "",
            }
            for content in contents.values()
            for material in content["materials"]
        },
    )
