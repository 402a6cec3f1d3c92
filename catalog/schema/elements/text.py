"""A line of text, such as a name."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.schema.cleaning import MAX_LINE
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds


def check_length(text: str, schema: Constraints, most: int) -> None:
    """Refuse text that is longer than the field, or shorter than it needs."""
    longest = min(int(schema.get("maxLength", most)), most)
    if len(text) > longest:
        raise Unreadable(
            ngettext(
                "Please shorten this to %(longest)d character. It has %(length)d now.",
                "Please shorten this to %(longest)d characters. It has %(length)d now.",
                longest,
            )
            % {"longest": longest, "length": len(text)}
        )
    if len(text) < int(schema.get("minLength", 0)):
        raise Unreadable(_("Please write this out in full."))


@kinds.register("text")
class Line(Kind):
    """A name or a few words on one line."""

    def parse(self, raw: str, schema: Constraints) -> Any:
        check_length(raw, schema, MAX_LINE)
        return raw

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": constraints.get("min_length", 1),
            "maxLength": min(constraints.get("max_length", MAX_LINE), MAX_LINE),
        }
