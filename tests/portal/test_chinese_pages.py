"""A walk through every Chinese page: how its lines are set, whoever reads them."""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from audit.kernel.sentences import in_a_row
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.identity import sign_in
from tests.portal.test_canaries import STARTS, kind_of, walk

pytestmark = pytest.mark.django_db

IN_LINE = {
    *("a", "abbr", "b", "bdi", "button", "cite", "code", "em", "i", "input", "kbd", "label"),
    *("mark", "q", "s", "small", "span", "strong", "sub", "sup", "svg", "time", "u", "use"),
}
UNREAD = {"script", "style", "textarea", "pre"}
SET_APART = re.compile(r"[：，。；] (?=\S)")
PROGRAMS_DAY = re.compile(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b")
"""A day as programs write it; people read 2026年11月22日."""
FOR_THE_HAND = re.compile(r"比如[：\s]*$")  # what somebody is to type is shown as it is typed
MARK_OF_PAGE = re.compile(r"查看号")  # what is read off a print is one figure after another
FROM_DJANGO = "(显示全部)"


class Lines(HTMLParser):
    """The lines people read on a page: text up to the next element that begins a line."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.unread = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in UNREAD
        if tag not in IN_LINE:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD
        if tag not in IN_LINE:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.said.append(re.sub(r"\s+", " ", data))

    def __iter__(self) -> Iterator[str]:
        return (re.sub(" +", " ", line).strip() for line in "".join(self.said).split("\n"))


def is_a_programs_day(line: str, at: int) -> bool:
    return not MARK_OF_PAGE.search(line) and not FOR_THE_HAND.search(line[:at])


def oddly_set(page: str) -> Iterator[str]:
    for line in Lines(page):
        if SET_APART.search(line) and FROM_DJANGO not in line:
            yield line
        for day in PROGRAMS_DAY.finditer(line):
            if is_a_programs_day(line, day.start()):
                yield line


@pytest.fixture
def readers(tmp_path: Path, settings) -> list[Account | None]:
    """Nobody signed in, and everybody of the sample."""
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    call_command("load_sample", stdout=io.StringIO())
    close_gate()
    accounts = Account.objects.exclude(kind="service").order_by("created_at")
    return [None, *accounts[:18]]


def test_nothing_stands_after_a_full_mark_and_days_are_written_for_people(readers):
    odd: dict[str, set[str]] = defaultdict(set)
    pages = 0
    for account in readers:
        client = Client()
        if account is not None:
            sign_in(client, account)
        for address, page in walk(client, STARTS[account.kind if account else ""]):
            if page is not None and "<html" in page:
                pages += 1
                for line in oddly_set(page):
                    odd[kind_of(address)].add(line)

    assert dict(odd) == {}
    assert pages > 300


def test_sentences_in_a_row_are_set_as_their_language_does():
    with translation.override("zh-hans"):
        assert in_a_row("没有成功。", "", "请再试一次。") == "没有成功。请再试一次。"
    with translation.override("en"):
        assert in_a_row("It did not work.", "", "Try again.") == "It did not work. Try again."


def test_a_line_is_read_as_it_is_seen():
    page = "<p>办件： <b>YB-1</b></p><p>到 2026-11-22 </p><p>一。</p> <p>二。<br> 三</p>"

    assert list(oddly_set(page)) == ["办件： YB-1", "到 2026-11-22"]
