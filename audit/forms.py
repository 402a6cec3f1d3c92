"""What supervisors type when they search the trail."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
NUMBER = forms.TextInput(
    attrs={"class": "input", "autocomplete": "off", "maxlength": 24, "inputmode": "text"}
)
WRONG_DAY = {"invalid": _("Give the day as in 2026-11-24.")}
PERSON_SALT = "trail.person"
PERSON_HOURS = 8
LAST_DAY = date.max - timedelta(days=1)


def text_input(**attributes: object) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attributes})


class TrailSearchForm(forms.Form):
    """By officer, case, person, act and time; at least one of them.

    The identity number is looked up once and then replaced by a sealed ticket for the person, so
    that the next page need not carry the number.
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
    person = forms.CharField(required=False, widget=forms.HiddenInput)
    verb = forms.ChoiceField(
        label=_("What was done"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("Choose one of the acts in the list.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=DAY, error_messages=WRONG_DAY)
    until = forms.DateField(label=_("To"), required=False, widget=DAY, error_messages=WRONG_DAY)
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, verbs: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)  # noqa: S101 - tells the type checker
        verb.choices = [("", _("Everything")), *sorted(verbs.items(), key=lambda one: one[1])]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        narrowing = ("officer", "reference", "number", "person", "verb", "since", "until")
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].error_messages["required"] = _("Say from which day on.")
        self.fields["until"].error_messages["required"] = _("Say until which day.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("references") or data.get("number")):
            raise forms.ValidationError(_("Give case numbers or the number of a person."))
        _check_order(self, data)
        return data


def _check_order(form: forms.Form, data: Mapping[str, Any]) -> None:
    since, until = data.get("since"), data.get("until")
    if since and until and until < since:
        form.add_error("until", _("The last day lies before the first. Swap the two."))


def start_of(day: date | None) -> datetime | None:
    """The first moment of a day, in the portal's time zone."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day; the last day of the calendar has none after it."""
    return start_of(min(day, LAST_DAY) + timedelta(days=1)) if day else None


def seal_person(person_id: object) -> str:
    return signing.dumps(str(person_id), salt=PERSON_SALT)


def open_person(ticket: str) -> str | None:
    """The person a ticket stands for; None if it was changed or is too old."""
    try:
        return str(signing.loads(ticket, salt=PERSON_SALT, max_age=PERSON_HOURS * 3600))
    except signing.BadSignature:
        return None
