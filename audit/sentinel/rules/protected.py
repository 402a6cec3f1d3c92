"""Looking at people who are under protection, or trying to."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("protected")
class Protected(Rule):
    code = "protected"
    name = _("Persons under protection")
    looks_at = _(
        "Any look at somebody under protection, with a case as well, and any look that was refused."
    )

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        them = watch.protected
        found = [
            one for one in watch.today if (one.is_close or one.is_attempt) and one.subjects & them
        ]
        return evidence_of(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d look, or try to look, at somebody under protection",
            "%(n)d looks, or tries to look, at people under protection",
            number,
        ) % {"n": number}
