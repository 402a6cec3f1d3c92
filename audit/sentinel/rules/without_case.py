"""Looking at people although no case asks for it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("without_case")
class WithoutCase(Rule):
    code = "without_case"
    name = _("Looks without a case")
    looks_at = _("Looks on one day for which no case was named.")
    default = 10
    ceiling = 60
    habit = "without_case"

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        return evidence_of(watch, [one for one in watch.today if one.lacks_case], allowed)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d look without a case", "%(n)d looks without a case", number) % {
            "n": number
        }
