"""Somebody at a browser: signs in, reads, answers, presses; every page passes through axe."""

import io
from typing import Any
from urllib.parse import urlsplit

import pyotp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

MAIN_BUTTON = "main form button.btn[type=submit]:not(.btn--plain):not(.btn--line):not(.vh)"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
MOST_PAGES = 15


class Visitor:
    """One person at one device."""

    def __init__(
        self, page: Page, account: dict[str, str] | None = None, *, scripts: bool = True
    ) -> None:
        self.page = page
        self.scripts = scripts
        self.account = account
        self.seen: list[str] = []

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def words(self) -> str:
        return self.page.locator("body").inner_text()

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look()

    def look(self) -> None:
        """Every page people meet is free of violations that axe, a script itself, can see."""
        if not self.scripts:
            return
        found = Axe().run(self.page, options=RULES).response["violations"]
        told = [(v["id"], [node["target"] for node in v["nodes"]][:3]) for v in found]
        assert told == [], f"{self.page.url}: {told}"
        self.seen.append(self.page.url)

    def sign_in(self, door: str = "/sign-in/") -> None:
        """Through the citizens' door or, where there is a second factor, the staff's."""
        assert self.account is not None
        if self.account.get("totp_secret"):
            door = "/admin/sign-in/"
        if not self.page.url.split("?")[0].endswith(door):
            self.go(door)
        self.page.fill("input[name=login]", self.account["username"])
        self.page.fill("input[name=password]", self.account["password"])
        self.press()
        if self.account.get("totp_secret"):
            self.look()
            self.page.fill("input[name=code]", pyotp.TOTP(self.account["totp_secret"]).now())
            self.press()

    def press(self, selector: str = MAIN_BUTTON) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()

    def fill_in(self, answers: dict[str, str]) -> None:
        """Answer page after page until the receipt; hand in files where they are asked for."""
        for _ in range(MOST_PAGES):
            self.look()
            if self.path.endswith("/receipt/"):
                return
            self.answer(answers)
            self.press()
        raise AssertionError(f"no receipt after {MOST_PAGES} pages, last {self.page.url}")

    def answer(self, answers: dict[str, str]) -> None:
        form = self.page.locator("main form").last
        for field in form.locator("input:not([type=hidden]), textarea, select").all():
            name, kind = field.get_attribute("name") or "", field.get_attribute("type")
            if kind == "radio":
                if field.get_attribute("value") == answers.get(name):
                    field.check(force=True)
            elif kind == "checkbox":
                field.check(force=True)
            elif kind == "file":
                field.set_input_files(photograph())
            elif name in answers and not field.input_value():
                field.fill(answers[name])


def photograph() -> Any:
    """A small picture, made here."""
    image = io.BytesIO()
    Image.new("RGB", (480, 640), "#d9e5ee").save(image, "JPEG")
    return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": image.getvalue()}
