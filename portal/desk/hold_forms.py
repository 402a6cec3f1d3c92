"""What a supervisor writes to have looks shown later."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.kernel.ids import read_reference
from catalog.models import Department
from identity.actions.ask_hold import HoldRequest, last_day_of_looks
from identity.models import DisclosureHold, Posting
from identity.models.disclosure_hold import MOST_DAYS
from identity.numbers import is_credit_code, read_citizen_number

LONGEST = 1000
TEXT = {"class": "input", "autocomplete": "off"}
DAY = {"class": "input w-m", "type": "date"}
OFFICES = "offices"
SHOWN = 5
CHOOSE_OFFICE = _("Choose an office from the list.")


def _days(initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("For how many days?"),
        help_text=_("From the confirmation on, at most 180. It ends by itself."),
        min_value=1,
        max_value=MOST_DAYS,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "input w-s", "inputmode": "numeric"}),
        error_messages={
            "min_value": _("One day at least."),
            "max_value": _("180 days at most."),
        },
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


class TurnDownForm(forms.Form):
    """Why the second supervisor says no."""

    words = forms.CharField(
        label=_("Why do you turn it down?"),
        help_text=_("Whoever asked for it reads this."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "data-user-text": ""}),
        error_messages={"required": _("Write why you turn it down.")},
    )


class HoldForm(forms.Form):
    """Whose looks, which of them, on what ground, how long and why.

    Only what is nobody's secret is checked here: how numbers are written, offices and officers.
    Whether there is such a person or case is asked once, by an act that is written down. Each
    scope has a field of its own; those of the other two are not looked at.
    """

    number = forms.CharField(
        label=_("Identity number or credit code"),
        help_text=_("Of the person or firm that is to see these looks later."),
        max_length=24,
        error_messages={"required": _("Enter the number.")},
        widget=forms.TextInput(attrs={**TEXT, "class": "input w-m"}),
    )
    scope = forms.ChoiceField(
        label=_("Which looks?"),
        choices=DisclosureHold.Scope,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which looks.")},
    )
    case = forms.CharField(
        label=_("Which case?"),
        help_text=_(
            "Its number, as on the receipt, such as YB-2026-7Q4K-2M9D. Everybody who stands in the"
            " case sees the looks at it later, not only this person."
        ),
        max_length=40,
        error_messages={"required": _("Enter the case number.")},
        widget=forms.TextInput(attrs={**TEXT, "class": "input w-m"}),
    )
    office = forms.CharField(
        label=_("Which office?"),
        help_text=_("Type a part of its name and choose it from the list."),
        max_length=160,
        error_messages={"required": CHOOSE_OFFICE},
        widget=forms.TextInput(attrs={**TEXT, "list": OFFICES}),
    )
    officer = forms.CharField(
        label=_("Which officer?"),
        help_text=_("The officer code, as the trail shows it."),
        max_length=40,
        error_messages={"required": _("Enter the officer code.")},
        widget=forms.TextInput(attrs={**TEXT, "class": "input w-m"}),
    )
    looks_from = forms.DateField(
        label=_("Looks from this day"),
        help_text=_(
            "What the person has read or asked about by the confirmation stays visible. No look is"
            " shown later than 366 days after it, whatever holds there are."
        ),
        error_messages={"required": _("Choose the first day.")},
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    looks_to = forms.DateField(
        label=_("to this day"),
        help_text=_(
            "The last day whose looks are shown later; those after it are shown at once. No"
            " further off than the days below reach, counted from today."
        ),
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

    def __init__(self, *args: Any, offices: Mapping[str, str], **kwargs: Any) -> None:
        """`offices`: the offices to choose from, names by code."""
        super().__init__(*args, **kwargs)
        twice = {name for name, times in Counter(offices.values()).items() if times > 1}
        self.offices = {
            code: f"{name} ({code})" if name in twice else name for code, name in offices.items()
        }

    def full_clean(self) -> None:
        """Of the three scopes the chosen one has to say which; none is shown as one that need not,
        since whoever chooses it next would be misled."""
        chosen = self.data.get("scope")
        for scope in DisclosureHold.Scope.values:
            self.fields[scope].required = scope == chosen
        super().full_clean()
        for scope in DisclosureHold.Scope.values:
            self.fields[scope].required = True

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if read_citizen_number(number) is None and not is_credit_code(number):
            raise forms.ValidationError(
                _("This is neither an identity number nor a credit code. Compare it sign by sign.")
            )
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scope = cleaned.get("scope", "")
        if cleaned.get(scope):
            cleaned["scope_code"] = self._code(scope, str(cleaned[scope]).strip())
        first, last = cleaned.get("looks_from"), cleaned.get("looks_to")
        if first and last and last < first:
            self.add_error("looks_to", _("The last day cannot lie before the first."))
        elif last and cleaned.get("days") and last > last_day_of_looks(cleaned["days"]):
            day = date_format(last_day_of_looks(cleaned["days"]), "SHORT_DATE_FORMAT")
            words = gettext("The looks end when the hold does: choose %(day)s or an earlier day.")
            self.add_error("looks_to", words % {"day": day})
        return cleaned

    def request_for(self, subject_id: UUID) -> HoldRequest:
        """What is asked for, once it is known about whom."""
        asked = self.cleaned_data
        return HoldRequest(
            subject_id=subject_id,
            scope=DisclosureHold.Scope(asked["scope"]),
            scope_code=asked["scope_code"],
            looks_from=asked["looks_from"],
            looks_to=asked["looks_to"],
            ground=DisclosureHold.Ground(asked["ground"]),
            days=asked["days"],
            words=asked["words"],
        )

    def _code(self, scope: str, typed: str) -> str:
        """The code that is kept, of what was typed into the field of this scope."""
        if scope == DisclosureHold.Scope.OFFICE:
            return self._office(typed)
        if scope == DisclosureHold.Scope.OFFICER:
            code = typed.upper()
            if not Posting.objects.filter(officer_code=code).exists():
                self.add_error("officer", _("Nobody has this officer code."))
            return code
        reference = read_reference(typed)
        if reference is None:
            self.add_error(
                "case", _("This is no case number. Compare it with the receipt, sign by sign.")
            )
        return reference or ""

    def _office(self, typed: str) -> str:
        """The code of the office of this name. A part of a name is answered with whole ones."""
        known = Department.objects.filter(code=typed.upper()).values_list("code", flat=True)
        exact = [code for code, name in self.offices.items() if name == typed] or list(known)
        if len(exact) == 1:
            return exact[0]
        near = [name for name in self.offices.values() if typed in name]
        self.add_error("office", _several(near) if near else CHOOSE_OFFICE)
        return ""


def _several(names: list[str]) -> str:
    shown = "、".join(names[:SHOWN])
    return gettext("Which of these: %(offices)s? Write the whole name.") % {"offices": shown}
