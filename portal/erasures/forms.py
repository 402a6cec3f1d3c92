"""What a supervisor writes to have words of the trail erased."""

from datetime import date
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import Ground
from identity.numbers import is_credit_code, read_citizen_number
from portal.desk.trail_words import ERASURES
from portal.erasures.ask_erasure import ErasureRequest

LONGEST = 1000


class ErasureForm(forms.Form):
    """Whose words, from before which day, on what ground, and why."""

    number = forms.CharField(
        label=_("Identity number or credit code"),
        help_text=_("Of the person or firm the words are about."),
        max_length=24,
        error_messages={"required": _("Enter the number.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    before = forms.DateField(
        label=_("Words of before this day"),
        help_text=_("What was written on that day and later stays."),
        error_messages={"required": _("Choose the day.")},
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    ground = forms.ChoiceField(
        label=_("Legal ground"),
        choices=ERASURES.items(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the legal ground.")},
    )
    words = forms.CharField(
        label=_("Why?"),
        help_text=_(
            "Who asked in writing and under which number; which law, if one is in a hurry."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={"required": _("Write why these words have to go.")},
    )
    with_others = forms.BooleanField(
        label=_("Erase them also where they are about other people as well"),
        help_text=_("An entry's words are about everybody in it together and cannot be divided."),
        required=False,
    )
    although_needed = forms.BooleanField(
        label=_("Erase them even if something open still needs them"),
        help_text=_("Only if the law does not let you wait; the reason above says which law."),
        required=False,
    )

    def clean_number(self) -> str:
        """Only how it is written; whether somebody has it is asked once, by an act written down."""
        number = str(self.cleaned_data["number"])
        if read_citizen_number(number) is None and not is_credit_code(number):
            raise forms.ValidationError(
                _("This is neither an identity number nor a credit code. Compare it sign by sign.")
            )
        return number

    def clean_before(self) -> date:
        before: date = self.cleaned_data["before"]
        if before > timezone.localdate():
            raise forms.ValidationError(_("Choose today or a day before."))
        return before

    def request_for(self, subject: UUID) -> ErasureRequest:
        """What was asked for about somebody; only after `is_valid()`."""
        asked = self.cleaned_data
        return ErasureRequest(
            subject_id=subject,
            before=asked["before"],
            ground=Ground(asked["ground"]),
            with_others=asked["with_others"],
            although_needed=asked["although_needed"],
            words=asked["words"],
        )
