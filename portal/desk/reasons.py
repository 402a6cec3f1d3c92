"""The reasons for which an officer may look without a case: a closed list, no free text."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "called": _("The person called or came and asked about their case"),
    "wrong_office": _("A letter or document arrived without a case number"),
    "urgent_help": _("Urgent help for the person"),
    "court_request": _("A court or another authority asked in writing"),
}
