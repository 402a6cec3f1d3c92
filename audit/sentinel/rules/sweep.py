"""Going through one person after another."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, densest, evidence_of

SPAN = timedelta(minutes=10)


@RULES.register("sweep")
class Sweep(Rule):
    code = "sweep"
    name = _("One person after another")
    looks_at = _("Different people looked at within ten minutes; lists do not count.")
    default = 12
    ceiling = 60
    habit = "peak"

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        looks = [one for one in watch.events if one.is_close]
        people, stretch = densest(looks, SPAN, lambda one: one.subjects, watch.new)
        return evidence_of(watch, stretch, allowed, people)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d person in ten minutes", "%(n)d different people in ten minutes", number
        ) % {"n": number}
