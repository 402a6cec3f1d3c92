"""The stylesheet in a real browser: narrow desktops, 400 % zoom, the system's own colours."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, Page

from identity.doors import CITIZENS_DOOR

STYLES = settings.BASE_DIR / "static" / "css" / "portal.css"
PARTS = """
<div class="hero"><div class="hero__in"><div class="hero__box">{% include "components/ask.html" %}
</div></div></div>
<div class="promise"><p>Until Friday</p><a class="btn" href="/x/">Begin</a></div>
<p><button class="btn" id="main-one">Send</button>
<a class="btn btn--line" id="other" href="/x/">Later</a></p>
<fieldset class="field"><div class="pick"><label id="chosen"><input type="radio" checked>Yes</label>
<label id="open"><input type="radio">No</label></div></fieldset>
<div class="known" id="register">Value</div><span class="tag" id="tag">New</span>
"""


def html(language: str, *, path: str = "/services/", signed_in: bool = False) -> str:
    source = '{% extends "portal/base.html" %}{% block content %}' + PARTS + "{% endblock %}"
    request = RequestFactory().get(path)
    if signed_in:
        request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    with translation.override(language):
        return engines["django"].from_string(source).render({}, request)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def show(page: Page, text: str, width: int, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(text)
    page.add_style_tag(path=STYLES)


def style(page: Page, selector: str, name: str, pseudo: str = "") -> Any:
    return page.eval_on_selector(
        selector, "(e, [n, p]) => getComputedStyle(e, p || null)[n]", [name, pseudo]
    )


def right_edge(page: Page, selector: str) -> float:
    edge: float = page.eval_on_selector(selector, "e => e.getBoundingClientRect().right")
    return edge


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("width", [320, 360, 961, 1000, 1024, 1100, 1217, 1280])
def test_no_page_is_wider_than_its_window(page, language, signed_in, width):
    show(page, html(language, signed_in=signed_in), width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert right_edge(page, ".tools") <= width


STATIONS = """
<div class="wrap"><div class="life"><ul class="life__list">{% for name in names %}<li>
<a href="/x/"><span class="life__knot"></span><span>{{ name }}</span><small>5 services, in order
</small></a></li>{% endfor %}</ul></div></div>
"""
NAMES = ["Getting medical costs refunded", "Marrying and moving in", "Starting school", "Retiring"]
LINES_OF_WORDS = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const lines = {};
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[A-Za-z]+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      lines[word[0]] = new Set([...range.getClientRects()].map((one) => one.top)).size;
    }
  }
  return lines;
}"""


@pytest.mark.parametrize("width", [320, 360, 390])
def test_no_word_of_a_life_event_breaks_in_the_middle(page, width):
    source = '{% extends "portal/base.html" %}{% block content %}' + STATIONS + "{% endblock %}"
    request = RequestFactory().get("/")
    with translation.override("en"):
        context = {"names": NAMES, "html_lang": "en"}
        show(page, engines["django"].from_string(source).render(context, request), width)

    lines = page.evaluate(LINES_OF_WORDS)

    assert set(" ".join(NAMES).split()) <= set(lines)
    assert {word for word, how_many in lines.items() if how_many != 1} == set()


def lines_of_head(page: Page, head: str) -> int:
    """How many lines what is seen of a head takes: what does not begin below the first thing's end
    stands beside it."""
    boxes = page.eval_on_selector_all(
        f"{head} :is(.brand, .tool, .btn, summary)",
        "found => found.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect())"
        ".map(r => [r.top, r.bottom])",
    )
    first_end = min(bottom for _top, bottom in boxes)
    assert len(boxes) > 1
    return 1 if all(top < first_end for top, _bottom in boxes) else 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("width", [320, 360, 390])
def test_the_head_of_a_phone_is_one_line(page, language, signed_in, width):
    show(page, html(language, signed_in=signed_in), width)

    assert lines_of_head(page, ".masthead") == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [320, 390])
def test_the_head_of_the_back_office_is_one_line_on_a_phone_and_its_menu_has_the_way_out(
    page, language, width
):
    request = RequestFactory().get("/admin/desk/")
    request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    menu = [{"title": "Cases", "entries": [{"label": "My desk", "url": "/admin/desk/"}]}]
    with translation.override(language):
        source = '{% extends "portal/base_staff.html" %}'
        context = {"staff_menu": menu, "html_lang": language[:2], "title": "My desk"}
        show(page, engines["django"].from_string(source).render(context, request), width)
    way_out = page.locator(".side a[href='/admin/sign-out/']")

    assert way_out.is_visible()  # without script the menu stands open
    page.locator(".side summary").click()
    assert lines_of_head(page, ".side") == 1
    assert not way_out.is_visible()
    assert right_edge(page, ".side .brand") <= page.locator(".side summary").bounding_box()["x"] + 1
    page.locator(".side summary").click()
    assert way_out.is_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_on_the_smallest_screen_nothing_is_cut_off_at_the_left_and_long_marks_break(page, language):
    show(page, html(language, signed_in=True), 320)
    page.eval_on_selector("#tag", "e => { e.textContent = 'Now with the superiors '.repeat(5) }")

    edges = page.eval_on_selector_all(
        ".masthead :is(a, button, svg), #tag",
        "found => found.map(e => e.getBoundingClientRect()).filter(r => r.width)"
        ".flatMap(r => [r.left, r.right])",
    )
    assert min(edges) >= 0
    assert max(edges) <= 320


