"""What supervisors type or send when something came out."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from audit.forms.inquiry import MOST, check_inquiry
from audit.forms.needed import needed_when
from audit.forms.search import DAY, WRONG_DAY, check_order, text_input
from audit.kernel.sentences import in_a_row
from audit.leaks.facts import facts_in
from audit.leaks.trace import Kind
from audit.marks.copies import read_copy

MOST_TEXT = 1024 * 1024
MOST_PICTURE = 10 * 1024 * 1024
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")
DAYS = ("since", "until", "as_of")
A_MONTH = timedelta(days=30)
ONE_OF_TWO = _("(text or a file: one is enough)")
WITH_NUMBERS = _("(needed where numbers leaked)")
NO_DAY = {"since": _("Say from which day on."), "until": _("Say until which day.")}


class LeakForm(forms.Form):
    """What came out, when it can have been looked at, and for which inquiry this is asked."""

    inquiry = forms.CharField(
        label=_("Number of the inquiry"),
        help_text=_("The file this search is made for. It is kept with the search."),
        max_length=MOST,
        validators=[check_inquiry],
        error_messages={"required": _("Say for which inquiry you search. No search without one.")},
        widget=text_input(),
    )
    text = needed_when(
        ONE_OF_TWO,
        forms.CharField(
            label=_("What leaked"),
            help_text=_(
                "Paste it as it was found. Names, identity numbers, mobiles, accounts, addresses,"
                " credit codes, case, copy and view numbers in it are looked up, up to 200 people."
                " Nothing of it is kept."
            ),
            required=False,
            max_length=200_000,
            error_messages={"max_length": _("This is too long to paste. Send it as a file.")},
            widget=forms.Textarea(attrs={"class": "input", "rows": 6, "autocomplete": "off"}),
        ),
    )
    file = needed_when(
        ONE_OF_TWO,
        forms.FileField(
            label=_("A file or a picture"),
            help_text=_("A table or text up to 1 MB, or a screenshot (PNG, JPG) up to 10 MB."),
            required=False,
            error_messages={"empty": _("This file is empty. Choose another one.")},
            widget=forms.FileInput(attrs={"class": "input", "accept": ".txt,.csv,.png,.jpg,.jpeg"}),
        ),
    )
    document = forms.BooleanField(
        label=_("Documents or photos of a case leaked, too"), required=False
    )
    since = needed_when(
        WITH_NUMBERS,
        forms.DateField(
            label=_("Looked at from"),
            help_text=_("A picture or a copy with our mark needs no days."),
            required=False,
            widget=DAY,
            error_messages=WRONG_DAY,
        ),
    )
    until = needed_when(
        WITH_NUMBERS,
        forms.DateField(
            label=_("Looked at until"), required=False, widget=DAY, error_messages=WRONG_DAY
        ),
    )
    as_of = forms.DateField(
        label=_("The data was of this day"),
        help_text=_("Who looked before cannot have seen these values."),
        required=False,
        widget=DAY,
        error_messages=WRONG_DAY,
    )

    file_again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, file_by: datetime | None, **kwargs: Any) -> None:
        """`file_by`: until when a file goes through without a code; None where one is asked for."""
        super().__init__(*args, **kwargs)
        self.picture = b""
        self.takes_file = file_by is not None
        if file_by is not None:
            self.fields["file"].help_text = in_a_row(
                self.fields["file"].help_text,
                _("Send it by %(time)s: after that the code comes first, and the file again.")
                % {"time": time_format(timezone.localtime(file_by), "H:i")},
            )

    def clean_file(self) -> str:
        """The text of a file; a picture is put aside for its mark."""
        sent: UploadedFile | None = self.cleaned_data["file"]
        if sent is None:
            return ""
        if (sent.size or 0) > MOST_PICTURE:
            raise forms.ValidationError(_("This file is larger than 10 MB. Send a smaller one."))
        data = sent.read()
        if data.startswith(PICTURES):
            self.picture = data
            return ""
        if len(data) > MOST_TEXT:
            raise forms.ValidationError(_("This text is larger than 1 MB. Send it in pieces."))
        return _as_text(data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file_again") and not (data.get("file") or self.picture):
            self.add_error("file", _("Choose the file again. Nothing was searched for without it."))
        if not self.errors and not (data.get("text") or data.get("file") or self.picture):
            raise forms.ValidationError(_("Paste what leaked, or send a file."))
        self._ask_for_days(data)
        check_order(self, data)
        as_of, until = data.get("as_of"), data.get("until")
        if as_of and until and as_of > until:
            self.add_error("as_of", _("This lies after the last day asked about."))
        return data

    def _ask_for_days(self, data: dict[str, Any]) -> None:
        """Who looked at the people in a text is a question about a time. A mark is not: it names
        one view. One day without the other is a slip."""
        days, text = [data.get(name) for name in ("since", "until")], self._text_of(data)
        asks = facts_in(text).names_people and read_copy(text) is None
        if all(days) or not (any(days) or asks):
            return
        for name, words in NO_DAY.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)

    @staticmethod
    def _text_of(data: dict[str, Any]) -> str:
        return f"{data.get('text', '')}\n{data.get('file', '')}"

    def what_leaked(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in DAYS]

    def days(self) -> list[forms.BoundField]:
        """Shown side by side where there is room."""
        return [self[name] for name in DAYS]

    @property
    def leaked(self) -> str:
        """All the text that came out, pasted or sent."""
        return self._text_of(self.cleaned_data)

    def days_for(self, view: date | None) -> tuple[date, date]:
        """Between which days looks count. Where none were given: a month before the day of the
        marked view, up to today."""
        today = timezone.localdate()
        if self.cleaned_data["since"]:
            return self.cleaned_data["since"], self.cleaned_data["until"]
        return (view or today) - A_MONTH, today

    def kinds(self, *, has_covered: bool) -> list[Kind]:
        """What came out that not every look shows."""
        found = [Kind.COVERED] if has_covered else []
        return [*found, Kind.DOCUMENT] if self.cleaned_data["document"] else found


def _as_text(data: bytes) -> str:
    """A text file in one of the encodings people here save them in."""
    for encoding in ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise forms.ValidationError(
        _("This is neither text nor a PNG or JPG. Save a table as CSV, or send a screenshot.")
    )
