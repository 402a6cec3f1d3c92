"""Rules come from a data file that carries its own cases; a rule that fails one is not loaded."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from applications.models import Rule
from catalog.conditions import check_condition, evaluate

DATA = Path(__file__).parent / "data"
RULES = DATA / "compliance_rules.json"
TITLES = DATA / "titles_en.json"
SAMPLE = "composed for the sample"


class BrokenRules(ValueError):  # noqa: N818 - says what is wrong with the file
    """The file cannot be loaded: which rule, which case."""


@transaction.atomic
def load_rules(path: Path = RULES) -> int:
    """Load every rule of a file, or none; return how many there are. Can be repeated."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    titles = json.loads(TITLES.read_text(encoding="utf-8"))
    for row in rows:
        check_rule(row)
    for row in rows:
        Rule.objects.update_or_create(code=row["id"], defaults=_fields(row, titles))
    return len(rows)


def check_rule(row: dict[str, Any]) -> None:
    """Raise BrokenRules unless the condition is whole and every case comes out as stated."""
    check_condition(row["condition"])
    for case in row["cases"]:
        if (evaluate(row["condition"], case["facts"]) is True) is not case["fires"]:
            raise BrokenRules(f"{row['id']}: {case['facts']} should have given {case['fires']}")


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
