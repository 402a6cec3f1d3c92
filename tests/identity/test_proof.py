"""Proving who one is, and where registers answer: what whoever runs the portal has to settle."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from identity.actions import prove_person as proving
from identity.actions.prove_person import NotProven, Proven, prove_person
from identity.models import Account, PersonNumber, RecordSource
from identity.records.transport import sample_register
from tests.factories.citizen import LI_XIAO, make_registers
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_person,
    make_posting,
    sign_in,
)


@pytest.fixture
def name(db):
    make_registers("household")
    return sample_register("household")[LI_XIAO]["name"]


def prove(account, name):
    return prove_person(actor=citizen_actor(account), name=name, number=LI_XIAO)


def test_name_and_number_are_enough_in_a_sample_only(name, settings):
    account = make_citizen(proven=False)
    settings.PORTAL_SAMPLE = False

    with pytest.raises(Refused) as refusal:
        prove(account, name)

    assert (refusal.value.code, refusal.value.status) == ("identity.no_proof_of_identity", 503)
    assert not PersonNumber.objects.exists()
    settings.PORTAL_SAMPLE = True
    assert isinstance(prove(account, name), Proven)


@pytest.mark.parametrize("sample", [True, False])
def test_a_proof_nobody_registered_is_no_proof(name, settings, sample):
    settings.PROOF_OF_IDENTITY, settings.PORTAL_SAMPLE = "palm-reading", sample

    with pytest.raises(Refused) as refusal:
        prove(make_citizen(proven=False), name)

    assert refusal.value.code == "identity.no_proof_of_identity"


def test_who_comes_second_gets_the_plain_refusal(name, monkeypatch):
    """Two accounts prove the same person at once: neither sees what the other has not committed."""
    other = make_citizen(person=make_person(name=name, number=LI_XIAO))
    account = make_citizen(proven=False)
    monkeypatch.setattr(proving, "_find", lambda number: None)

    result = prove(account, name)

    assert isinstance(result, NotProven)
    account.refresh_from_db()
    assert (account.person, other.person_id is not None) == (None, True)
    assert AuditEntry.objects.filter(verb="person.not_proven", actor=account.pk).count() == 1


def test_who_saves_second_gets_the_plain_refusal(name, monkeypatch):
    make_person(name=name, number=LI_XIAO)
    account = make_citizen(proven=False)

    def lose(self, **options):
        raise IntegrityError("taken by another account")

    monkeypatch.setattr(Account, "save", lose)

    assert isinstance(prove(account, name), NotProven)


@pytest.mark.django_db(transaction=True)
def test_a_command_says_where_a_register_answers_and_it_is_recorded():
    make_registers("household")
    out = StringIO()

    call_command("set_register", "household", "https://register.example/ask", stdout=out)

    assert RecordSource.objects.get().endpoint == "https://register.example/ask"
    entry = AuditEntry.objects.get(verb="register.set")
    assert (entry.actor_label, entry.purpose) == ("set_register", "tables")
    assert "https://register.example/ask" in out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("household", "http://plain.example/"),
        ("household", "nonsense"),
        ("household", ""),
        ("household", "https://"),
        ("household", "https:///ask"),
        ("household", "https://a.example:port/"),
        ("household", "https://name:secret@a.example/"),
        ("household", "https://a.example/ ask"),
        ("x", "https://a.example"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(code, address):
    make_registers("household")

    with pytest.raises(CommandError):
        call_command("set_register", code, address)

    assert RecordSource.objects.get().endpoint == "sample:"
    assert not AuditEntry.objects.filter(verb="register.set").exists()


def test_no_click_sends_numbers_elsewhere(client, name):
    from_office = make_posting(capacity="sysadmin")
    sign_in(client, from_office.account)
    address = "/admin/identity/recordsource/household/change/"

    client.post(
        address,
        {
            "name_zh": "户籍",
            "name_en": "Household",
            "enabled": "on",
            "endpoint": "https://x.example",
        },
    )

    assert RecordSource.objects.get().endpoint == "sample:"
    assert client.get("/admin/identity/recordsource/add/").status_code == 403
