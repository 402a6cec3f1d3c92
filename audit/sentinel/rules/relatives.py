"""Looking at oneself or one's family."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_about


@RULES.register("relatives")
class Relatives(Rule):
    """Officers keep away from matters of their own and of their relatives (Civil Servants Law,
    article 76), with a case as well as without."""

    code = "relatives"
    name = _("Own family")
    looks_at = _(
        "Any look at oneself, an organisation of one's own, or a relative one declared, and every"
        " attempt at one."
    )

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        own = watch.near.relatives
        found = [one for one in watch.today if one.names_few and one.subjects & own]
        return evidence_about(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext("%(n)d look at the own family", "%(n)d looks at the own family", number) % {
            "n": number
        }

    def tried(self, number: int) -> str:
        return ngettext(
            "Tried %(n)d time to look at the own family",
            "Tried %(n)d times to look at the own family",
            number,
        ) % {"n": number}
