"""What officers write: every field with its hint, its limit and a sentence for each mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.actions.request_correction import DAYS_TO_ANSWER
from applications.actions.reveal_answer import REASONS

Words = Any  # a translated text, now or when it is shown
LONGEST_REASON = 2000
LONGEST_POINT = 500
MOST_DAYS = 60


def area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "input", "rows": rows, "data-user-text": ""})


def line(**attributes: object) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attributes})


def reason_field(label: Words, hint: Words, required: Words) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_REASON,
        widget=area(),
        error_messages={
            "required": required,
            "max_length": _("Write at most %(limit_value)d characters; these are %(show_value)d."),
        },
    )


class ReasonForm(forms.Form):
    """A reason in the officer's own words."""

    reason = reason_field(
        _("Reason"),
        _("Two or three sentences. It stays with the case, and the applicant can ask to see it."),
        _("Write the reason, for example what you checked."),
    )


class ApprovalForm(ReasonForm):
    """Granting. A condition that is not met asks for a word of its own."""

    although = reason_field(
        _("Why it can be granted although a condition is not met"),
        _("Say what you checked and on what you rely. It stays with the case."),
        _("A condition of this service is not met. Write why it can be granted all the same."),
    )
    no_interest = forms.BooleanField(
        label=_("I have no interest in this case: not mine, no relative, nobody of my household."),
        error_messages={
            "required": _("Tick this, or hand the case back so that a colleague decides it.")
        },
    )

    field_order = ["reason", "although", "no_interest"]

    def __init__(self, *args: Any, asks_although: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_although:
            del self.fields["although"]


class RefusalForm(ReasonForm):
    grounds = forms.CharField(
        label=_("Grounds, one a line"),
        help_text=_("Which rule is not met, and what is missing. The applicant gets these lines."),
        max_length=LONGEST_REASON,
        widget=area(5),
        error_messages={
            "required": _("Write at least one ground, for example which condition is not met.")
        },
    )

    field_order = ["grounds", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.label = _("Note for the file")
        reason.help_text = _("How you came to this decision.")

    def clean_grounds(self) -> list[str]:
        return [
            ground.strip() for ground in self.cleaned_data["grounds"].splitlines() if ground.strip()
        ]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be put right: a question or a document, and what stands there now.

    `asked` is what the applicant calls it.
    """

    target: str
    title: str
    asked: str
    now: str = ""


class CorrectionForm(forms.Form):
    """One line for every question and document that can be put right, and the time for it."""

    days = forms.IntegerField(
        label=_("Working days to answer"),
        initial=DAYS_TO_ANSWER,
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"class": "input w-s"}),
        error_messages={
            "required": _("Say how many working days, such as 10."),
            "invalid": _("Write a whole number, such as 10."),
            "min_value": _("Give at least one working day."),
            "max_value": _("Give at most %(limit_value)d working days."),
        },
    )

    news = forms.CharField(
        label=_("What new thing the first answer brought up"),
        help_text=_(
            "The law lets an office ask once, for everything. A second time is only for what nobody"
            " could know before the answer came."
        ),
        max_length=LONGEST_POINT,
        widget=area(2),
        error_messages={
            "required": _("You asked once already. Say what new thing the answer brought up.")
        },
    )

    def __init__(
        self, *args: Any, targets: Sequence[Target], is_again: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, str] = {}
        self.asked_as = {f"point_{one.target}": one.asked for one in targets}
        if not is_again:
            del self.fields["news"]
        for target in targets:
            name = f"point_{target.target}"
            self.names[name] = target.target
            self.fields[name] = forms.CharField(
                label=target.title,
                help_text=target.now,
                required=False,
                max_length=LONGEST_POINT,
                widget=area(2),
            )
        self.order_fields(["news", *self.names, "days"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.points:
            raise forms.ValidationError(
                _("Write beside at least one question or document what is to be put right.")
            )
        return data

    @property
    def asked(self) -> list[forms.BoundField]:
        """The lines something stands in, or something is wrong with."""
        return [line for name in self.names if (line := self[name]).value() or line.errors]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The lines nothing is asked about so far; the page folds them."""
        asked = {line.name for line in self.asked}
        return [self[name] for name in self.names if name not in asked]

    @property
    def points(self) -> list[dict[str, str]]:
        """What was written, each with the thing it is about."""
        return [
            {"target": target, "text": self.cleaned_data[name]}
            for name, target in self.names.items()
            if self.cleaned_data.get(name)
        ]

    @property
    def preview(self) -> list[tuple[str, str]]:
        return [
            (self.asked_as[name], self.cleaned_data[name])
            for name in self.names
            if self.cleaned_data.get(name)
        ]


class AnswerForm(ReasonForm):
    """The superior's answer: allowed with a document, or not; always with a reason."""

    allow = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("Allow it")), ("no", _("Do not allow it"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether you allow it."),
            "invalid_choice": _("Choose whether you allow it."),
        },
    )
    document = forms.CharField(
        label=_("Number of the document"),
        help_text=_("Needed if you allow it: the document by which you do."),
        max_length=120,
        widget=line(),
        error_messages={"required": _("Give the number of the document you allow it by.")},
    )

    field_order = ["allow", "document", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].required = self.data.get("allow") != "no"


class RevealForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What do you need the full value for?"),
        help_text=_(
            "That you look, and why, is written down. The applicant can see it, and so can whoever"
            " else's number is shown."
        ),
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you need it for."),
            "invalid_choice": _("Choose one of the reasons in the list."),
        },
    )
