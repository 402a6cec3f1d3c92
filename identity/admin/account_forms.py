"""What is entered of an account, before and after it is known whose it is."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.numbers import read_citizen_number


class AccountForm(forms.ModelForm):
    class Meta:
        model = Account
        fields = ["username", "language", "is_active"]


class StaffForm(AccountForm):
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)


class OfficerForm(StaffForm):
    """An officer nobody has said yet of whom they are as a citizen."""

    number = forms.CharField(
        label=_("Officer's identity number"),
        required=False,
        help_text=_(
            "Keeps the officer's own cases out of the officer's hands, once security administration"
            " has confirmed it. The number is not kept here; each one entered is written down and"
            " counts."
        ),
    )

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        read = read_citizen_number(typed)
        if typed and read is None:
            raise forms.ValidationError(_("This is no identity number. Check each figure."))
        return read.value if read else ""


class NewOfficerForm(OfficerForm):
    """A new staff account starts without a password: its holder chooses one by the mail that goes
    out when a posting is confirmed, so that an account without an address would let nobody in."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_(
            "The office address. When security administration has confirmed a posting, a link to"
            " the first password is mailed to it."
        ),
    )
