"""From a draft to a release: element data copied in, structure checked, hash taken, frozen."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.errors import Refused
from catalog.models import DataElement, Department, Release, ServiceItem
from catalog.schema.checks import problems_in
from catalog.schema.elements import kinds


class NotPublishable(Refused):
    """The content has gaps; `problems` names each of them for the person who drafted it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(
            code="release.not_whole",
            message=_("This release is not whole yet: %(problems)s")
            % {"problems": "; ".join(problems)},
            next_step=_("Repair what is named and publish again."),
        )
        self.problems = problems


def canonical_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def complete(content: Mapping[str, Any], elements: Mapping[str, DataElement]) -> dict[str, Any]:
    """The content with every question carrying what its data element says on this day."""
    pages = [
        {**page, "questions": [_with_element(one, elements) for one in page["questions"]]}
        for page in content["pages"]
    ]
    return {**content, "pages": pages}


def _with_element(
    question: Mapping[str, Any], elements: Mapping[str, DataElement]
) -> dict[str, Any]:
    element = elements.get(question["element"])
    if element is None or element.kind not in kinds:
        raise NotPublishable([f"question {question['key']!r}: no element {question['element']!r}"])
    options = question.get("options") or element.constraints.get("options", [])
    constraints = {**element.constraints, "options": options}
    return {
        **question,
        "kind": element.kind,
        "options": options,
        "schema": kinds.get(element.kind)().schema(constraints),
        "sensitivity": element.sensitivity,
        "record_type": element.record_type or None,
        "reuse": element.reuse,
    }


@transaction.atomic
def publish_release(
    *,
    item: ServiceItem,
    content: Mapping[str, Any],
    drafted_by: UUID,
    approved_by: UUID,
    in_force_from: date,
    is_sample: bool = False,
) -> Release:
    """Freeze the content under the next number; the release before it ends the day this begins."""
    if drafted_by == approved_by:
        raise Refused(
            code="release.needs_second_person",
            message=_("Whoever wrote a release cannot approve it."),
            next_step=_("Ask a colleague to look through it and publish it."),
        )
    whole = complete(content, {element.code: element for element in DataElement.objects.all()})
    problems = problems_in(
        whole,
        elements=set(DataElement.objects.values_list("code", flat=True)),
        departments=set(Department.objects.values_list("code", flat=True)),
    )
    if problems:
        raise NotPublishable(problems)
    ServiceItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    number = _end_the_one_before(item, in_force_from)
    release = Release.objects.create(
        item=item,
        number=number,
        content=whole,
        content_hash=canonical_hash(whole),
        in_force_from=in_force_from,
        published_at=timezone.now(),
        drafted_by=drafted_by,
        approved_by=approved_by,
        is_sample=is_sample,
    )
    ServiceItem.objects.filter(pk=item.pk).update(listed_only=False)
    return release


def _end_the_one_before(item: ServiceItem, in_force_from: date) -> int:
    """End the release that is open; return the number of the next one."""
    newest = item.releases.order_by("-number").first()
    if newest is None:
        return 1
    if newest.in_force_from > in_force_from:
        raise Refused(
            code="release.begins_too_early",
            message=_("A release that begins later is already published."),
            next_step=_("Choose a day after %(day)s.")
            % {"day": newest.in_force_from - timedelta(1)},
        )
    item.releases.published().filter(in_force_to__isnull=True).update(in_force_to=in_force_from)
    return newest.number + 1
