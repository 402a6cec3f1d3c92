"""The small forms of the back office's shell."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import NO_NUMBER
from identity.models import Dispute
from identity.numbers import read_citizen_number
from portal.desk.reasons import REASONS

LONGEST = 1000


class LookupForm(forms.Form):
    """A number and why. The number is never shown again and never in an address."""

    number = forms.CharField(
        label=_("Identity number"),
        help_text=_("18 characters, as on the identity card."),
        max_length=24,
        error_messages={"required": _("Enter the identity number.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Why do you look without a case?"),
        help_text=_("The person sees that you looked, when, and this reason."),
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the reason."),
            "invalid_choice": _("Choose one of the reasons in the list."),
        },
    )

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if read_citizen_number(number) is None:
            raise forms.ValidationError(NO_NUMBER)
        return number


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
