"""What sort of words an entry keeps apart, by the names under which it keeps them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

SORTS: dict[str, Promise] = {
    "account": _("account on the machine"),
    "asked": _("registers that were asked, and for what"),
    "answer": _("which answer, or what was answered"),
    "capacity": _("posting"),
    "channel": _("way of a message"),
    "element": _("which value of a register"),
    "field": _("which fact"),
    "file": _("document"),
    "fields": _("what was opened"),
    "from": _("release of a service"),
    "item": _("service"),
    "kind": _("kind of message"),
    "material": _("document"),
    "missing": _("rules without an answer"),
    "number": _("number of a letter"),
    "officer": _("officer code"),
    "parts": _("what was opened"),
    "place": _("which covered value"),
    "reason": _("reason"),
    "record_types": _("registers that were allowed"),
    "rules": _("rules"),
    "source": _("register"),
    "sources": _("registers that were asked"),
    "state": _("result"),
    "step": _("step of a case"),
    "targets": _("what had to be corrected"),
    "to": _("release of a service"),
    "verdict": _("verdict"),
    "words": _("words an officer wrote"),
}


def sorts_in_words(names: Iterable[str]) -> str:
    """A name without words of its own is shown as it is written: better odd than hidden."""
    words = dict.fromkeys(str(SORTS.get(name, name)) for name in names)
    return pgettext("between the things of a list", ", ").join(words)
