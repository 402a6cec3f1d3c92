"""Taking out more than usual."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("exports")
class Exports(Rule):
    code = "exports"
    name = _("Exports above habit")
    looks_at = _("People in the files saved on one day; a file that names nobody counts as one.")
    default = 100
    ceiling = 5000
    habit = "exported"

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        files = [one for one in watch.today if one.exported]
        return evidence_of(watch, files, allowed, sum(one.exported for one in files))

    def counted(self, number: int) -> str:
        return ngettext("%(n)d person in files", "%(n)d people in files", number) % {"n": number}
