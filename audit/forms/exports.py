"""What a supervisor says when asking for a file of the trail."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.exports.models import TrailExport
from audit.forms.search import text_input

# Letters, figures, Chinese characters and the brackets of document numbers; no blank, no comma.
INQUIRY = re.compile(r"(?=.*[0-9])[0-9A-Za-z\u4e00-\u9fff〔〕\[\]()（）/_-]{3,40}")


class ExportForm(forms.Form):
    """The inquiry's number and the ground. Both are codes: no sentence about anybody is kept."""

    inquiry = forms.CharField(
        label=_("Number of the inquiry"),
        help_text=_("As on the paper, such as 川监〔2026〕12号. No names."),
        max_length=40,
        widget=text_input(maxlength=40),
        error_messages={"required": _("A file needs an inquiry. Give its number.")},
    )
    ground = forms.ChoiceField(
        label=_("Why a file is needed"),
        choices=TrailExport.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the reasons.")},
    )

    def clean_inquiry(self) -> str:
        inquiry: str = self.cleaned_data["inquiry"]
        if not INQUIRY.fullmatch(inquiry):
            raise forms.ValidationError(
                _("This is no inquiry number. One looks like 川监〔2026〕12号.")
            )
        return inquiry
