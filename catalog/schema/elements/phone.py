"""A telephone number people can be called at."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.schema.cleaning import digits_of
from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

MOBILE = re.compile(r"1[3-9][0-9]{9}")
FIXED = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
ABROAD = re.compile(r"(\+|00)[1-9][0-9]{6,14}")


@kinds.register("phone")
class Phone(Kind):
    """A mobile, a landline with area code, or a number abroad with its country code."""

    inputmode = "tel"
    autocomplete = "tel"
    width = "w-m"

    def parse(self, raw: str, schema: Constraints) -> Any:
        number = re.sub(r"[()（）]", "", digits_of(raw)).replace("＋", "+")
        number = re.sub(r"^(\+86|0086)(?=1[3-9])", "", number)
        if not (MOBILE.fullmatch(number) or FIXED.fullmatch(number) or ABROAD.fullmatch(number)):
            raise Unreadable(
                _("Please write a number we can call, for example 13800138000 or 0826 2345678.")
            )
        return number

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": r"^(1[3-9][0-9]{9}|0[0-9]{9,11}|(\+|00)[1-9][0-9]{6,14})$",
        }
