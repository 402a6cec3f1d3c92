"""A place one can go to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.schema.cleaning import MAX_LINE
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds
from catalog.schema.elements.text import check_length

SHORTEST = 6


@kinds.register("address")
class Address(Kind):
    """An address with street and number, on one line."""

    autocomplete = "street-address"

    def parse(self, raw: str, schema: Constraints) -> Any:
        if len(raw) < SHORTEST:
            raise Unreadable(
                _("Please write the whole address, for example: No. 12 Siyuan Avenue, room 302.")
            )
        check_length(raw, schema, MAX_LINE)
        return raw

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": SHORTEST,
            "maxLength": min(constraints.get("max_length", MAX_LINE), MAX_LINE),
        }
