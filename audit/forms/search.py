"""What supervisors type when they search the trail."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.directory import Directory, Match
from audit.forms.meant import field_meant
from audit.kernel.actors import Actor
from audit.kernel.ids import read_reference
from audit.marks.printed import read_printed
from audit.room.entry import is_officers_view
from audit.room.weeks import LAST_DAY
from audit.selectors import label_in_trail

DAY = forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d")
NUMBER = forms.TextInput(
    attrs={"class": "input", "autocomplete": "off", "maxlength": 24, "inputmode": "text"}
)
WRONG_DAY = {"invalid": _("Give the day as in 2026-11-24.")}
TIME = forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M")
WRONG_TIME = {"invalid": _("Give the time as in 14:30.")}
NO_NUMBER = _("This is no identity number. It has 18 characters; compare it with the card.")
NO_VIEW = _("No officer's view has this number. Copy it as it stands on the page or the file.")
TWICE = _("This belongs under “%(field)s”, where something else stands. Take one away.")
SEVERAL = _("This can mean several. Choose one of those below.")
ONE_MINUTE = timedelta(minutes=1)
MORE = ("since_time", "until_time", "only")
NARROWING = ("officer", "reference", "number", "same", "view", "page")
SIFTED = ("verb", "only")
WITHOUT_CASE = "without-case"
SIFTED_DAYS = 31


def text_input(**attributes: object) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", "autocomplete": "off", **attributes})


class TrailSearchForm(forms.Form):
    """By officer, office, case, person, act and time; at least one of them.

    What was done, and looks without a case, are found by sifting: they need an officer, a person,
    a case or at most `SIFTED_DAYS` days beside them. `same` names a kept search whose person is
    meant again, so that no page carries the number. Who is meant can be typed as an officer code, a
    user name or an office; where that fits several, `matches` are offered and `who` is the one
    that was pressed. A number that has a field of its own is understood there as well. The one
    printed on a page or a file (`view`) leads to one entry and asks for nothing else, and so does
    that of a thing with a page of its own (`page`, its address).
    """

    officer = forms.CharField(
        label=_("Officer code or user name, or any number"),
        max_length=200,
        required=False,
        widget=text_input(),
    )
    office = forms.ChoiceField(
        label=_("Office"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("Choose one of the offices in the list.")},
    )
    reference = forms.CharField(
        label=_("Case number"), max_length=40, required=False, widget=text_input()
    )
    number = forms.CharField(
        label=_("Identity number of a person"), max_length=24, required=False, widget=NUMBER
    )
    view = forms.CharField(
        label=_("View or copy number"), max_length=200, required=False, widget=text_input()
    )
    verb = forms.ChoiceField(
        label=_("What was done"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"invalid_choice": _("Choose one of the acts in the list.")},
    )
    since = forms.DateField(label=_("From"), required=False, widget=DAY, error_messages=WRONG_DAY)
    since_time = forms.TimeField(
        label=_("From what time"), required=False, widget=TIME, error_messages=WRONG_TIME
    )
    until = forms.DateField(label=_("To"), required=False, widget=DAY, error_messages=WRONG_DAY)
    until_time = forms.TimeField(
        label=_("To what time"), required=False, widget=TIME, error_messages=WRONG_TIME
    )

    only = forms.ChoiceField(
        label=_("With or without a case"),
        required=False,
        choices=[("", _("All")), (WITHOUT_CASE, _("Only looks without a case"))],
        widget=forms.Select(attrs={"class": "input"}),
    )
    same = forms.CharField(required=False, widget=forms.HiddenInput)
    who = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, directory: Directory, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.directory = directory
        self.actor = actor
        self.matches: list[Match] = []
        offices = directory.offices(actor.region_code).items()
        self._choose("office", _("Every office"), offices)
        groups = [(code, words) for code, (words, _verbs) in directory.verb_groups().items()]
        verbs = [(topic, list(words.items())) for topic, words in directory.verbs().items()]
        self._choose("verb", _("Everything"), [(_("Several at once"), groups), *verbs])

    def _choose(self, name: str, all_of_them: object, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", all_of_them), *choices]

    def first_fields(self) -> list[forms.BoundField]:
        """What is asked most, always in sight."""
        return [field for field in self.visible_fields() if field.name not in MORE]

    def more_fields(self) -> list[forms.BoundField]:
        """The rest, folded away."""
        return [self[name] for name in MORE]

    def says_more(self) -> bool:
        """Whether something is said, or mistyped, in what is folded away."""
        return any(field.value() or field.errors for field in self.more_fields())

    def clean_reference(self) -> str:
        return _reference(self.cleaned_data["reference"])

    def clean_number(self) -> str:
        return _number(self.cleaned_data["number"], self.directory)

    def clean_view(self) -> int | None:
        """The entry a printed number names, if it is a look of an officer."""
        typed = self.cleaned_data["view"]
        return self._view(typed) if typed else None

    def _view(self, typed: str) -> int:
        number = read_printed(typed)
        if number is None or not is_officers_view(self.actor, number):
            raise forms.ValidationError(NO_VIEW)
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._say_who(data)
        narrowing = (*NARROWING, "office", "since", "until", *SIFTED)
        for name in ("since", "until"):
            if data.get(f"{name}_time") and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say the day as well."))
        if not self.errors and not any(data.get(name) for name in narrowing):
            raise forms.ValidationError(
                _("Say at least one thing to look for, such as an officer code or a case number.")
            )
        check_order(self, data)
        if not self.errors and self._sifts_too_much(data):
            raise forms.ValidationError(
                _(
                    "That would sift the whole trail. Name an officer, a person or a case as well,"
                    " or a time of at most %(days)d days: From and To."
                ),
                params={"days": SIFTED_DAYS},
            )
        return data

    def _say_who(self, data: dict[str, Any]) -> None:
        """Put the officer's code as the trail has it, or an office, for what was typed."""
        typed = data.get("officer", "")
        meant = field_meant(typed)
        label = label_in_trail(typed) if typed and meant == "officer" else ""
        if meant != "officer":
            self._put_where_it_belongs(data, meant, typed)
        elif typed and not label:
            self._say_which(data, typed)
        else:
            data["officer"] = label

    def _put_where_it_belongs(self, data: dict[str, Any], meant: str, typed: str) -> None:
        """A number with a field of its own, as if it had been typed there."""
        data["officer"] = ""
        if data.get(meant):
            params = {"field": self.fields[meant].label}
            self.add_error("officer", forms.ValidationError(TWICE, params=params))
            return
        try:
            if meant == "view":
                data["view"] = self._view(typed)
            elif meant == "reference":
                data["reference"] = _reference(typed)
            else:
                data["number"] = _number(typed, self.directory)
        except forms.ValidationError as error:
            self.add_error("officer", error)

    def _say_which(self, data: dict[str, Any], typed: str) -> None:
        self.matches = self._all_that_fits(typed)
        chosen = [one for one in self.matches if one.key == data.get("who")]
        found = chosen or self.matches
        if len(found) != 1:
            self.add_error("officer", SEVERAL if found else _nobody(typed))
        elif found[0].view or found[0].page:
            data["officer"], data["page"] = "", found[0].page
            data["view"] = int(found[0].view) if found[0].view else data.get("view")
        elif found[0].office and data.get("office") not in ("", found[0].office):
            self.add_error("office", _("This is another office than the one typed. Take one away."))
        else:
            data["officer"] = found[0].officer
            data["office"] = found[0].office or data.get("office", "")

    def _all_that_fits(self, typed: str) -> list[Match]:
        found = self.directory.matching(typed, self.actor.region_code)
        if typed.isdigit() and is_officers_view(self.actor, int(typed)):
            words = _("View %(number)s") % {"number": typed}
            found = [*found, Match(view=typed, words=words)]
        return [*found, *self.directory.pages(typed, self.actor)]

    def _sifts_too_much(self, data: Mapping[str, Any]) -> bool:
        """Whether what has no index of its own would be looked for among millions."""
        if not any(data.get(name) for name in SIFTED):
            return False
        if any(data.get(name) for name in NARROWING):
            return False
        since, until = data.get("since"), data.get("until")
        return not since or not until or (until - since).days >= SIFTED_DAYS


