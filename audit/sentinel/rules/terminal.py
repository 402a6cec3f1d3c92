"""Looking at people from a device that is not the officer's own."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.sentinel.registry import RULES, Evidence, Rule, Watch, evidence_of


@RULES.register("terminal")
class OtherTerminal(Rule):
    """Speaks only where a usual device is known: a new officer is strange nowhere."""

    code = "terminal"
    name = _("On another device")
    looks_at = _("Looks from a device or browser other than the officer's usual one.")

    def judge(self, watch: Watch, allowed: int) -> Evidence | None:
        found = [
            one
            for one in watch.today
            if one.is_close and any(device.is_strange for device in watch.devices(one))
        ]
        return evidence_of(watch, found, allowed)

    def counted(self, number: int) -> str:
        return ngettext(
            "%(n)d look from another device", "%(n)d looks from another device", number
        ) % {"n": number}
