"""The small forms of the back office's shell."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.desk.reasons import REASONS


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
