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
    """What the person wants to know. The question itself stands there already, to be sent as it is
    or changed; one without any words is not sent."""

    words = forms.CharField(
        label=_("What would you like to know?"),
        help_text=_("You may send it as it is, or add something, such as: I was not there then."),
        initial=_("Why did you look at my data?"),
        max_length=SHORT,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "data-user-text": ""}),
        error_messages={
            "required": _("Write one sentence: what would you like to know?"),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )
