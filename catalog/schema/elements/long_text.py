"""Several lines of text."""

from typing import Any

from catalog.schema.cleaning import MAX_TEXT
from catalog.schema.elements.registry import Constraints, Kind, kinds
from catalog.schema.elements.text import check_length


@kinds.register("long_text")
class LongText(Kind):
    """An explanation in the applicant's own words."""

    control = "textarea"

    def parse(self, raw: str, schema: Constraints) -> Any:
        check_length(raw, schema, MAX_TEXT)
        return raw

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": constraints.get("min_length", 1),
            "maxLength": min(constraints.get("max_length", MAX_TEXT), MAX_TEXT),
        }
