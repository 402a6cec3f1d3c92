"""Whole numbers, decimals, areas and sums of money."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
GROUPED = re.compile(r"(?<=[0-9])[,，](?=[0-9]{3}\b)")


class Figure(Kind):
    """A number, kept as a JSON number. `places` is how many decimals it may have."""

    inputmode = "decimal"
    width = "w-s"
    places: ClassVar[int] = 0
    example: ClassVar[str] = "48"
    units: ClassVar[str] = ""

    def parse(self, raw: str, schema: Constraints) -> Any:
        plain = GROUPED.sub("", raw.replace("．", ".")).replace(" ", "")
        if self.units:
            plain = re.sub(rf"({self.units})$", "", plain)
        if not PLAIN.fullmatch(plain):
            raise Unreadable(
                _("Please write a number, for example %(example)s.") % {"example": self.example}
            )
        figure = Decimal(plain)
        if figure != round(figure, self.places):
            raise Unreadable(self._places_message())
        self._check_bounds(figure, schema)
        return int(figure) if figure == figure.to_integral_value() else float(figure)

    def _places_message(self) -> Any:
        if self.places == 0:
            return _("Please write a whole number, for example %(example)s.") % {
                "example": self.example
            }
        return _(
            "Please write at most %(places)d digits after the point, for example %(example)s."
        ) % {
            "places": self.places,
            "example": self.example,
        }

    def _check_bounds(self, figure: Decimal, schema: Constraints) -> None:
        least, most = schema.get("minimum"), schema.get("maximum")
        if least is not None and figure < Decimal(str(least)):
            raise Unreadable(
                _("Please write a number that is %(least)s or more.")
                % {"least": number_format(least, force_grouping=True)}
            )
        if most is not None and figure > Decimal(str(most)):
            raise Unreadable(
                _("Please write a number that is %(most)s or less.")
                % {"most": number_format(most, force_grouping=True)}
            )

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        fragment: dict[str, Any] = {
            "type": "integer" if self.places == 0 else "number",
            "minimum": constraints.get("minimum", 0),
            "maximum": constraints.get("maximum", 999_999_999_999),
        }
        if "unit" in constraints:
            fragment["x-unit"] = constraints["unit"]
        return fragment

    def show(self, value: Any) -> str:
        return str(number_format(value, use_l10n=True, force_grouping=True))


@kinds.register("whole_number")
class WholeNumber(Figure):
    """How many."""

    inputmode = "numeric"
    example = "3"


@kinds.register("number")
class Number(Figure):
    """A figure that may have decimals."""

    places = 4
    example = "5.5"


@kinds.register("area")
class Area(Figure):
    """Square metres."""

    places = 2
    example = "48"
    units = "平方米|㎡|m2|m²|平米|平"

    def show(self, value: Any) -> str:
        return str(_("%(area)s m²") % {"area": super().show(value)})


@kinds.register("money")
class Money(Figure):
    """A sum in yuan."""

    places = 2
    example = "3200"
    units = "元|圆|块"

    def show(self, value: Any) -> str:
        return str(_("%(sum)s yuan") % {"sum": super().show(value)})
