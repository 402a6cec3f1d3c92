"""Trying one number after another."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, densest, evidence_of

SPAN = timedelta(minutes=10)


@RULES.register("searches")
class Searches(Rule):
    """A search that finds nobody counts: trying numbers is what one does who has none."""

    code = "searches"
    name = _("One search after another")
    looks_at = _(
        "Searches for a person by number within ten minutes, in vain or not, supervisors' as well."
    )
    default = 6
    ceiling = 24

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        searches = [one for one in watch.events if one.is_search]
        count, stretch = densest(searches, SPAN, lambda one: [one.entry], watch.new)
        return evidence_of(watch, stretch, allowed, count)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d search in ten minutes", "%(n)d searches in ten minutes", number) % {
            "n": number
        }
