"""Trying one number after another."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, densest, evidence_of

SPAN = timedelta(minutes=10)


@RULES.register("searches")
class Searches(Rule):
    """A search that finds nobody counts: trying numbers is what one does who has none. Cases of
    others that were reached for count by how many they are."""

    code = "searches"
    name = _("One search after another")
    looks_at = _(
        "Searches by the number of a person or a case within ten minutes, in vain or not, and cases"
        " of other offices that were reached for; supervisors' as well."
    )
    default = 6
    ceiling = 24

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        searches = [one for one in watch.events if one.is_search]
        count, stretch = densest(searches, SPAN, lambda one: [one.tried], watch.new)
        return evidence_of(watch, stretch, allowed, count)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d search in ten minutes", "%(n)d searches in ten minutes", number) % {
            "n": number
        }
