"""What supervisors choose and write about alarms."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.sentinel.models import AlarmState, VerdictKind
from audit.sentinel.registry import rules
from audit.sentinel.words import effects_in_words

LONGEST = 1000
SHORTEST = 10


class AlarmFilterForm(forms.Form):
    """Which alarms to list; what is left out does not narrow."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (AlarmState.RAISED, _("Waiting for a verdict")),
            (AlarmState.INQUIRY, _("Being inquired into")),
            (AlarmState.JUDGED, _("Judged")),
        ],
        widget=forms.Select(attrs={"class": "input"}),
    )
    rule = forms.ChoiceField(
        label=_("Rule"), required=False, widget=forms.Select(attrs={"class": "input"})
    )
    office = forms.ChoiceField(
        label=_("Office"), required=False, widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *args: Any, offices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "rule": sorted((one.code, str(one.name)) for one in rules()),
            "office": sorted(offices.items(), key=lambda one: one[1]),
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = [("", _("All")), *found]


def asked_of(query: Mapping[str, Any], offices: Mapping[str, str]) -> dict[str, str]:
    """The filter of an address: what makes no sense there is as good as left out."""
    form = AlarmFilterForm(query, offices=offices)
    form.is_valid()
    found = {name: str(form.cleaned_data.get(name, "")) for name in form.fields}
    return {**found, "state": found["state"] or AlarmState.RAISED.value}


class VerdictRadios(forms.RadioSelect):
    """Verdicts to choose from, each with what it does (`says`)."""

    says: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"says": self.says.get(str(value), "")}


class VerdictForm(forms.Form):
    """What an alarm was, and why one thinks so. `moves`: whether a verdict moves the threshold of
    the alarm's rule."""

    kind = forms.ChoiceField(
        label=_("What was it?"),
        choices=VerdictKind.choices,
        widget=VerdictRadios,
        error_messages={
            "required": _("Choose what it was."),
            "invalid_choice": _("Choose what it was."),
        },
    )
    words = forms.CharField(
        label=_("What you found out"),
        help_text=_("Whom you asked, and what showed it. Only supervisors can read this."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={
            "required": _("Write what you found out, for example whom you asked."),
            "min_length": _(
                "Write a whole sentence of at least %(limit_value)d characters, so that others can"
                " follow it."
            ),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, moves: bool, is_inquired: bool = False, **kwargs: Any) -> None:
        """After an inquiry another one is no answer."""
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - tells the type checker
        kind.widget.says = effects_in_words(moves=moves)
        kind.choices = [
            one
            for one in VerdictKind.choices
            if not (is_inquired and one[0] == VerdictKind.INQUIRY)
        ]
