"""What a supervisor writes to have words of the trail erased."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import Ground
from identity.models import Organisation
from portal.desk.directory import person_of_number
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

    def clean(self) -> dict[str, Any]:
        """Find whom the number names; a day that has not come is none."""
        cleaned = super().clean() or {}
        number = str(cleaned.get("number", "")).strip().upper()
        if number:
            firm = Organisation.objects.filter(credit_code=number).values_list("pk", flat=True)
            cleaned["subject"] = person_of_number(number) or firm.first()
            if cleaned["subject"] is None:
                self.add_error("number", _("Nobody here has this number."))
        before = cleaned.get("before")
        if before and before > timezone.localdate():
            self.add_error("before", _("Choose today or a day before."))
        return cleaned

    def wanted(self) -> ErasureRequest:
        """What was asked for; only after `is_valid()`."""
        asked = self.cleaned_data
        return ErasureRequest(
            subject_id=asked["subject"],
            before=asked["before"],
            ground=Ground(asked["ground"]),
            with_others=asked["with_others"],
            although_needed=asked["although_needed"],
            words=asked["words"],
        )
