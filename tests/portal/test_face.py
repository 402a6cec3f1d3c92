"""How pages look: colours of a region, the stylesheet, the pages that must always work."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory

from catalog.models import Region
from portal.face.colours import NEEDS, contrast, hex_colour, linear_rgb, palette, too_weak
from portal.face.stylesheet import stylesheet
from portal.templatetags.portal_ui import percent

HUES = range(0, 360, 2)
CHROMAS = (0.5, 1.0, 1.4)
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.fixture
def guangan(db: None) -> Region:
    return Region.objects.create(
        code="511602000000", name="广安区", full_name="广安区", level=3, hue=172, chroma=1.0
    )


def test_every_face_a_region_can_choose_is_easy_to_read() -> None:
    assert [line for hue in HUES for chroma in CHROMAS for line in too_weak(hue, chroma)] == []


def test_the_worst_contrast_is_the_measured_one() -> None:
    def worst(text: str, ground: str, *, dark: bool) -> float:
        faces = [palette(hue, chroma, dark=dark) for hue in HUES for chroma in CHROMAS]
        return round(min(contrast(face[text], face[ground]) for face in faces), 1)

    assert worst("ink", "paper", dark=False) == 15.7
    assert worst("brand", "paper", dark=False) == 8.4
    assert worst("on", "brand", dark=True) == 10.6
    assert worst("edge", "surface", dark=True) == 4.2


def test_a_needed_ratio_that_is_not_met_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.face.colours.NEEDS", (*NEEDS, ("line", "paper", 3.0)))
    assert next(iter(too_weak(172, 1))).startswith("light, hue 172: line on paper 1.")


def test_a_colour_no_screen_can_show_loses_chroma_and_keeps_its_lightness() -> None:
    assert max(linear_rgb(0.6, 0.4, 145)) > 1 or min(linear_rgb(0.6, 0.4, 145)) < 0
    strong, weaker = hex_colour(0.6, 0.4, 145), hex_colour(0.6, 0.1, 145)
    assert strong != weaker
    assert abs(contrast(strong, "#ffffff") - contrast(weaker, "#ffffff")) < 0.35


def test_chroma_outside_its_range_is_brought_back() -> None:
    assert palette(172, 9.0) == palette(172, 1.4)
    assert palette(172, 0.0) == palette(172, 0.5)


def test_the_default_face_and_the_static_stylesheet_agree() -> None:
    css = (settings.BASE_DIR / "static/css/portal.css").read_text(encoding="utf-8")
    for dark in (False, True):
        for token, colour in palette(172, 1.0, dark=dark).items():
            assert re.search(rf"--c-{token}: {colour}(ff)?;", css), f"{token} is not {colour}"


def test_a_face_states_every_colour_the_static_stylesheet_uses() -> None:
    css = (settings.BASE_DIR / "static/css/portal.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--c-([a-z0-9-]+)\)", css))
    stated = set(re.findall(r"--c-([a-z0-9-]+):", stylesheet(172, 1.0)))
    assert used <= stated


@pytest.mark.urls("portal.face.urls")
def test_a_region_gets_its_own_face(client: Client, guangan: Region) -> None:
    Region.objects.filter(pk=guangan.pk).update(hue=45)
    answer = client.get("/face/511602000000.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content.decode() == stylesheet(45, 1.0)
    assert "max-age=86400" in answer["Cache-Control"]


@pytest.mark.urls("portal.face.urls")
def test_a_village_wears_the_face_of_its_district(client: Client, guangan: Region) -> None:
    Region.objects.create(code="510000000000", name="四川省", full_name="四川省", level=1, hue=20)
    assert client.get("/face/511602103201.css").content.decode() == stylesheet(172, 1.0)
    assert client.get("/face/519900000000.css").content.decode() == stylesheet(20, 1.0)


@pytest.mark.urls("portal.face.urls")
def test_a_face_that_did_not_change_is_not_sent_again(client: Client, guangan: Region) -> None:
    first = client.get("/face/511602000000.css")
    again = client.get("/face/511602000000.css", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Region.objects.filter(pk=guangan.pk).update(hue=45)
    changed = client.get("/face/511602000000.css", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.urls("portal.face.urls")
def test_a_division_nobody_knows_has_no_face(client: Client, db: None) -> None:
    assert client.get("/face/999999000000.css").status_code == 404


class _Inline(HTMLParser):
    """Finds what the content policy would refuse: style, handlers, script in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


# What people save is a file of its own, opened without this portal and its stylesheets.
PAGES = [path for path in TEMPLATES if not path.name.endswith("_file.html")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_template_carries_inline_style_or_script(path: Path) -> None:
    parser = _Inline()
    parser.feed(re.sub(r"{[%#].*?[%#]}", "", path.read_text(encoding="utf-8")))
    assert parser.found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_can_be_read(path: Path) -> None:
    get_template(str(path.relative_to(settings.BASE_DIR / "templates")))


@pytest.mark.parametrize(
    "name", sorted((settings.BASE_DIR / "templates/components").glob("*.html"))
)
def test_every_component_says_what_it_is_given(name: Path) -> None:
    assert re.search(r"{% comment %}.*Given: .*{% endcomment %}", name.read_text(), re.DOTALL)


def test_the_page_for_a_fault_needs_no_request_and_no_database() -> None:
    page = render_to_string("500.html")
    assert "我们这边出了错" in page
    assert "Something went wrong on our side" in page


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400.html", "这一步我们没看懂"),
        ("403.html", "这一页不对您开放"),
        ("403_csrf.html", "页面开得太久了"),
        ("404.html", "这个地址上没有页面"),
        ("405.html", "这个地址不能这样打开"),
    ],
)
def test_every_error_page_needs_no_database(rf: RequestFactory, name: str, heading: str) -> None:
    page = render_to_string(name, request=rf.get("/nowhere/"))
    assert f"<h1>{heading}</h1>" in page
    assert 'lang="zh-Hans"' in page


def test_a_refusal_says_what_happened_and_what_to_do(rf: RequestFactory) -> None:
    refusal: dict[str, Any] = {"message": "M <b>", "next_step": "N", "code": "package.reason"}
    page = render_to_string("portal/refused.html", {"refusal": refusal}, request=rf.get("/"))
    assert "<h1>M &lt;b&gt;</h1>" in page
    assert '<p class="lead">N</p>' in page
    assert 'data-code="package.reason"' in page
    assert ">package.reason" not in page


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 4, 25), (5, 4, 100), (-1, 4, 0), (1, 0, 0), ("x", 4, 0), (None, 4, 0)],
)
def test_the_length_of_a_bar_stays_within_the_bar(part: Any, whole: Any, expected: int) -> None:
    assert percent(part, whole) == expected


def test_every_class_a_template_uses_is_in_a_stylesheet() -> None:
    """A class nobody styles is a part that looks like nothing; `links` only takes the bullets."""
    sheets = (settings.BASE_DIR / "static/css").glob("*.css")
    styled = {"links", "num"}
    for sheet in sheets:
        styled |= set(re.findall(r"\.([a-z][a-z0-9_-]*)", sheet.read_text(encoding="utf-8")))
    unknown = {}
    for path in PAGES:
        for value in re.findall(r'class="((?:{[%{].*?[%}]}|[^"])*)"', path.read_text("utf-8")):
            words = re.sub(r"{%.*?%}", " ", re.sub(r"[\w-]*{{.*?}}[\w-]*", " ", value)).split()
            if strange := {word for word in words if not word.endswith("--")} - styled:
                unknown[path.name] = strange
    assert unknown == {}
