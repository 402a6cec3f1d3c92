"""Looking at those who live at the officer's own address."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_about


@RULES.register("household")
class Household(Rule):
    code = "household"
    name = _("Own household")
    looks_at = _(
        "Any look at somebody registered at the officer's own address, and every attempt at one."
    )

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        house = watch.near.household
        found = [one for one in watch.today if one.names_few and one.subjects & house]
        return evidence_about(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d look at the own household", "%(n)d looks at the own household", number
        ) % {"n": number}

    def tried(self, number: int) -> str:
        return ngettext(
            "Tried %(n)d time to look at the own household",
            "Tried %(n)d times to look at the own household",
            number,
        ) % {"n": number}
