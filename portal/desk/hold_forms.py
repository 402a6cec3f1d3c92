"""What a supervisor writes to have looks shown later."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from audit.kernel.ids import read_reference
from catalog.models import Department
from identity.models import DisclosureHold, Organisation, Posting
from identity.models.disclosure_hold import MOST_DAYS
from portal.desk.directory import person_of_number

LONGEST = 1000
TEXT = {"class": "input", "autocomplete": "off"}
DAY = {"class": "input", "type": "date"}


def _days(initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("For how many days?"),
        help_text=_("From the confirmation on, at most 180. It ends by itself."),
        min_value=1,
        max_value=MOST_DAYS,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )


def _words() -> forms.CharField:
    return forms.CharField(
        label=_("Why?"),
        help_text=_("Who asked in writing, under which number, and what would be endangered."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={"required": _("Write why the looks cannot be shown now.")},
    )


class RenewForm(forms.Form):
    """How long it goes on, and why."""

    days = _days(30)
    words = _words()


class HoldForm(forms.Form):
    """Whose looks, which of them, on what ground, how long and why."""

    number = forms.CharField(
        label=_("Identity number or credit code"),
        help_text=_("Of the person or firm that is to see these looks later."),
        max_length=24,
        error_messages={"required": _("Enter the number.")},
        widget=forms.TextInput(attrs=TEXT),
    )
    scope = forms.ChoiceField(
        label=_("Which looks?"),
        choices=DisclosureHold.Scope,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which looks.")},
    )
    scope_code = forms.CharField(
        label=_("Number of the case, code of the office or of the officer"),
        max_length=40,
        error_messages={"required": _("Enter the number or code.")},
        widget=forms.TextInput(attrs=TEXT),
    )
    looks_from = forms.DateField(
        label=_("Looks from this day"),
        error_messages={"required": _("Choose the first day.")},
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    looks_to = forms.DateField(
        label=_("to this day"),
        error_messages={"required": _("Choose the last day.")},
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    ground = forms.ChoiceField(
        label=_("Legal ground"),
        choices=DisclosureHold.Ground,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the legal ground.")},
    )
    days = _days(30)
    words = _words()

    def clean(self) -> dict[str, Any]:
        """Find whom and what the numbers name; nothing is held back that nobody could check."""
        cleaned = super().clean() or {}
        number = str(cleaned.get("number", "")).strip().upper()
        if number:
            firm = Organisation.objects.filter(credit_code=number).values_list("pk", flat=True)
            cleaned["subject"] = person_of_number(number) or firm.first()
            if cleaned["subject"] is None:
                self.add_error("number", _("Nobody here has this number."))
        if cleaned.get("scope") and cleaned.get("scope_code"):
            cleaned["scope_code"] = self._code(cleaned)
        first, last = cleaned.get("looks_from"), cleaned.get("looks_to")
        if first and last and last < first:
            self.add_error("looks_to", _("The last day cannot lie before the first."))
        return cleaned

    def _code(self, cleaned: dict[str, Any]) -> str:
        """The code as it is kept, if the person's case, the office or the officer is there."""
        typed = str(cleaned["scope_code"]).strip()
        scope, code = cleaned["scope"], typed.upper()
        if scope == DisclosureHold.Scope.CASE:
            code = read_reference(typed) or code
            known = _is_case_of(cleaned.get("subject"), code)
        elif scope == DisclosureHold.Scope.OFFICE:
            known = Department.objects.filter(code=code).exists()
        else:
            known = Posting.objects.filter(officer_code=code).exists()
        if not known:
            self.add_error("scope_code", _("There is none with this number or code."))
        return code


def _is_case_of(subject: UUID | None, reference: str) -> bool:
    case = Application.objects.filter(reference=reference).first()
    return case is not None and subject in case.subjects
