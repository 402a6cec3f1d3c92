"""The answer to somebody who asks why their data was looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.models import LookQuestion

LONGEST = 1000


class QuestionAnswerForm(forms.Form):
    """What came out, and the words the person reads."""

    verdict = forms.ChoiceField(
        label=_("What came out?"),
        help_text=_("With the second and the third answer, the supervisors see it as well."),
        choices=LookQuestion.Verdict,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what came out."),
            "invalid_choice": _("Choose what came out."),
        },
    )
    answer = forms.CharField(
        label=_("Your answer to the person"),
        help_text=_("Two or three sentences: for which work, or what went wrong and what follows."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4, "data-user-text": ""}),
        error_messages={
            "required": _("Write in two or three sentences why the officer looked."),
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )

    def keep_veil(self) -> None:
        """Say beside the field what the answer must not give away: who asks is only named in a case
        of other people."""
        self.fields["answer"].help_text = _(
            "Two or three sentences. Who asks knows only that a case names them, not whose or"
            " which; please do not write it in the answer either."
        )
