"""What a supervisor says when asking for a file of the trail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.exports.models import TrailExport
from audit.forms.inquiry import MOST, check_inquiry
from audit.forms.search import text_input


class ExportForm(forms.Form):
    """The inquiry's number and the ground. Both are codes: no sentence about anybody is kept."""

    inquiry = forms.CharField(
        label=_("Number of the inquiry"),
        help_text=_("As on the paper, such as 川监〔2026〕12号. No names."),
        max_length=MOST,
        validators=[check_inquiry],
        widget=text_input(maxlength=MOST),
        error_messages={"required": _("A file needs an inquiry. Give its number.")},
    )
    ground = forms.ChoiceField(
        label=_("Why a file is needed"),
        choices=TrailExport.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the reasons.")},
    )
