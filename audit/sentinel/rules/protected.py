"""Looking at people who are under protection."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_about


@RULES.register("protected")
class Protected(Rule):
    code = "protected"
    name = _("Persons under protection")
    looks_at = _(
        "Any look at somebody under protection, with a case as well, and every attempt at one. Of"
        " supervisors, what they searched for or opened themselves, not what they have to judge."
    )

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        return evidence_about(watch, watch.chosen(watch.protected), allowed)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d look at somebody under protection",
            "%(n)d looks at people under protection",
            number,
        ) % {"n": number}

    def tried(self, number: int) -> str:
        return ngettext(
            "Tried %(n)d time to look at somebody under protection",
            "Tried %(n)d times to look at people under protection",
            number,
        ) % {"n": number}
