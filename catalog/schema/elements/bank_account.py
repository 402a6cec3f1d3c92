"""A bank account a benefit is paid to."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.schema.cleaning import digits_of
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

ACCOUNT = re.compile(r"[0-9]{12,19}", re.ASCII)


@kinds.register("bank_account")
class BankAccount(Kind):
    """The number on a bank card or in a passbook."""

    inputmode = "numeric"
    width = "w-m"

    def parse(self, raw: str, schema: Constraints) -> Any:
        number = digits_of(raw)
        if not ACCOUNT.fullmatch(number):
            raise Unreadable(
                _("Please write the digits on the card, for example 6228 4804 0256 4890 018.")
            )
        return number

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{12,19}$"}

    def show(self, value: Any) -> str:
        return " ".join(value[start : start + 4] for start in range(0, len(value), 4))
