"""Two devices, one officer: the first is told why it was signed out, and the words come back."""

import time
from typing import Any

import pyotp

from tests.journeys.visitor import MAIN_BUTTON, Visitor

PAGE = "/admin/lookup/"
WORDS = "本人到窗口来，问居住证办到哪一步了"
SUBMIT = f"form[action='{PAGE}'] button.btn[type=submit]"
REASON = "input[name=reason]:not([disabled])"


def come_in(visitor: Visitor, offset: int) -> None:
    """Sign in with one of the three codes that can be entered now. Each works once, so offsets grow
    from one sign-in to the next, however long lies between them."""
    assert visitor.account is not None
    visitor.page.fill("input[name=login]", visitor.account["username"])
    visitor.page.fill("input[name=password]", visitor.account["password"])
    visitor.press()
    code = pyotp.TOTP(visitor.account["totp_secret"]).at(int(time.time()), counter_offset=offset)
    visitor.page.fill("input[name=code]", code)
    visitor.press(MAIN_BUTTON)


def test_what_an_officer_typed_outlives_a_sign_in_on_another_device(
    portal: Any, open_page: Any
) -> None:
    desk, elsewhere = (Visitor(open_page(), portal.accounts["clerk2"]) for _ in range(2))
    for visitor, offset in ((desk, -1), (elsewhere, 0)):
        visitor.go(PAGE if visitor is desk else "/admin/sign-in/")
        come_in(visitor, offset)
    assert desk.path == PAGE
    desk.page.fill("textarea[name=why]", WORDS)
    desk.page.locator(REASON).first.check(force=True)  # the sample's clerk has used others up

    desk.press(SUBMIT)

    desk.look()
    assert desk.path == "/admin/sign-in/"
    assert "在别处登录了" in desk.words
    assert "没有丢" in desk.words
    come_in(desk, 1)
    desk.look()
    assert desk.path == PAGE
    assert "您刚才写的都在这里" in desk.words
    assert desk.page.input_value("textarea[name=why]") == WORDS
    assert desk.page.locator(REASON).first.is_checked()
    elsewhere.page.reload()
    assert elsewhere.path == "/admin/sign-in/"
    assert "没有丢" not in elsewhere.words
