"""What supervisors type when they search the trail."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.kernel.ids import read_reference
from audit.selectors import Directory

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
NUMBER = forms.TextInput(
    attrs={"class": "input", "autocomplete": "off", "maxlength": 24, "inputmode": "text"}
)
WRONG_DAY = {"invalid": _("Give the day as in 2026-11-24.")}
TIME = forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M")
WRONG_TIME = {"invalid": _("Give the time as in 14:30.")}
NO_NUMBER = _("This is no identity number. It has 18 characters; compare it with the card.")
ONE_MINUTE = timedelta(minutes=1)
LAST_DAY = date.max - timedelta(days=1)


def text_input(**attributes: object) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attributes})


class TrailSearchForm(forms.Form):
    """By officer, case, person, act and time; at least one of them.

    `same` names a kept search whose person is meant again, so that no page carries the number.
    """

    officer = forms.CharField(
        label=_("Officer code"), max_length=32, required=False, widget=text_input()
    )
    reference = forms.CharField(
        label=_("Case number"), max_length=40, required=False, widget=text_input()
    )
    number = forms.CharField(
        label=_("Identity number of a person"), max_length=24, required=False, widget=NUMBER
    )
    verb = forms.ChoiceField(
        label=_("What was done"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("Choose one of the acts in the list.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=DAY, error_messages=WRONG_DAY)
    since_time = forms.TimeField(
        label=_("From what time"), required=False, widget=TIME, error_messages=WRONG_TIME
    )
    until = forms.DateField(label=_("To"), required=False, widget=DAY, error_messages=WRONG_DAY)
    until_time = forms.TimeField(
        label=_("To what time"), required=False, widget=TIME, error_messages=WRONG_TIME
    )

    same = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, directory: Directory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directory = directory
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)  # noqa: S101 - tells the type checker
        verbs = sorted(directory.verbs().items(), key=lambda one: one[1])
        verb.choices = [("", _("Everything")), *verbs]

    def clean_reference(self) -> str:
        return _reference(self.cleaned_data["reference"])

    def clean_number(self) -> str:
        return _number(self.cleaned_data["number"], self.directory)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        narrowing = ("officer", "reference", "number", "same", "verb", "since", "until")
        for name in ("since", "until"):
            if data.get(f"{name}_time") and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say the day as well."))
        if not self.errors and not any(data.get(name) for name in narrowing):
            raise forms.ValidationError(
                _("Say at least one thing to look for, such as an officer code or a case number.")
            )
        _check_order(self, data)
        return data


class LeakForm(forms.Form):
    """Whose data came out, and when it can have been looked at."""

    references = forms.CharField(
        label=_("Case numbers, one a line"),
        help_text=_("The cases whose content came out. Two or more narrow the search."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("Identity number of a person"), max_length=24, required=False, widget=NUMBER
    )
    since = forms.DateField(label=_("From"), widget=DAY, error_messages=WRONG_DAY)
    until = forms.DateField(label=_("To"), widget=DAY, error_messages=WRONG_DAY)

    def __init__(self, *args: Any, directory: Directory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directory = directory
        self.fields["since"].error_messages["required"] = _("Say from which day on.")
        self.fields["until"].error_messages["required"] = _("Say until which day.")

    def clean_references(self) -> list[str]:
        """One a line; a line that is no case number is named."""
        typed = [line.strip() for line in self.cleaned_data["references"].splitlines()]
        return [_reference(line) for line in typed if line]

    def clean_number(self) -> str:
        return _number(self.cleaned_data["number"], self.directory)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("references") or data.get("number")):
            raise forms.ValidationError(_("Give case numbers or the number of a person."))
        _check_order(self, data)
        return data


def _reference(typed: str) -> str:
    """A case number as it is written, or a sentence that this is none."""
    if not typed.strip():
        return ""
    reference = read_reference(typed)
    if reference is None:
        raise forms.ValidationError(
            _("“%(typed)s” is no case number. One looks like YB-2026-7Q4K-2M9D."),
            params={"typed": typed.strip()},
        )
    return reference


def _number(typed: str, directory: Directory) -> str:
    """An identity number as typed; what cannot be one is not searched for."""
    if typed and not directory.is_number(typed):
        raise forms.ValidationError(NO_NUMBER)
    return typed


def _check_order(form: forms.Form, data: Mapping[str, Any]) -> None:
    since, until = data.get("since"), data.get("until")
    if not since or not until:
        return
    if until < since:
        form.add_error("until", _("The last day lies before the first. Swap the two."))
        return
    begins, ends = data.get("since_time"), data.get("until_time")
    if since == until and begins and ends and ends < begins:
        form.add_error("until_time", _("This lies before the time it begins. Swap the two."))


def start_of(day: date | None, moment: time | None = None) -> datetime | None:
    """The first moment of a day, or of a minute of it, in the portal's time zone."""
    return None if day is None else timezone.make_aware(datetime.combine(day, moment or time.min))


def end_of(day: date | None, moment: time | None = None) -> datetime | None:
    """The first moment after a day or a minute; the last day of the calendar has none after it."""
    if day is None:
        return None
    if moment is not None:
        until = start_of(min(day, LAST_DAY), moment)
        return until + ONE_MINUTE if until else None
    return start_of(min(day, LAST_DAY) + timedelta(days=1))
