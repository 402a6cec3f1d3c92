"""The line to read on a page about somebody: in sight on every screen, in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, Page

from portal.desk.page_marks import PageMark

STYLES = settings.BASE_DIR / "static" / "css" / "portal.css"
MARK = PageMark(
    officer="XZSP-0101",
    department="区行政审批局",
    at=datetime(2026, 11, 22, 10, 32, tzinfo=UTC),
    number=1_234_567,
    picture="/mark.svg",
)
ENTRY = {"url": "/admin/x/", "icon": "list", "label": "留痕"}
MENU = [{"title": "监督", "entries": [ENTRY] * 20}]
"""A menu higher than any screen here, as a supervisor has."""
SAYS = {"zh-hans": "11-22 18:32 · 查看号 1234567", "en": "11-22 18:32 · view 1234567"}
CONTENT = '<p><a id="deep" href="/x/">看</a></p>' + "<p>办件</p>" * 200


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def show(page: Page, width: int, height: int, language: str, **looks: str) -> None:
    before = '{% extends "portal/base_staff.html" %}{% block content %}'
    source = before + CONTENT + "{% endblock %}"
    words: dict[str, Any] = {
        "title": "办件",
        "page_mark": MARK,
        "posting": "XZSP-0101 · 区行政审批局",
        "staff_menu": MENU,
        "ui": looks,
    }
    with translation.override(language):
        text = engines["django"].from_string(source).render(words, RequestFactory().get("/admin/"))
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(text)
    page.add_style_tag(path=STYLES)
    if width <= 960:  # as the script does where the menu would be a long way
        page.eval_on_selector("[data-menu]", "menu => { menu.open = false; }")


def in_sight(page: Page) -> list[str]:
    """What can be read of the mark in the window: inside it, and nothing stands before it."""
    return page.evaluate(
        """() => [...document.querySelectorAll("p")].filter((line) => {
          if (!line.textContent.includes("1234567") || !line.checkVisibility()) return false;
          const { left, right, top, bottom } = line.getBoundingClientRect();
          if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return false;
          const hit = document.elementFromPoint(left + 40, (top + bottom) / 2);
          return line.contains(hit);
        }).map((line) => line.parentElement.matches("main") ? line.innerText
          : line.parentElement.innerText)"""
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", ["", "large"])
@pytest.mark.parametrize(
    ("width", "height"), [(1366, 768), (1280, 500), (768, 900), (390, 844), (320, 640), (320, 256)]
)
def test_who_looked_when_and_by_which_view_is_always_in_sight(page, language, size, width, height):
    show(page, width, height, language, size=size)

    for further in (0, 700, 100_000):
        page.evaluate(f"scrollTo(0, {further})")
        seen = " ".join(in_sight(page)[0].split())
        assert SAYS[language] in seen
        assert "XZSP-0101" in seen
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_it_is_one_line(page, language, width):
    show(page, width, 844, language)

    box = page.locator(".mark-strip").bounding_box()
    assert box is not None
    assert box["height"] < 36


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 256)])
def test_on_a_phone_it_stands_between_head_and_page_and_before_no_link_one_steps_to(
    page, width, height
):
    show(page, width, height, "zh-hans")
    strip, head = page.locator(".mark-strip"), page.locator("h1")
    line, heading = strip.bounding_box(), head.bounding_box()
    assert line is not None
    assert heading is not None
    assert line["y"] + line["height"] <= heading["y"]

    page.evaluate("scrollTo(0, 100000)")
    page.locator("#deep").evaluate("link => { link.scrollIntoView(); link.focus(); }")

    line, link = strip.bounding_box(), page.locator("#deep").bounding_box()
    assert line is not None
    assert link is not None
    assert line["y"] + line["height"] <= link["y"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("contrast", ["", "more"])
@pytest.mark.parametrize(("width", "line"), [(390, ".mark-strip"), (1366, ".side__foot")])
def test_it_can_be_read_in_every_look(page, scheme, contrast, width, line):
    page.emulate_media(color_scheme=scheme)
    show(page, width, 768, "zh-hans", contrast=contrast)

    assert contrast_of(page, line) >= 4.5


def contrast_of(page: Page, selector: str) -> float:
    """Contrast of text and ground (WCAG 2.2, 1.4.3); the ground may be the parent's."""
    ratio: float = page.eval_on_selector(
        selector,
        """(line) => {
          const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
          const ground = (node) => {
            const colour = getComputedStyle(node).backgroundColor;
            return parts(colour)[3] === 0 ? ground(node.parentElement) : colour;
          };
          const light = (colour) => parts(colour).slice(0, 3).map((one) => one / 255)
            .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
            .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
          const [less, more] = [getComputedStyle(line).color, ground(line)].map(light)
            .sort((a, b) => a - b);
          return (more + 0.05) / (less + 0.05);
        }""",
    )
    return ratio
