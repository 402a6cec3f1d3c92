"""The one script in a real browser, under the real content policy; the test plays the server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from mimetypes import guess_type
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
SITE = "http://portal.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'"
)
FORM = """<form method="post" action="/draft/" data-autosave><label for="a">A</label>
<input id="a" name="a" data-key="/"><button class="btn" type="submit">Send</button></form>
<a href="/next/" data-key="n">Next</a>"""


@dataclass
class Site:
    """What the browser sees, and what it sent."""

    body: str = FORM
    context: dict[str, Any] = field(default_factory=dict)
    layout: str = "portal/base.html"
    status: int = 200
    answer: str = "{}"
    posts: list[tuple[str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    gone_to: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def html(self) -> str:
        source = f'{{% extends "{self.layout}" %}}{{% block content %}}{self.body}{{% endblock %}}'
        request = RequestFactory().get("/page/")
        return engines["django"].from_string(source).render(self.context, request)

    def respond(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(SITE)
        if request.method == "POST":
            self.posts.append((path, parse_qs(request.post_data or ""), request.headers))
            route.fulfill(status=self.status, body=self.answer, content_type="application/json")
        elif path.startswith("/static/"):
            file = settings.BASE_DIR / path.lstrip("/")
            kind = "text/javascript" if file.suffix == ".js" else guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            self.gone_to.append(path)
            headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html"}
            route.fulfill(body=self.html(), headers=headers)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of the site; `script=False` switches scripts off."""
    contexts = []

    def open_page(site: Site, *, script: bool = True) -> Page:
        context = browser.new_context(java_script_enabled=script, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", site.respond)
        page.on("console", lambda line: site.complaints.append(line.text))
        page.on("pageerror", lambda error: site.complaints.append(str(error)))
        if script:
            page.clock.install(time=MORNING)
            page.clock.pause_at(MORNING + timedelta(hours=1))  # from here only tests move it
        page.goto(f"{SITE}/page/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_the_page_runs_under_the_content_policy(visit: Callable[..., Page]) -> None:
    site = Site()
    visit(site)
    assert site.complaints == []


def test_a_tool_changes_the_page_at_once_and_is_remembered(visit: Callable[..., Page]) -> None:
    site = Site()
    page = visit(site)
    tool = page.get_by_role("banner").get_by_role("button", name="深色")
    tool.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(tool).to_have_attribute("aria-pressed", "true")
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert kept == {"ui_theme": "dark"}
    tool.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert site.posts == []


def test_without_script_a_tool_is_a_form(visit: Callable[..., Page]) -> None:
    site = Site()
    page = visit(site, script=False)
    page.get_by_role("banner").get_by_role("button", name="大字").click()
    path, sent, _headers = site.posts[0]
    assert (path, sent) == ("/preferences/", {"next": ["/page/"], "size": ["large"]})


def test_a_draft_saves_itself_when_typing_pauses(visit: Callable[..., Page]) -> None:
    site = Site()
    page = visit(site)
    page.get_by_label("A").fill("柳浪小面")
    page.clock.run_for(1400)
    expect(page.locator("[data-autosave-line]")).to_have_text("")
    page.clock.run_for(200)
    expect(page.locator("[data-autosave-line]")).to_contain_text("已存好")
    path, _sent, headers = site.posts[0]
    assert path == "/draft/"
    assert headers["x-autosave"] == "1"
    page.clock.run_for(60_000)
    assert len(site.posts) == 1


def test_a_draft_that_was_not_saved_says_so(visit: Callable[..., Page]) -> None:
    site = Site(status=409, answer='{"message": "这件事已经交出去了。"}')
    page = visit(site)
    page.get_by_label("A").fill("x")
    page.clock.run_for(1600)
    expect(page.get_by_role("status")).to_have_text("这件事已经交出去了。")
    site.status, site.answer = 500, "<h1>"
    page.get_by_label("A").fill("y")
    page.clock.run_for(1600)
    expect(page.get_by_role("status")).to_have_text("没存上。您填的都在。")


def test_leaving_the_page_saves_what_was_just_typed(visit: Callable[..., Page]) -> None:
    site = Site()
    page = visit(site)
    page.get_by_label("A").fill("x")
    with page.expect_request(f"{SITE}/draft/"):
        page.evaluate(
            """() => {
              Object.defineProperty(document, "visibilityState", { value: "hidden" });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )


def test_pressing_twice_sends_once(visit: Callable[..., Page]) -> None:
    site = Site(status=204)
    page = visit(site)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator("main button")).to_have_attribute("aria-disabled", "true")
    assert len(site.posts) == 1
    page.clock.run_for(10_500)
    expect(page.get_by_role("button", name="Send")).not_to_have_attribute("aria-disabled", "true")


def test_another_button_of_a_form_on_its_way_sends_nothing_either(
    visit: Callable[..., Page],
) -> None:
    buttons = '<button name="do" value="1">One</button><button name="do" value="2">Two</button>'
    site = Site(body=f'<form method="post" action="/act/">{buttons}</form>', status=204)
    page = visit(site)
    page.get_by_role("button", name="One").click()
    page.get_by_role("button", name="Two").click()
    assert [sent for _path, sent, _headers in site.posts] == [{"do": ["1"]}]


def test_a_key_presses_what_stands_on_the_page(visit: Callable[..., Page]) -> None:
    site = Site()
    page = visit(site)
    page.keyboard.press("/")
    expect(page.get_by_label("A")).to_be_focused()
    page.keyboard.press("n")
    expect(page.get_by_label("A")).to_have_value("n")
    page.get_by_label("A").blur()
    page.keyboard.press("n")
    page.wait_for_url("**/next/")


def test_keys_can_be_switched_off(visit: Callable[..., Page]) -> None:
    site = Site(layout="portal/base_staff.html")
    site.body = f'{FORM}<button type="button" data-keys hidden></button>'
    page = visit(site)
    switch = page.locator("[data-keys]")
    expect(switch).to_have_text("快捷键已开")
    switch.click()
    expect(switch).to_have_text("快捷键已关")
    page.keyboard.press("n")
    page.keyboard.press("/")
    expect(page.get_by_label("A")).not_to_be_focused()
    assert site.gone_to == ["/page/", "/face/511602000000.css"]


def test_a_locked_button_does_nothing(visit: Callable[..., Page]) -> None:
    body = '<form method="post" action="/grant/"><button aria-disabled="true">Grant</button></form>'
    site = Site(body=body)
    page = visit(site)
    page.get_by_role("button", name="Grant").click(force=True)
    assert site.posts == []


def test_the_summary_of_errors_takes_the_focus(visit: Callable[..., Page]) -> None:
    site = Site(context={"errors": [{"name": "a", "message": "请写店名"}]})
    site.body = '{% include "components/error_summary.html" %}' + FORM
    expect(visit(site).get_by_role("alert")).to_be_focused()


def test_two_minutes_before_the_end_we_ask_and_one_press_stays(
    visit: Callable[..., Page],
) -> None:
    site = Site(context={"idle_seconds": 900})
    page = visit(site)
    page.clock.run_for(779_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(2_000)
    stay = page.get_by_role("button", name="我还在")
    expect(stay).to_be_focused()
    with page.expect_request(f"{SITE}/preferences/"):
        stay.click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(779_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_after_the_end_we_say_that_nothing_typed_is_lost(visit: Callable[..., Page]) -> None:
    page = visit(Site(context={"idle_seconds": 900}))
    page.clock.run_for(905_000)
    expect(page.get_by_role("alertdialog")).to_contain_text("您已经退出登录。正在写的不会丢")
