"""The small forms of the back office's shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms.needed import needed_when
from audit.forms.search import NO_NUMBER
from audit.kernel.ids import read_reference
from audit.kernel.sentences import in_a_row
from identity.forms import code_field
from identity.models import Dispute
from identity.numbers import read_citizen_number
from portal.desk.models import LookupReview

LONGEST = 1000
LONGEST_WHY = 200
LEAST_SIGNS, LEAST_DIFFERENT = 8, 4
SAY_WHY = _("Write at least 8 characters: who asked, and what for.")


class ReasonRadios(forms.RadioSelect):
    """Reasons to choose from, each with what it shows; one that is used up can be read, and not
    chosen."""

    used_up: frozenset[str] = frozenset()
    shows: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= {"disabled": True} if value in self.used_up else {}
        return option | {"says": self.shows.get(str(value), "")}


class ReasonedForm(forms.Form):
    """Why somebody looks without a case: a reason of their post, words, and the code of their app
    if the last one is too long ago."""

    reason = forms.ChoiceField(
        label=_("Reason for this look"),
        help_text=_("The person sees that you looked, when, and this reason."),
        widget=ReasonRadios,
        error_messages={
            "required": _("Choose the reason."),
            "invalid_choice": _("Choose one of the reasons in the list."),
        },
    )
    why = forms.CharField(
        label=_("What it is about"),
        help_text=_(
            "One sentence of at least 8 characters: who asked, and what for. The supervisor who"
            " reviews this look reads it, and so does your superior if the person asks why."
        ),
        max_length=LONGEST_WHY,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2, "data-user-text": ""}),
        error_messages={
            "required": SAY_WHY,
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )
    code = code_field()

    def __init__(
        self, *args: Any, choices: Sequence["ReasonChoice"], asks_code: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {one.code: one for one in choices}
        reason = cast(forms.ChoiceField, self.fields["reason"])
        reason.choices = [(one.code, one.label) for one in choices]
        reason.widget.used_up = frozenset(one.code for one in choices if one.used_up)
        reason.widget.shows = {one.code: one.shows for one in choices}
        said = dict.fromkeys(one.who_else for one in choices if one.used_up)
        reason.help_text = in_a_row(reason.help_text, *said)
        code = self.fields.pop("code")
        self.lacks_code = asks_code and self.is_bound and "code" not in self.data
        if asks_code and not self.lacks_code:
            self.fields["code"] = code

    def ask_code(self) -> None:
        """Ask for the code nobody was asked for (`lacks_code`), since the last one became too old
        while the form was filled in: a step more after all else is right, and no mistake."""
        self.fields["code"] = code_field()
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_reason(self) -> str:
        chosen = self.choices[self.cleaned_data["reason"]]
        if chosen.used_up:
            raise forms.ValidationError(chosen.used_up)
        return chosen.code

    def clean_why(self) -> str:
        """Enough letters or figures, and not the same few again and again."""
        words = " ".join(str(self.cleaned_data["why"]).split())
        signs = [sign for sign in words.casefold() if sign.isalnum()]
        if len(signs) < LEAST_SIGNS or len(set(signs)) < LEAST_DIFFERENT:
            raise forms.ValidationError(SAY_WHY)
        return words


@dataclass(frozen=True, slots=True)
class ReasonChoice:
    """A reason as the form offers it. Where no look is left, `used_up` says so, and `who_else` who
    can do it."""

    code: str
    label: str
    used_up: str = ""
    who_else: str = ""
    shows: str = ""


class LookupForm(ReasonedForm):
    """A number and why. The number is never shown again and never in an address."""

    number = forms.CharField(
        label=_("Identity number"),
        help_text=_("18 characters, as on the identity card."),
        max_length=24,
        error_messages={"required": _("Enter the identity number.")},
        widget=forms.TextInput(attrs={"class": "input w-m", "autocomplete": "off"}),
    )
    field_order = ["number", "reason", "why", "code"]

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if read_citizen_number(number) is None:
            raise forms.ValidationError(NO_NUMBER)
        return number


class CaseLookupForm(ReasonedForm):
    """The number of a case of another office, and why."""

    reference = forms.CharField(
        label=_("Case number"),
        help_text=_("As on the receipt, such as YB-2026-7Q4K-2M9D."),
        max_length=40,
        error_messages={"required": _("Enter the case number.")},
        widget=forms.TextInput(attrs={"class": "input w-m", "autocomplete": "off"}),
    )
    field_order = ["reference", "reason", "why", "code"]

    def clean_reference(self) -> str:
        reference = read_reference(str(self.cleaned_data["reference"]))
        if reference is None:
            raise forms.ValidationError(
                _("This is no case number. Compare it with the receipt, sign by sign.")
            )
        return reference


class VerdictForm(forms.Form):
    """What a supervisor finds about a look; words are needed where it was not in order."""

    state = forms.ChoiceField(
        label=_("Was this look in order?"),
        choices=[
            (LookupReview.State.FINE, _("Yes, it was in order")),
            (LookupReview.State.NOT_FINE, _("No, it was not in order")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you found."),
            "invalid_choice": _("Choose what you found."),
        },
    )
    words = needed_when(
        _("(needed if it was not in order)"),
        forms.CharField(
            label=_("What you found"),
            help_text=_("If it was not in order: what was wrong, and what follows."),
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
            error_messages={
                "max_length": _(
                    "Write at most %(limit_value)d characters; these are %(show_value)d."
                ),
            },
        ),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("state") == LookupReview.State.NOT_FINE and not found.get("words"):
            self.add_error("words", _("Write what was wrong with this look."))
        return found


class DisputeAnswerForm(forms.Form):
    """What becomes of a contested value, and why; the person concerned reads these words."""

    state = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Dispute.State.CORRECTED, _("Corrected in the register")),
            (Dispute.State.KEPT, _("The value stands")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what became of it."),
            "invalid_choice": _("Choose what became of it."),
        },
    )
    answer = forms.CharField(
        label=_("What you found out"),
        help_text=_(
            "Two or three sentences to the person. If the value stands, say where to turn."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={
            "required": _("Write what you found out, for example which document you looked at."),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )
