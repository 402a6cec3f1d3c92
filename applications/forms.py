"""What the citizen's pages show and take: questions as fields, answers as known values."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from applications.answer_values import (
    Entry,
    is_from_register,
    language_of,
    plain,
    typed,
)
from applications.outcomes.letter import in_words
from applications.selectors.sheet import Sheet
from catalog.schema.definition import Page, Question
from catalog.schema.elements import kinds
from catalog.text import local
from identity.sealed.text import is_sealed_text

FIELD_LIMIT = 20_000
SENT_TO = "delivery.address"
KNOWN_ADDRESSES = ("residence.current_address", "person.household_address")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class KnownView:
    """A value that stands as text, with its source (`components/known.html`)."""

    key: str
    name: str
    value: str
    source: str
    kind: str
    is_code: bool
    is_user_text: bool
    lang: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A question as a field (`components/field.html`)."""

    key: str
    label: str
    control: str
    value: str
    hint: str
    error: str | Promise
    options: tuple[tuple[str, str], ...]
    required: bool
    width: str
    autocomplete: str
    inputmode: str
    is_user_text: bool
    register: str
    unchecked: bool
    is_opened: bool
    takes_note: bool
    note: str

    @property
    def note_name(self) -> str:
        return f"note-{self.key}"

    @property
    def help_id(self) -> str:
        """The sentence above the field that belongs to it as well."""
        return f"f-{self.key}-{'register' if self.register else 'unchecked'}"


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of the form: what is known first, then what is asked."""

    page: Page
    known: tuple[KnownView, ...]
    fields: tuple[FieldView, ...]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """For the summary above the form (`components/error_summary.html`)."""
        return [{"name": one.key, "message": one.error} for one in self.fields if one.error]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows again after it did not pass: the sentences, and the words as typed."""

    errors: Mapping[str, str | Promise] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    opened: Collection[str] = ()


def answer_groups(sheet: Sheet) -> list[dict[str, object]]:
    """The form part by part: what was answered, and what is still open."""
    still_open = {question.key for question in sheet.open_questions}
    return [_group(sheet, page, still_open) for page in sheet.pages]


def _group(sheet: Sheet, page: Page, still_open: set[str]) -> dict[str, object]:
    questions = sheet.questions(page)
    return {
        "page": page,
        "open": [question for question in questions if question.key in still_open],
        "known": [
            known_in(sheet, question)
            for question in questions
            if question.key not in still_open and "value" in sheet.entry(question.key)
        ],
    }


def known_in(sheet: Sheet, question: Question) -> KnownView:
    """A given answer; in a draft its writer reads in full what they typed, to find a slip."""
    entry = sheet.entry(question.key)
    view = known_view(question, entry)
    if not (sheet.is_by_reader and sheet.application.is_draft) or is_from_register(entry):
        return view
    if not is_sealed_text(entry["value"]):
        return view
    words = plain(entry["value"], sheet.application.pk, question.key)
    return replace(view, value=in_words(question, words))


def page_view(sheet: Sheet, page: Page, again: Shown) -> PageView:
    """The page as it stands; `again` says what to show once more and which values are opened."""
    known, fields = [], []
    for question in sheet.questions(page):
        entry = sheet.entry(question.key)
        if _stands_as_text(entry) and question.key not in again.opened and "raw" not in entry:
            known.append(known_in(sheet, question))
        else:
            fields.append(_field(sheet, question, entry, again))
    return PageView(page, tuple(known), tuple(fields))


def known_view(question: Question, entry: Entry) -> KnownView:
    """A given answer as text with its source."""
    value = entry["value"]
    words = in_words(question, value)
    from_register = is_from_register(entry)
    return KnownView(
        key=question.key,
        name=str(question.title),
        value=words,
        source=source_words(entry),
        kind=_mark(entry),
        is_code=is_sealed_text(value),
        is_user_text=not from_register and not question.options,
        lang=language_of(words),
    )


