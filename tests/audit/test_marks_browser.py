"""The hidden mark in a real browser, over the shell of the staff: kept, found, not seen."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from PIL import Image
from playwright.sync_api import Browser, Page

from audit.marks.drawing import DEPTH, draw_mark
from audit.marks.reading import read_mark
from portal.desk.page_marks import PageMark

STYLES = (settings.BASE_DIR / "static" / "css" / "portal.css").read_bytes()
AT = "http://portal.test"
MARK = "/admin/desk/mark.svg"
POLICY = "default-src 'none'; img-src 'self'; style-src 'self'"
BLANK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">'
    '<rect width="100%" height="100%"/></svg>'
)
CASE = """
<div class="panes panes--2"><section class="pane"><div class="pane__head"><h2>申请内容</h2>
<span class="tag tag--info">在办</span></div><div class="pane__body stack">
<div class="known"><span class="known__name">企业名称</span>
<span class="known__value">广安清溪纸业有限公司</span></div>
<p><button class="btn">批准</button> <a class="btn btn--line" href="/x/">请申请人补</a></p>
<ol class="thread"><li><h3>交件</h3></li><li class="is-now"><h3>领件</h3></li></ol></div></section>
<aside class="alarm"><h2>红线：现在不能批准</h2><p>这条规则谁也不能放行。</p></aside></div>
"""
WORDS = "<p>居民身份号码 511602199005171234，手机 13800138000，户籍地址清溪镇。</p>"


class Staged:
    """A page of the back office about somebody, with its stylesheet and its mark."""

    def __init__(self, number: int, content: str = CASE) -> None:
        self.number = number
        mark = PageMark(
            officer="XZSP-0101",
            department="区行政审批局",
            at=datetime(2026, 11, 22, 10, 32, tzinfo=UTC),
            number=number,
            picture=MARK,
        )
        source = '{% extends "portal/base_staff.html" %}{% block content %}'
        request = RequestFactory().get("/admin/desk/")
        page = engines["django"].from_string(source + content + "{% endblock %}")
        words = {"title": "企业投资项目备案", "page_mark": mark, "posting": "XZSP-0101"}
        self.page = page.render(words, request)

    def answer(self, route: Any) -> None:
        path = route.request.url.removeprefix(AT)
        if path.endswith(".css") and "portal" in path:
            route.fulfill(body=STYLES, content_type="text/css")
        elif path == MARK:
            route.fulfill(body=draw_mark(self.number), content_type="image/svg+xml")
        elif path == "/blank.svg":
            route.fulfill(body=BLANK, content_type="image/svg+xml")
        elif path == "/":
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.page, content_type="text/html", headers=headers)
        else:
            route.fulfill(status=404, body="")


@pytest.fixture
def open_at(browser: Browser):
    contexts = []

    def open_one(stage: Staged, **how: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **how}
        )
        contexts.append(context)
        page = context.new_page()
        page.route(f"{AT}/**", stage.answer)
        page.goto(AT + "/", wait_until="networkidle")
        return page

    yield open_one
    for context in contexts:
        context.close()


def shot(page: Page) -> Image.Image:
    """The page as it stands, painted: taken while the browser still paints, a picture is torn."""
    page.evaluate(
        """async () => {
            await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def jpeg(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def half(picture: Image.Image) -> Image.Image:
    size = (picture.width // 2, picture.height // 2)
    return picture.resize(size, Image.Resampling.LANCZOS)


@pytest.mark.parametrize(
    "how",
    [{}, {"color_scheme": "dark"}, {"device_scale_factor": 2}, {"forced_colors": "active"}],
    ids=["light", "dark", "fine screen", "the system's own colours"],
)
def test_a_screenshot_names_its_view_also_half_as_large_and_as_jpeg(open_at, how):
    stage = Staged(123_456)
    screen = shot(open_at(stage, **how))

    assert read_mark(png(screen)) == stage.number
    assert read_mark(jpeg(half(screen), 70)) == stage.number


def test_a_page_full_of_text_hides_nothing(open_at):
    stage = Staged(987_654_321_012, WORDS * 60)
    page = open_at(stage)
    page.evaluate("scrollTo(0, 613)")
    screen = shot(page)

    assert read_mark(jpeg(screen, 75)) == stage.number
    assert read_mark(jpeg(half(screen), 70)) == stage.number


def test_a_piece_cut_out_and_a_phone_are_enough(open_at):
    stage = Staged(123_456)
    piece = shot(open_at(stage)).crop((300, 201, 800, 601))
    phone = shot(open_at(stage, viewport={"width": 390, "height": 844}))

    assert read_mark(png(piece)) == stage.number
    assert read_mark(png(phone)) == stage.number


def test_without_the_mark_the_same_page_names_nobody(open_at):
    page = open_at(Staged(123_456))
    page.evaluate("document.querySelector('.view-mark').remove()")
    screen = shot(page)

    assert read_mark(png(screen)) is None
    assert read_mark(jpeg(half(screen), 70)) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mark_changes_blue_by_a_breath_and_nothing_else(open_at, scheme):
    page = open_at(Staged(123_456), color_scheme=scheme)
    marked = np.asarray(shot(page)).astype(int)
    page.evaluate("document.querySelector('.view-mark').src = '/blank.svg'")
    plain = np.asarray(shot(page)).astype(int)

    change = np.abs(marked - plain)
    assert change[..., :2].max() == 0
    assert change[..., 2].max() <= DEPTH
    assert 0.3 < (change[..., 2] > 0).mean() < 0.7


def test_it_is_in_nobodys_way(open_at):
    page = open_at(Staged(123_456))

    box = page.locator(".view-mark").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1280, 800)
    hit = page.evaluate("document.elementFromPoint(640, 400).className")
    assert "mark" not in hit
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert (
        Axe().run(page, options={"runOnly": ["color-contrast", "image-alt"]}).response["violations"]
        == []
    )


def test_on_paper_the_line_to_read_is_there_and_the_picture_is_not(open_at):
    page = open_at(Staged(123_456))
    page.emulate_media(media="print")

    assert page.locator(".page-mark").is_visible()
    assert not page.locator(".view-mark").is_visible()


def lab(dots: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of sRGB dots under D65 (IEC 61966-2-1, ISO 11664-4)."""
    part = dots / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = linear @ to_xyz.T / [0.95047, 1.0, 1.08883]
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def difference(plain: Image.Image, marked: Image.Image) -> float:
    """ΔE*ab (ISO 11664-4) between lit and unlit ground, in the mean over the dots that changed.
    Here both grounds are grey, where it and ΔE2000 hardly differ."""
    before, after = np.asarray(plain), np.asarray(marked)
    changed = (before != after).any(-1)
    return float(np.linalg.norm(lab(before[changed]) - lab(after[changed]), axis=-1).mean())


def in_high_contrast(page: Page) -> Page:
    page.evaluate("document.documentElement.dataset.contrast = 'more'")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_high_contrast_it_is_fainter_than_an_eye_tells_and_a_screenshot_still_names_it(
    open_at, scheme
):
    stage = Staged(123_456)
    page = in_high_contrast(open_at(stage, color_scheme=scheme))
    screen = shot(page)
    page.evaluate("document.querySelector('.view-mark').remove()")
    plain = shot(page)

    assert 0.5 < difference(plain, screen) < 1
    assert read_mark(png(screen)) == stage.number
    assert read_mark(png(half(screen))) == stage.number
    assert read_mark(jpeg(screen, 90)) == stage.number
    assert read_mark(jpeg(half(screen), 70)) is None  # lost, and no wrong one in its place


def test_what_is_coloured_outvotes_no_faint_mark(open_at, settings):
    """With this key and number one coloured place stands against three cells of one bit."""
    settings.SECRET_KEY = "0.31245036934290693"
    page = in_high_contrast(open_at(Staged(5_315_022), color_scheme="dark"))

    assert read_mark(png(shot(page))) == 5_315_022
