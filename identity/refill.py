"""Puts what somebody had typed back into the form of a page that is ready to leave.

Forms are filled in where they stand, whichever view made them: nothing but values is changed, and
of these only what people type or choose. Hidden fields, files, passwords and buttons stay as the
page has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Values = Mapping[str, Sequence[str]]

LEFT_ALONE = {"hidden", "file", "password", "submit", "button", "image", "reset"}
CHOSEN = {"checkbox", "radio"}


@dataclass(slots=True)
class _Edit:
    """What stands in a page from `start` to `end` gives way to `text`."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Open:
    """The element the reading is inside of, where it matters."""

    form: int | None = None  # where a form that is filled in begins
    select: str = ""
    textarea: str = ""
    text_from: int = 0


@dataclass(slots=True)
class _Found:
    edits: list[_Edit] = field(default_factory=list)
    top: int | None = None  # where the page's own words begin
    form: int | None = None  # the first form that took something
    taken: set[str] = field(default_factory=set)


def refill(page: str, *, address: str, to: str, values: Values) -> "Refilled":
    """The page, which lies at the path `address`, with `values` in its forms that post to `to`."""
    reading = _Reading(page, address, to, values)
    reading.feed(page)
    reading.close()
    return Refilled(page, reading.found)


class Refilled:
    """A page filled in, and the place a note about it belongs."""

    def __init__(self, page: str, found: _Found) -> None:
        self._page, self._found = page, found
        self.taken = frozenset(found.taken)

    def with_note(self, note: str) -> str:
        """The page with the note above what was filled in; at the top where nothing was."""
        place = self._found.form if self.taken else self._found.top
        edits = list(self._found.edits)
        if place is not None:
            edits.append(_Edit(place, place, note))
        text = self._page
        for edit in sorted(edits, key=lambda one: one.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text


class _Reading(HTMLParser):
    def __init__(self, page: str, address: str, to: str, values: Values) -> None:
        super().__init__(convert_charrefs=False)
        self.address, self.to, self.values = address, to, values
        self.found, self.open = _Found(), _Open()
        self.lines = [0]
        for line in page.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.is_after_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._note_top(tag, said)
        if tag == "form":
            self.open = _Open(form=self._end() if self._is_wanted(said) else None)
        elif self.open.form is not None:
            self._field(tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = _Open()
        elif tag == "select":
            self.open.select = ""
        elif tag == "textarea" and self.open.textarea:
            words = self.values[self.open.textarea][0]
            text = "\n" + escape(words)
            self._take(self.open.textarea, self.open.text_from, self._start(), text)
            self.open.textarea = ""

    def _is_wanted(self, said: Mapping[str, str | None]) -> bool:
        path = urlsplit(said.get("action") or "").path or self.address
        return (said.get("method") or "").lower() == "post" and path == self.to

    def _field(self, tag: str, said: dict[str, str | None]) -> None:
        name = self.open.select if tag == "option" else said.get("name") or ""
        if tag == "option" and name:
            self._choose(tag, name, said, "selected")
        elif name not in self.values:
            return
        elif tag == "select":
            self.open.select = name
        elif tag == "textarea":
            self.open.textarea, self.open.text_from = name, self._end()
        elif tag == "input":
            self._input(name, said)

    def _input(self, name: str, said: dict[str, str | None]) -> None:
        kind = (said.get("type") or "text").lower()
        if kind in CHOSEN:
            self._choose("input", name, said, "checked")
        elif kind not in LEFT_ALONE:
            tag = _tag("input", {**said, "value": self.values[name][0]})
            self._take(name, self._start(), self._end(), tag)

    def _choose(self, tag: str, name: str, said: dict[str, str | None], mark: str) -> None:
        is_on = said.get("value", "on" if tag == "input" else "") in self.values[name]
        rest = {key: value for key, value in said.items() if key != mark}
        text = _tag(tag, {**rest, mark: None} if is_on else rest)
        self._take(name, self._start(), self._end(), text)

    def _take(self, name: str, start: int, end: int, text: str) -> None:
        self.found.edits.append(_Edit(start, end, text))
        self.found.taken.add(name)
        if self.found.form is None:
            self.found.form = self.open.form

    def _note_top(self, tag: str, said: Mapping[str, str | None]) -> None:
        is_wrap = tag == "div" and "wrap" in (said.get("class") or "").split()
        if tag == "main" or (self.is_after_main and is_wrap):
            self.found.top = self._end()
        self.is_after_main = tag == "main"

    def _start(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def _end(self) -> int:
        return self._start() + len(self.get_starttag_text() or "")


def _tag(name: str, said: Mapping[str, str | None]) -> str:
    rest = "".join(
        f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in said.items()
    )
    return f"<{name}{rest}>"
