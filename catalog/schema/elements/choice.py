"""One of several answers, and yes or no."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.schema.elements.registry import Constraints, Kind, Unreadable, kinds

YES = frozenset({"yes", "true", "1", "是"})
NO = frozenset({"no", "false", "0", "否"})


@kinds.register("choice")
class Choice(Kind):
    """One answer from a list; the list itself stands in the question."""

    control = "radio"

    def parse(self, raw: str, schema: Constraints) -> Any:
        if raw not in schema.get("enum", ()):
            raise Unreadable(_("Please pick one of the answers."))
        return raw

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {"enum": [option["value"] for option in constraints["options"]]}


@kinds.register("yes_no")
class YesNo(Kind):
    """Yes or no, kept as true or false."""

    control = "radio"

    def parse(self, raw: str, schema: Constraints) -> Any:
        answer = raw.lower()
        if answer not in YES | NO:
            raise Unreadable(_("Please pick yes or no."))
        return answer in YES

    def schema(self, constraints: Constraints) -> dict[str, Any]:
        return {"type": "boolean"}

    def show(self, value: Any) -> str:
        return str(_("Yes") if value else _("No"))

    def typed(self, value: Any) -> str:
        return "yes" if value else "no"
