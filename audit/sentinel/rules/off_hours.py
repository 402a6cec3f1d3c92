"""Many looks at night, on a weekend or on a holiday."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.events import Event
from audit.sentinel.registry import RULES, Evidence, Rule, Watch, densest, evidence_of

SPAN = timedelta(hours=3)


@RULES.register("off_hours")
class OffHours(Rule):
    """Which days are worked says the working calendar, weekends worked in exchange included."""

    code = "off_hours"
    name = _("At night or on a day off")
    looks_at = _("Looks within three hours while the offices are closed.")
    default = 20
    ceiling = 120
    habit = "off_hours"

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        looks = [one for one in watch.events if one.is_look and one.is_off_hours]
        count, stretch = densest(looks, SPAN, _as_one, watch.new)
        return evidence_of(watch, stretch, allowed, count)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d look outside office hours", "%(n)d looks outside office hours", number
        ) % {"n": number}


def _as_one(look: Event) -> list[int]:
    return [] if look.is_continued else [look.entry]
