"""Two paper mills: one that nobody may allow, one that only a superior may."""

import re
from typing import Any

from playwright.sync_api import Page

from tests.journeys.visitor import Visitor

DESK = re.compile(r"YB-\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def test_a_small_paper_mill_cannot_be_granted_on_any_road(officer):
    clerk, supervisor = officer("clerk1"), officer("supervisor1")
    reference = case_named(clerk, "年产三千吨")

    clerk.go(f"/admin/desk/{reference}/")
    assert "R14" in clerk.words
    passes_on(clerk, reference)
    clerk.go(f"/admin/desk/{reference}/")

    locked = clerk.page.locator("main [aria-disabled=true]")
    assert locked.count() == 1
    described = locked.get_attribute("aria-describedby")
    assert "R14" in clerk.page.locator(f"#{described}").inner_text() or "R14" in clerk.words
    assert clerk.page.locator('main a[href$="/ask/"]').count() == 0
    answer = posts(clerk.page, f"/admin/desk/{reference}/approve/", {"no_interest": "on"})
    assert answer.status in (200, 409, 422)
    clerk.go(f"/admin/desk/{reference}/")
    assert clerk.page.locator("main [aria-disabled=true]").count() == 1

    supervisor.go("/admin/alarms/")
    row = supervisor.page.locator("tr", has_text=reference).filter(has_text="R14")
    assert row.count() == 1


def test_a_mill_within_policy_is_granted_after_its_superior_allowed_it(portal, officer):
    superior, clerk = officer("superior1"), officer("clerk1")
    superior.go("/admin/desk/escalations/")
    found = DESK.search(superior.words)
    assert found is not None
    reference = found[0]

    superior.go(f"/admin/desk/{reference}/")
    assert "R33" in superior.words
    superior.go(f"/admin/desk/escalations/{reference}/")
    superior.page.locator("input[type=radio]").first.check(force=True)
    fill_every_text(superior.page, "广安发改〔2026〕18号")
    superior.press()
    superior.look()

    clerk.go(f"/admin/desk/{reference}/")
    assert clerk.page.locator("main [aria-disabled=true]").count() == 0
    clerk.press('main a[href$="/approve/"]')
    clerk.page.fill("textarea[name=reason]", "上级已放行。")
    clerk.page.check("input[name=no_interest]", force=True)
    clerk.press()
    clerk.look()

    founder = officer("founder1")
    founder.go(f"/my/cases/{reference}/outcome/")
    assert "〔" in founder.words


def case_named(clerk: Visitor, words: str) -> str:
    """The case of the desk whose project has these words; taken if nobody has it."""
    for _ in range(6):
        clerk.go("/admin/desk/")
        clerk.press('main form[action$="/next/"] button')
        found = DESK.search(clerk.page.url)
        if found is None:
            break
        if words in clerk.words:
            return found[0]
    raise AssertionError(f"no case about {words} waits at the desk")


def passes_on(clerk: Visitor, reference: str) -> None:
    clerk.go(f"/admin/desk/{reference}/pass-on/")
    clerk.page.fill("textarea[name=reason]", "材料看过。")
    clerk.press()


def posts(page: Page, path: str, fields: dict[str, str]) -> Any:
    """Send a form the page does not offer, with the page's own token."""
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    return page.request.post(
        path,
        form={"csrfmiddlewaretoken": token or "", "reason": "快批", **fields},
        headers={"Referer": page.url},
    )


def fill_every_text(page: Page, words: str) -> None:
    for field in page.locator("main form").last.locator("textarea, input[type=text]").all():
        field.fill(words)
