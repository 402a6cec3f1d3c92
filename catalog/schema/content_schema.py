"""The shape of `Release.content` as JSON Schema. What shape cannot say is in `checks.py`."""

from typing import Any

KEY = r"^[a-z][a-z0-9_]{0,39}$"
SLUG = r"^[a-z][a-z0-9-]{0,39}$"

OPTIONAL_TEXT: dict[str, Any] = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/text"}]}
OPTIONAL_LIMIT: dict[str, Any] = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/limit"}]}
OPTIONAL_CONDITION: dict[str, Any] = {"type": ["object", "null"]}


def whole(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def rows(item: dict[str, Any], least: int = 0, most: int = 60) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least, "maxItems": most}


TEXT: dict[str, Any] = {"$ref": "#/$defs/text"}

QUESTION = whole(
    {
        "key": {"type": "string", "pattern": KEY},
        "element": {"type": "string"},
        "title": TEXT,
        "hint": OPTIONAL_TEXT,
        "required": {"type": "boolean"},
        "show_if": OPTIONAL_CONDITION,
        "reason": OPTIONAL_TEXT,
        "kind": {"type": "string"},
        "options": rows(whole({"value": {"type": "string", "minLength": 1}, "label": TEXT})),
        "schema": {"type": "object"},
        "sensitivity": {"enum": ["public", "personal", "sensitive"]},
        "record_type": {"type": ["string", "null"]},
        "reuse": {"enum": ["register", "profile", "case", "reaffirm"]},
    }
)

MATERIAL = whole(
    {
        "code": {"type": "string", "pattern": SLUG},
        "name": TEXT,
        "issuer": TEXT,
        "note": OPTIONAL_TEXT,
        "proven_by": {"type": ["string", "null"]},
        "show_if": OPTIONAL_CONDITION,
        "required": {"type": "boolean"},
        "upload": {
            "anyOf": [
                {"type": "null"},
                whole(
                    {
                        "types": rows({"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"}, 1),
                        "max_bytes": {"type": "integer", "minimum": 1, "maximum": 52_428_800},
                    }
                ),
            ]
        },
    }
)

PAGE = whole(
    {
        "slug": {"type": "string", "pattern": SLUG},
        "title": TEXT,
        "lead": OPTIONAL_TEXT,
        "questions": rows(QUESTION, 1, 12),
    }
)

STEP = whole(
    {
        "code": {"type": "string", "pattern": SLUG},
        "kind": {"type": "string", "pattern": SLUG},
        "department": {"type": "string"},
        "title": TEXT,
        "plain": TEXT,
        "limit": OPTIONAL_LIMIT,
    }
)

OUTCOME = whole(
    {
        "kind": {"enum": ["licence", "letter", "filing"]},
        "title": TEXT,
        "body": TEXT,
        "valid_months": {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 1}]},
    }
)

CONTENT: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {
        "text": {
            "type": "object",
            "properties": {
                "zh": {"type": "string", "minLength": 1, "maxLength": 2000},
                "en": {"type": "string", "maxLength": 4000},
            },
            "required": ["zh"],
            "additionalProperties": False,
        },
        "limit": whole(
            {
                "amount": {"type": "integer", "minimum": 0, "maximum": 1000},
                "unit": {"enum": ["working_days", "natural_days"]},
                "note": OPTIONAL_TEXT,
            }
        ),
    },
    **whole(
        {
            "format": {"const": 1},
            "name": TEXT,
            "plain_name": TEXT,
            "summary": TEXT,
            "lead": TEXT,
            "entrustment": OPTIONAL_TEXT,
            "audience": rows({"enum": ["person", "organisation"]}, 1, 2),
            "online": {"type": "boolean"},
            "eligibility": rows(whole({"text": TEXT, "condition": OPTIONAL_CONDITION})),
            "limits": whole({"statutory": OPTIONAL_LIMIT, "promised": {"$ref": "#/$defs/limit"}}),
            "fee": whole(
                {"amount": {"type": "number", "minimum": 0}, "text": TEXT, "basis": OPTIONAL_TEXT}
            ),
            "visits": {"type": "integer", "minimum": 0, "maximum": 20},
            "basis": rows(whole({"text": {"type": "string", "minLength": 1}}), 1),
            "contacts": whole({"enquiry": TEXT, "complaint": TEXT, "hall": TEXT}),
            "materials": rows(MATERIAL),
            "pages": rows(PAGE, 0, 12),
            "steps": rows(STEP, 1, 12),
            "facts": {"type": "object", "additionalProperties": {"type": "string"}},
            "outcome": {"anyOf": [{"type": "null"}, OUTCOME]},
            "faq": rows(whole({"question": TEXT, "answer": TEXT})),
        },
        optional=("entrustment",),
    ),
}
