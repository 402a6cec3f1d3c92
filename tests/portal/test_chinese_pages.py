"""A walk through every Chinese page: how its lines are set, whoever reads them."""

import io
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from audit.kernel.sentences import in_a_row
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.identity import sign_in
from tests.factories.rules import put_rules_of_the_file
from tests.portal.canary_reading import kind_of, links_of

pytestmark = pytest.mark.django_db

IN_LINE = {
    *("a", "abbr", "b", "bdi", "button", "cite", "code", "em", "i", "input", "kbd", "label"),
    *("mark", "q", "s", "small", "span", "strong", "sub", "sup", "svg", "time", "u", "use"),
}
UNREAD = {"script", "style", "textarea", "pre", "code"}
READ_OUT = ("aria-label", "aria-description", "alt", "title", "placeholder", "data-th")
"""What people who cannot see a page are read, and what stands in empty fields."""
HAN = "[\u3400-\u9fff]"
SET_APART = re.compile(r"[：，。；] (?=\S)")
HALF_WIDE = re.compile(rf"{HAN}[,;:!?]|[,;!?] ?{HAN}")
"""A mark of another script beside a Chinese sign."""
NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
BLANK = re.compile(
    rf"{HAN} {NUMBER}(?![0-9A-Za-z:.,-])|(?<![0-9A-Za-z.,-]){NUMBER}%? {HAN}|[0-9] [kMG]?B\b"
)
"""A blank at a number. Times of the day and codes, such as R14, are none."""
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
PROGRAMS_DAY = re.compile(r"(?<![0-9])20[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])")
"""A day as programs write it; people read 2026年11月22日."""
FOR_THE_HAND = re.compile(r"比如[：\s]*$")  # what somebody is to type is shown as it is typed
MARK_OF_PAGE = re.compile(r"查看号")  # what is read off a print is one figure after another
FROM_DJANGO = re.compile(r"\(显示全部\)|条结果|^排序优先级")
DJANGOS_OWN = "paginator"


PAGES = 60  # that one reader sees
A_KIND = 3  # of them of one kind
AWAY = re.compile(r"^/(static|admin/(sign-out|jsi18n)|sign-out|preferences|account)|/sign-in/")


class Lines(HTMLParser):
    """The lines people read on a page, or are read: text up to the next element that begins a
    line, and what attributes say. `single`: each piece for itself, since between two pieces stands
    a blank that nobody typed. What people wrote, and Django's own words, are left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.told: list[str] = []
        self.single: list[str] = []
        self.not_ours: list[str] = []
        self.unread = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unread += tag in UNREAD
        said = dict(attrs)
        is_not_ours = "data-user-text" in said or said.get("class") == DJANGOS_OWN
        if (self.not_ours[:1] == [tag] or is_not_ours) and tag not in VOID:
            self.not_ours.append(tag)
        told = [said.get(name) for name in READ_OUT]
        if tag == "template":  # the sentences of the script
            told = list(said.values())
        self.told += [one for one in told if one]
        if tag not in IN_LINE:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD
        if self.not_ours[:1] == [tag]:
            self.not_ours.pop()
        if tag not in IN_LINE:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unread and not self.not_ours:
            text = re.sub(r"\s+", " ", data)
            self.said.append(text)
            self.single.append(text.strip())

    def __iter__(self) -> Iterator[str]:
        lines = [*"".join(self.said).split("\n"), *self.told]
        return (re.sub(" +", " ", line).strip() for line in lines)


def is_a_programs_day(line: str, at: int) -> bool:
    return not MARK_OF_PAGE.search(line) and not FOR_THE_HAND.search(line[:at])


def oddly_set(page: str) -> Iterator[str]:
    lines = Lines(page)
    for piece in (*lines.single, *lines.told):
        if BLANK.search(piece) and not (MARK_OF_PAGE.search(piece) or FROM_DJANGO.search(piece)):
            yield piece
    for line in lines:
        is_odd = SET_APART.search(line) or HALF_WIDE.search(line)
        if is_odd and not FROM_DJANGO.search(line):
            yield line
        for day in PROGRAMS_DAY.finditer(line):
            if is_a_programs_day(line, day.start()):
                yield line


STARTS = {
    "staff": ["/admin/", "/admin/desk/", "/admin/trail/", "/admin/reports/"],
    "citizen": ["/my/", "/my/access/", "/my/records/", "/my/messages/", "/"],
    "": ["/", "/track/", "/trust/", "/open/", "/my/", "/admin/"],
}


@pytest.fixture
def readers(tmp_path: Path, settings) -> list[Account | None]:
    """Nobody signed in, and everybody of the sample."""
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    put_rules_of_the_file()
    call_command("load_sample", stdout=io.StringIO())
    close_gate()
    accounts = Account.objects.exclude(kind="service").order_by("created_at")
    return [None, *accounts[:18]]


def walk(client: Client, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Every page that can be reached by links, a few of each kind."""
    waiting, seen, kinds = deque(starts), set(starts), Counter[str]()
    while waiting and kinds.total() < PAGES:
        address = waiting.popleft()
        if kinds[kind_of(address)] == A_KIND:
            continue
        kinds[kind_of(address)] += 1
        response = client.get(address)
        text = page_in(response)
        yield address, text
        links = [one for one in links_of(response, text) if one.startswith("/")]
        new = [one for one in links if one not in seen and not AWAY.search(one)]
        seen.update(new)
        waiting.extend(dict.fromkeys(new))


def page_in(response: HttpResponse) -> str:
    """The page of an answer; nothing for a file, which nobody reads line by line."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    return response.content.decode() if is_page and not response.streaming else ""


def test_every_line_of_every_page_is_set_as_chinese_is(readers):
    odd: dict[str, set[str]] = defaultdict(set)
    pages = 0
    for account in readers:
        client = Client()
        if account is not None:
            sign_in(client, account)
        for address, page in walk(client, STARTS[account.kind if account else ""]):
            if "<html" in page:
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
    page = "<p>办件： <b>YB-1</b></p><p>到2026-11-22 </p><p>一。</p> <p>二。<br> 三</p>"

    assert list(oddly_set(page)) == ["办件： YB-1", "到2026-11-22"]


@pytest.mark.parametrize(
    "page",
    [
        '<a>有误<span class="vh">: 姓名</span></a>',
        '<a>撤回<span class="vh">：改名, 草稿</span></a>',
        '<img alt="附件, 一份">',
        '<button aria-label="电话 12345">x</button>',
        '<input placeholder="最多 10 个字">',
        '<template id="words" data-idle="还有 2 分钟"></template>',
        "<p>不超过10 MB。</p>",
        "<p>打 12345</p>",
        "<p>没有晚的 98.5% 以上</p>",
    ],
)
def test_what_only_some_are_told_is_read_as_well(page):
    assert set(oddly_set(page)) != set()


@pytest.mark.parametrize(
    "page",
    [
        "<p>2026年11月22日 14:03</p>",
        "<p>R14 禁止新建，设备430ED4</p>",
        "<p>养老 <span>8</span></p>",
        "<p data-user-text>本人说: 打 12345 <b>了</b></p><textarea data-user-text>a, 王</textarea>",
        "<p>2026-11-22 23:33 · 查看号 398</p>",
    ],
)
def test_times_codes_what_stands_apart_and_what_people_wrote_are_left_as_they_are(page):
    assert list(oddly_set(page)) == []
