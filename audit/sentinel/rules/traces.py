"""Tracing one leak after another."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("traces")
class LeakTraces(Rule):
    """A trace takes numbers as a search does. It names an inquiry and is repeated with good reason,
    so it is counted apart, over a day and with more allowed."""

    code = "traces"
    name = _("One leak traced after another")
    looks_at = _("Traces of leaks on one day, in vain or not; each names its inquiry.")
    default = 12
    ceiling = 48

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        return evidence_of(watch, [one for one in watch.today if one.is_trace], allowed)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d leak traced", "%(n)d leaks traced", number) % {"n": number}