class PeopleSeenForm(forms.Form):
    """Between which days. The page goes through a long time in spans of three months."""

    since = forms.DateField(label=_("From"), widget=DAY, error_messages=WRONG_DAY)
    until = forms.DateField(label=_("To"), widget=DAY, error_messages=WRONG_DAY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_order(self, data)
        return data


def _reference(typed: str) -> str:
    """A case number as it is written, or a sentence that this is none."""
    if not typed.strip():
        return ""
    reference = read_reference(typed)
    if reference is None:
        raise forms.ValidationError(
            _("“%(typed)s” is no case number. One looks like YB-2026-7Q4K-2M9D."),
            params={"typed": typed.strip()},
        )
    return reference


def _nobody(typed: str) -> forms.ValidationError:
    return forms.ValidationError(
        _(
            "Nothing here is called “%(typed)s”. Give a code, a user name or an office (a part is"
            " enough), or a whole number. Names of people are not searched."
        ),
        params={"typed": typed},
    )


def _number(typed: str, directory: Directory) -> str:
    """An identity number as typed; what cannot be one is not searched for."""
    if typed and not directory.is_number(typed):
        raise forms.ValidationError(NO_NUMBER)
    return typed


def check_order(form: forms.Form, data: Mapping[str, Any]) -> None:
    since, until = data.get("since"), data.get("until")
    if not since or not until:
        return
    if until < since:
        form.add_error("until", _("The last day lies before the first. Swap the two."))
        return
    begins, ends = data.get("since_time"), data.get("until_time")
    if since == until and begins and ends and ends < begins:
        form.add_error("until_time", _("This lies before the time it begins. Swap the two."))


def start_of(day: date | None, moment: time | None = None) -> datetime | None:
    """The first moment of a day, or of a minute of it, in the portal's time zone."""
    return None if day is None else timezone.make_aware(datetime.combine(day, moment or time.min))


def end_of(day: date | None, moment: time | None = None) -> datetime | None:
    """The first moment after a day or a minute; the last day of the calendar has none after it."""
    if day is None:
        return None
    if moment is not None:
        until = start_of(min(day, LAST_DAY), moment)
        return until + ONE_MINUTE if until else None
    return start_of(min(day, LAST_DAY) + timedelta(days=1))