def source_words(entry: Entry) -> str:
    """Where a value is from, in words: authority and day, or the applicant."""
    if entry.get("edited"):
        told = local(entry["register"]["authority"])
        return _("You say so; %(register)s says otherwise") % {"register": told}
    if not is_from_register(entry):
        if entry.get("checked") is False:
            return _("You told us; to be checked later")
        return _("You told us")
    day = parse_datetime(entry.get("as_of") or "")
    when = date_format(localtime(day), _("j M Y")) if day else ""
    return " · ".join(part for part in (local(entry["authority"]), when) if part)


def _mark(entry: Entry) -> str:
    if entry.get("edited") or entry.get("checked") is False:
        return "doubt"
    if not is_from_register(entry):
        return "you"
    return "licence" if entry.get("source") == "licences" else ""


def _stands_as_text(entry: Entry) -> bool:
    """Values of registers, and sealed ones: those are never put back into a field."""
    return is_from_register(entry) or is_sealed_text(entry.get("value"))


def _field(sheet: Sheet, question: Question, entry: Entry, again: Shown) -> FieldView:
    return field_view(
        question,
        value=again.texts.get(
            question.key, typed(question, entry, sheet.application.pk) or _offered(sheet, question)
        ),
        error=again.errors.get(question.key, ""),
        register=_register_words(question, entry),
        unchecked=entry.get("checked") is False,
        is_opened=_stands_as_text(entry),
        takes_note=is_from_register(entry) or "register" in entry,
        note=again.notes.get(question.key, entry.get("note", "")),
    )


def _offered(sheet: Sheet, question: Question) -> str:
    """For an address to send to: the one already known, to be sent or changed."""
    entry = sheet.entry(question.key)
    if question.element != SENT_TO or "value" in entry or "raw" in entry:
        return ""
    known = {
        one.element: str(sheet.facts[one.key])
        for one in sheet.definition.questions()
        if one.element in KNOWN_ADDRESSES and one.key in sheet.applying and one.key in sheet.facts
    }
    return next((known[one] for one in KNOWN_ADDRESSES if one in known), "")


def field_view(
    question: Question,
    *,
    value: str,
    error: str | Promise = "",
    register: str = "",
    unchecked: bool = False,
    is_opened: bool = False,
    takes_note: bool = False,
    note: str = "",
) -> FieldView:
    kind = kinds.get(question.kind)()
    return FieldView(
        key=question.key,
        label=str(question.title),
        control="text" if kind.control == "date" and not _is_day(value) else kind.control,
        value=value[:FIELD_LIMIT],
        hint=_hint(question),
        error=error,
        options=_options(question),
        required=question.required,
        width=kind.width,
        autocomplete=kind.autocomplete,
        inputmode=kind.inputmode,
        is_user_text=not question.options,
        register=register,
        unchecked=unchecked,
        is_opened=is_opened,
        takes_note=takes_note,
        note=note,
    )


def _is_day(value: str) -> bool:
    """Whether a date field can show it; other words would vanish in one."""
    return not value or bool(DAY.fullmatch(value))


def _hint(question: Question) -> str:
    """How to answer, and why it has to be asked where a register might know."""
    hint, reason = str(question.hint or ""), str(question.reason or "")
    if not (hint and reason) or hint.endswith(tuple(".。!！?？")):
        return f"{hint} {reason}".strip()
    return _("%(hint)s. %(reason)s") % {"hint": hint, "reason": reason}


def _options(question: Question) -> tuple[tuple[str, str], ...]:
    if question.kind == "yes_no":
        return (("yes", _("Yes")), ("no", _("No")))
    return tuple((option.value, str(option.label)) for option in question.options)


def _register_words(question: Question, entry: Entry) -> str:
    """What the register says, beside a field in which the applicant says otherwise."""
    if is_from_register(entry):
        return in_words(question, entry["value"])
    if "register_value" in entry:
        return in_words(question, entry["register_value"])
    return ""
