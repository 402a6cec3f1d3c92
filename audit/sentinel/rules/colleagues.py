"""Looking at colleagues although no case asks for it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_about


@RULES.register("colleagues")
class Colleagues(Rule):
    """A colleague's own case is ordinary work of the office; a look without one is not."""

    code = "colleagues"
    name = _("Colleagues")
    looks_at = _(
        "Looks without a case at people who work in the same department, and attempts at them. Of"
        " supervisors, what they searched for or opened themselves, not what they have to judge."
    )

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        found = [one for one in watch.chosen(watch.near.colleagues) if one.is_unasked]
        return evidence_about(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d look at a colleague", "%(n)d looks at colleagues", number) % {
            "n": number
        }

    def tried(self, number: int) -> str:
        return ngettext(
            "Tried %(n)d time to look at a colleague",
            "Tried %(n)d times to look at colleagues",
            number,
        ) % {"n": number}