def test_a_tool_that_has_no_room_above_stands_in_the_foot(page):
    show(page, html("en", signed_in=True), 1024)

    assert not page.locator(".masthead button[name=contrast]").is_visible()
    assert page.locator(".foot button[name=contrast]").is_visible()
    show(page, html("zh-hans", signed_in=True), 1024)
    assert page.locator(".masthead button[name=contrast]").is_visible()
    assert not page.locator(".foot button[name=contrast]").is_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_ask_box_fits_the_smallest_screen(page, language):
    show(page, html(language), 320)

    assert right_edge(page, ".ask .btn") <= 320
    assert page.locator(".ask input").bounding_box()["width"] >= 200


def test_at_400_percent_nothing_stands_in_front_of_the_text(page):
    show(page, html("zh-hans"), 320, 256)

    assert style(page, ".tabbar", "position") == "static"
    assert style(page, ".promise", "position") == "static"
    show(page, html("zh-hans"), 360, 780)
    assert style(page, ".tabbar", "position") == "fixed"
    assert style(page, ".promise", "position") == "sticky"


def test_with_the_systems_own_colours_every_state_is_still_seen(page):
    page.emulate_media(forced_colors="active")
    show(page, html("zh-hans"), 1280)

    assert style(page, ".nav a[aria-current]", "borderBottomWidth") == "4px"
    assert style(page, ".nav a:not([aria-current])", "borderBottomWidth") == "0px"
    assert style(page, "#chosen", "borderTopWidth") == "4px"
    assert style(page, "#open", "borderTopWidth") == "2px"
    assert style(page, "#tag", "borderTopWidth") == "1px"
    grounds = [style(page, name, "backgroundColor") for name in ("#main-one", "#other")]
    assert grounds[0] != grounds[1]
    assert style(page, "#register", "backgroundColor", "::before") == "rgb(0, 85, 67)"


def lines(page: Page, selector: str) -> int:
    """On how many lines the words of an element stand."""
    count: int = page.eval_on_selector(
        selector,
        "e => { const r = document.createRange(); r.selectNodeContents(e);"
        " return new Set([...r.getClientRects()].map(one => Math.round(one.bottom))).size; }",
    )
    return count


@pytest.mark.parametrize(("width", "size"), [(390, "large"), (320, "large"), (320, "")])
def test_a_number_stays_on_one_line_however_narrow_or_large(page, width, size):
    number = "<dd><b class='num'>YB-2026-7Q4K-2M9D</b></dd>"
    pairs = f"<dl class='pairs'><div><dt>办件编号</dt>{number}</div></dl>"
    show(page, f"<main class='wrap'><div class='ticket__body'>{pairs}</div></main>", width)
    page.evaluate("size => { document.documentElement.dataset.size = size; }", size)

    assert lines(page, "dd b") == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_rooms_of_the_menu_stand_on_one_line_each(page, width):
    name = "<svg class='icon'></svg><b>暂缓显示的查看</b><span class='count'>12</span>"
    room = f"<li><a href='/x/'>{name}</a></li>"
    group = f"<div><h2>监督</h2><ul>{room}</ul></div>"
    menu = f"<details class='side__fold' open><nav>{group}{group}</nav></details>"
    shell = f"<div class='shell'><header class='side'>{menu}</header><main></main></div>"
    show(page, f"<body class='staff'>{shell}</body>", width)

    assert lines(page, ".side li b") == 1


@pytest.mark.parametrize("is_verified", [True, False])
def test_what_is_said_of_an_address_is_not_squeezed(page, is_verified):
    request = RequestFactory().get("/account/email/")
    request.door = CITIZENS_DOOR  # type: ignore[attr-defined]
    address = EmailAddress(
        email="citizen1@sample.portal.example", primary=True, verified=is_verified
    )
    shown = {"emailaddress": address, "checked": True}
    context = {"emailaddresses": [address], "emailaddress_radios": [shown]}
    with translation.override("zh-hans"):
        text = engines["django"].get_template("account/email.html").render(context, request)
    show(page, text, 390)

    assert page.locator(".tag").inner_text() == ("首选" if is_verified else "还没确认")
    assert lines(page, ".tag") == 1
