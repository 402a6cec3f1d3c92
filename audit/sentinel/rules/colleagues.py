"""Looking at colleagues although no case asks for it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("colleagues")
class Colleagues(Rule):
    """A colleague's own case is ordinary work of the office; a look without one is not."""

    code = "colleagues"
    name = _("Colleagues")
    looks_at = _("Looks without a case at people who work in the same department.")
    default = 0
    ceiling = 3

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        them = watch.near.colleagues
        found = [
            one for one in watch.today if one.is_close and one.lacks_case and one.subjects & them
        ]
        return evidence_of(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d look at a colleague", "%(n)d looks at colleagues", number) % {
            "n": number
        }
