"""The unified credit code of an organisation (GB 32100)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from catalog.schema.cleaning import digits_of
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds


@kinds.register("credit_code")
class CreditCode(Kind):
    """The code on a business licence, kept in capitals."""

    width = "w-m"

    def parse(self, raw: str, schema: Constraints) -> Any:
        code = digits_of(raw).upper()
        if not uscc.is_valid(code):
            raise Unreadable(
                _(
                    "Please compare this with the business licence: 18 digits and capital letters, "
                    "for example 91511602MA6A0000XD."
                )
            )
        return code

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"}
