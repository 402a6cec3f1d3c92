"""The data elements forms are made of."""

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from catalog.loading.json_files import fault_in, read_json
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.upsert import bring, too_long
from catalog.models import DataElement
from catalog.schema.content_schema import whole
from catalog.schema.elements import kinds

WORD = {"type": "string", "minLength": 1}
ELEMENT = Draft202012Validator(
    whole(
        {
            "code": WORD,
            "name": whole({"zh": WORD, "en": WORD}),
            "kind": WORD,
            "sensitivity": WORD,
            "reuse": WORD,
            "record_type": {"type": ["string", "null"]},
            "constraints": {"type": "object"},
        }
    )
)


def load_elements(path: Path) -> FileReport:
    """Load data elements. Releases already published keep the copies they were made with."""
    report = FileReport(path.name, counted="entry")
    content = read_json(path)
    if not isinstance(content, dict) or not isinstance(content.get("elements"), list):
        raise BrokenFile(path.name, "no list of elements")
    wanted: dict[str, dict[str, Any]] = {}
    for place, row in enumerate(content["elements"], start=1):
        report.read += 1
        reason = _fault(row, wanted)
        if reason:
            report.refuse(place, reason)
            continue
        wanted[row["code"]] = {
            "name": row["name"]["zh"],
            "name_en": row["name"]["en"],
            "kind": row["kind"],
            "constraints": row["constraints"],
            "sensitivity": row["sensitivity"],
            "reuse": row["reuse"],
            "record_type": row["record_type"] or "",
        }
    bring(DataElement, "code", wanted, report)
    return report


def _fault(row: Any, wanted: dict[str, dict[str, Any]]) -> str:
    fault = fault_in(row, ELEMENT)
    if fault:
        return fault
    if row["code"] in wanted:
        return f"{row['code']} is there twice"
    if row["kind"] not in kinds:
        return f"no kind of field {row['kind']!r}"
    if row["sensitivity"] not in DataElement.Sensitivity.values:
        return f"no sensitivity {row['sensitivity']!r}"
    if row["reuse"] not in DataElement.Reuse.values:
        return f"no class of reuse {row['reuse']!r}"
    if row["reuse"] == "register" and not row["record_type"]:
        return "a fact known from a register names the register"
    return too_long(
        DataElement,
        {
            "code": row["code"],
            "name": row["name"]["zh"],
            "name_en": row["name"]["en"],
            "record_type": row["record_type"],
        },
    )
