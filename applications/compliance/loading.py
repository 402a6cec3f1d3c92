"""Rules come from a data file that carries its own cases; a rule that fails one is not loaded."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from jsonschema import Draft202012Validator

from applications.models import Rule
from audit.kernel.actors import Actor, Purpose
from audit.trail import record
from catalog.conditions import BadCondition, check_condition, evaluate
from catalog.loading.json_files import fault_in, read_json
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.upsert import bring
from catalog.schema.content_schema import rows

DATA = Path(__file__).parent / "data"
RULES = DATA / "compliance_rules.json"
TITLES = DATA / "titles_en.json"
SAMPLE = "composed for the sample"
LOADED = "rules.loaded"
LOADING = Actor.system("rules")


class BrokenRules(BrokenFile):
    """The file cannot be loaded: which rule, which case."""


_FACTS: dict[str, Any] = {"type": "object"}
_WORD: dict[str, Any] = {"type": "string", "minLength": 1}
RULE = Draft202012Validator(
    {
        "type": "object",
        "required": [
            *("id", "title", "items", "condition", "effect"),
            *("legal_basis", "override", "evidence", "cases"),
        ],
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 12},
            "title": {"type": "string", "minLength": 1, "maxLength": 200},
            "items": rows({"type": "object", "required": ["id"], "properties": {"id": _WORD}}, 1),
            "condition": {"type": "object"},
            "effect": {"enum": list(Rule.Effect.values)},
            "legal_basis": {"type": "string", "minLength": 1, "maxLength": 400},
            "override": {"type": "string", "minLength": 1, "maxLength": 200},
            "evidence": _WORD,
            "cases": rows(
                {
                    "type": "object",
                    "required": ["facts", "fires"],
                    "properties": {"facts": _FACTS, "fires": {"type": "boolean"}},
                }
            ),
        },
    }
)


@transaction.atomic
def load_rules(path: Path = RULES) -> FileReport:
    """Load every rule of a file, or none; what that changed is one entry, with the SHA-256 of the
    file. Can be repeated. Only the owner of the database may: the portal itself switches no rule.

    BrokenFile for a file that cannot be used; ProgrammingError as any other role, if a rule is new
    or differs.
    """
    report = FileReport(path.name)
    wanted = read_rules(path)
    report.read = len(wanted)
    bring(Rule, "code", wanted, report)
    if report.made or report.changed:
        content = sha256(path.read_bytes()).hexdigest()
        detail = {"made": report.made, "changed": report.changed, "sha256": content}
        record(actor=LOADING, verb=LOADED, purpose=Purpose.duty("tables"), detail=detail)
    return report


def read_rules(path: Path = RULES) -> dict[str, dict[str, Any]]:
    """The rules of a file by code, each with what its row says; each holds its own cases.
    BrokenFile for one that does not."""
    rules = read_json(path)
    titles = read_json(TITLES)
    if not isinstance(rules, list):
        raise BrokenRules(path.name, "no list of rules")
    found: dict[str, dict[str, Any]] = {}
    for place, row in enumerate(rules, start=1):
        reason = fault_in(row, RULE) or _contradiction(row)
        if not reason and row["id"] in found:
            reason = f"{row['id']} is there twice"
        if reason:
            raise BrokenRules(path.name, f"entry {place}: {reason}")
        found[row["id"]] = _fields(row, titles)
    return found


def _contradiction(row: dict[str, Any]) -> str:
    """What is wrong with the condition, or which case comes out otherwise than stated."""
    try:
        check_condition(row["condition"])
        for case in row["cases"]:
            if (evaluate(row["condition"], case["facts"]) is True) is not case["fires"]:
                return f"{row['id']}: {case['facts']} should have given {case['fires']}"
    except BadCondition as problem:
        return f"{row['id']}: {problem}"
    return ""


def _fields(row: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "title_en": titles.get(row["id"], ""),
        "items": [item["id"] for item in row["items"]],
        "condition": row["condition"],
        "effect": row["effect"],
        "legal_basis": row["legal_basis"],
        "override": "" if row["override"] == "none" else row["override"],
        "is_sample": row["evidence"] == SAMPLE,
    }
