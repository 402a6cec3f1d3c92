"""What people write in their own space."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 1000
SHORT = 500


class DisputeForm(forms.Form):
    """A register is wrong: which value, and what is right."""

    source = forms.CharField(max_length=40, widget=forms.HiddenInput)
    element = forms.CharField(max_length=64, widget=forms.HiddenInput)
    statement = forms.CharField(
        label=_("What is right?"),
        help_text=_("Write what it should say, and where one can see that, such as a certificate."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={
            "required": _("Write what it should say."),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )


class AskWhyForm(forms.Form):
    """One sentence to the superior, which may be left out."""

    words = forms.CharField(
        label=_("Do you want to add something?"),
        help_text=_("One sentence is enough, such as: I had nothing to do there that day."),
        required=False,
        max_length=SHORT,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "data-user-text": ""}),
        error_messages={
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )
