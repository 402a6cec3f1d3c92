"""The same portal for people without scripts, without a mouse, in English, with large text."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.journeys.conftest import PHONE
from tests.journeys.visitor import Visitor

NEWBORN = {
    "child_name": "陈小满",
    "child_sex": "男",
    "child_birth_date": "2026-11-01",
    "certificate_number": "S510777777",
    "parents_married": "yes",
    "register_with": "father",
    "marital_status": "married",
    "spouse_name": "周敏",
    "spouse_number": "51169919941102328X",
    "ethnicity": "汉族",
    "phone": "13900000002",
    "delivery": "collect",
}
MOST_TABS = 60


def test_a_newborn_is_registered_with_scripts_off(portal, open_page):
    father = Visitor(open_page(scripts=False), portal.accounts["citizen2"], scripts=False)
    father.sign_in()
    father.page.goto("/services/CN005/")
    father.press("main button[form=begin-form]:visible")
    father.press("main button[name=answer][value=yes]")
    for _ in range(12):
        if father.path.endswith("/receipt/"):
            break
        father.answer(NEWBORN)
        father.press()
    assert father.path.endswith("/receipt/"), father.words


def test_everything_can_be_reached_with_the_keyboard_alone(portal, open_page):
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    tab_to(page, "main input[type=search]")
    page.keyboard.type("办居住证")
    enter(page, "/search/")
    tab_to(page, 'main a[href="/services/CN014/"]')
    enter(page, "/services/CN014/")
    tab_to(page, 'main a.btn[href*="sign-in"]')
    enter(page, "/sign-in/")
    tab_to(page, "input[name=login]")
    page.keyboard.type("elder1")
    page.keyboard.press("Tab")
    page.keyboard.type(portal.accounts["elder1"]["password"])
    enter(page, "/services/CN014/")
    tab_to(page, "main button[form=begin-form]:not(.btn--s)")
    enter(page, "/consent/")
    tab_to(page, "main button[name=answer][value=yes]")
    enter(page, "/you/")
    tab_to(page, "main input[name=phone]")
    page.keyboard.type("13900000003")
    tab_to(page, "main form button.btn[type=submit]:not(.vh)")
    enter(page, "/home/")


def test_english_large_and_dark_hold_on_a_phone(portal, open_page):
    guest = Visitor(open_page(viewport=PHONE, language="en-GB"))
    address = portal.address
    guest.page.context.add_cookies(
        [
            {"name": "ui_size", "value": "large", "url": address},
            {"name": "ui_theme", "value": "dark", "url": address},
        ]
    )
    for path in ("/", "/services/", "/services/CN014/", "/search/?q=residence", "/track/"):
        guest.go(path)
        html = guest.page.locator("html")
        assert html.get_attribute("lang") == "en"
        assert html.get_attribute("data-size") == "large"
        assert html.get_attribute("data-theme") == "dark"
        assert guest.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def enter(page: Page, place: str) -> None:
    """Press Enter and wait until the page at an address ending like this has come."""
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path.endswith(place))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; the focus must be visible when it is there."""
    for _ in range(MOST_TABS):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert outline, f"{selector} has the focus and does not show it"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the keyboard on {page.url}")
