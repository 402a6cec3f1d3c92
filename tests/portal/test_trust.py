"""Confirming a document: what it is and who issued it, never whose it is."""

import pytest
from django.core.cache import cache

from applications.actions.approve import approve_application
from applications.models import Outcome
from audit.models import AuditEntry
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import officer_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counter():
    """The count of codes tried is kept in the cache; every test begins at none."""
    cache.clear()


@pytest.fixture
def outcome():
    case, clerk = make_in_hand()
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()
    return Outcome.objects.get(application=case)


def test_a_code_is_confirmed_without_signing_in_and_without_a_personal_word(client, outcome):
    before = AuditEntry.objects.count()

    page = client.get("/trust/", {"code": outcome.code}).content.decode()

    assert outcome.number in page
    assert outcome.department.name in page
    assert "李" not in page
    assert outcome.application.reference not in page
    assert AuditEntry.objects.count() == before


def test_spaces_dashes_and_small_letters_do_not_matter(client, outcome):
    code = outcome.code.lower()

    page = client.get("/trust/", {"code": f" {code[:4]}-{code[4:8]} {code[8:]} "})

    assert outcome.number in page.content.decode()


@pytest.mark.parametrize("code", ["000000000000", "ABCDEFGHJKMN", "x", "🙂", "\u202e1", "9" * 300])
def test_a_code_nobody_issued_is_said_to_be_none(client, outcome, code):
    response = client.get("/trust/", {"code": code})

    assert response.status_code == 404
    assert outcome.number not in response.content.decode()


def test_the_page_says_what_is_not_signed(client):
    page = client.get("/trust/").content.decode()

    assert "SHA-256" in page


def test_trying_many_codes_is_slowed_down(client):
    answers = [client.get("/trust/", {"code": "x"}).status_code for _ in range(31)]

    assert answers[29:] == [404, 429]
