"""From a citizen's own words to the outcome: phone, desk, trail, and who looked."""

import re

from tests.journeys.conftest import PHONE
from tests.journeys.visitor import Visitor

ANSWERS = {"phone": "13800138000", "tenure": "rent", "ground": "job", "delivery": "collect"}


def test_a_citizen_finds_applies_and_follows_and_an_officer_decides(portal, open_page, officer):
    citizen = Visitor(open_page(viewport=PHONE), portal.accounts["citizen1"])
    reference = applies_on_the_phone(citizen)
    the_clerk_grants(officer("clerk1"), reference)
    number, code = the_citizen_reads_the_outcome(citizen, reference)
    anybody_confirms_it(Visitor(open_page()), code, number)
    the_citizen_sees_who_looked(citizen, reference)
    the_supervisor_reads_the_trail(officer("supervisor1"), reference)


def applies_on_the_phone(citizen: Visitor) -> str:
    citizen.go("/")
    citizen.page.fill("main input[type=search]", "外地人办证")
    citizen.press("main form[role=search] button")
    citizen.look()
    citizen.page.locator('main a[href="/services/CN014/"]').first.click()
    citizen.look()
    citizen.page.locator('main a.btn[href*="sign-in"]').first.click()
    citizen.sign_in()
    citizen.look()
    citizen.press("main button[form=begin-form]:visible")
    citizen.look()
    citizen.press("main button[name=answer][value=yes]")
    known = citizen.page.locator(".known").count()
    asked = citizen.page.locator("main .field").count()
    assert (known, asked) == (3, 1)
    citizen.fill_in(ANSWERS)
    assert re.search(r"\d{1,2} ?月", citizen.words), "the receipt promises a day"
    found = re.search(r"YB-\d{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", citizen.words)
    assert found is not None
    return found[0]


def the_clerk_grants(clerk: Visitor, reference: str) -> None:
    clerk.go("/admin/desk/?tab=waiting")
    clerk.go(f"/admin/desk/{reference}/")
    clerk.press('main form[action$="/take/"] button')
    clerk.look()
    assert "13800138000" not in clerk.words
    clerk.press('main a[href$="/pass-on/"]')
    clerk.look()
    clerk.page.fill("textarea[name=reason]", "材料齐全。")
    clerk.press()
    clerk.go(f"/admin/desk/{reference}/")
    clerk.press('main a[href$="/approve/"]')
    clerk.look()
    clerk.page.fill("textarea[name=reason]", "符合条件。")
    clerk.page.check("input[name=no_interest]", force=True)
    clerk.press()
    clerk.look()


def the_citizen_reads_the_outcome(citizen: Visitor, reference: str) -> tuple[str, str]:
    citizen.go("/my/")
    citizen.go(f"/my/cases/{reference}/")
    citizen.go(f"/my/cases/{reference}/outcome/")
    number = re.search(r"\S+〔\d{4}〕\d+号", citizen.words)
    code = re.search(r"\b[0-9A-Z]{12}\b", citizen.words.replace("-", ""))
    assert number is not None
    assert code is not None
    citizen.go("/my/messages/")
    return number[0], code[0]


def anybody_confirms_it(anybody: Visitor, code: str, number: str) -> None:
    anybody.go(f"/trust/?code={code}")
    assert number in anybody.words
    assert "李晓" not in anybody.words


def the_citizen_sees_who_looked(citizen: Visitor, reference: str) -> None:
    citizen.go("/my/access/")
    assert citizen.words.count(reference) >= 3


def the_supervisor_reads_the_trail(supervisor: Visitor, reference: str) -> None:
    supervisor.go("/admin/trail/")
    supervisor.page.fill("input[name=reference]", reference)
    supervisor.press()
    supervisor.look()
    assert "XZSP-0101" in supervisor.words
    assert "李晓" not in supervisor.words
    supervisor.go("/admin/alarms/")
    supervisor.go("/admin/reports/")
