"""The letter that ends a case: the obvious thing to do with it, on a phone and without script."""

import re

import pytest

from applications.actions.approve import approve_application
from applications.models import Outcome
from audit.models import AuditEntry
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand
from tests.factories.identity import make_citizen, make_person, officer_actor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client):
    account = make_citizen(person=make_person(name="李晓"))
    sign_in(client, account)
    return account


@pytest.fixture
def granted(citizen):
    case, clerk = make_in_hand(account=citizen)
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()
    return case


def letter(case, way: str = "") -> str:
    return f"/my/cases/{case.reference}/outcome/{way}"


def test_the_one_filled_button_saves_the_letter_and_the_next_one_checks_it(client, granted):
    code = Outcome.objects.get(application=granted).code

    page = client.get(letter(granted)).content.decode()

    main = page[page.index("<main") : page.index("</main>")]
    filled = re.findall(r'<a class="btn" href="([^"]+)"', main)
    assert filled == [letter(granted, "file/")]
    assert f'<a class="btn btn--line" href="/trust/?code={code}">' in main
    assert main.index(filled[0]) < main.index("<article")
    assert " download" not in main


def test_the_saved_letter_says_everything_and_fetches_nothing(client, granted):
    outcome = Outcome.objects.get(application=granted)

    answer = client.get(letter(granted, "file/"))

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Disposition"].endswith(".html")
    assert "no-store" in answer.headers["Cache-Control"]
    file = answer.content.decode()
    for words in ("李晓", outcome.number, outcome.code, f"/trust/?code={outcome.code}"):
        assert words in file
    assert re.findall(r"<(?:link|script|img|iframe)|\bsrc=|\bstyle=|url\(|@import", file) == []
    assert file.count("<style>") == 1
    assert file.count("@page { size: A4;") == 1
    assert '<svg class="seal"' in file
    assert "示例" in file
    entry = AuditEntry.objects.get(verb="outcome.viewed")
    assert (entry.purpose_kind, entry.object_id) == ("own", str(outcome.pk))


def test_without_a_decision_or_with_somebody_elses_there_is_no_file(client, citizen, granted):
    waiting = make_handed_in(account=citizen)
    assert client.get(letter(waiting, "file/")).status_code == 404

    sign_in(client, make_citizen())

    assert client.get(letter(granted, "file/")).status_code == 404


def test_a_letter_in_earnest_carries_no_mark_of_a_sample(client, citizen, settings):
    settings.PORTAL_SAMPLE = False
    case, clerk = make_in_hand(account=citizen)
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()

    assert "示例" not in client.get(letter(case, "file/")).content.decode()
