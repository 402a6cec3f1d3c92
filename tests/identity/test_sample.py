"""The people of the sample: made once, found again, and only where the sample is on."""

import json
import stat

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from audit.trail import record
from identity.actions.prove_person import Proven, prove_person
from identity.models import (
    Account,
    Mandate,
    Organisation,
    Person,
    PersonDetail,
    Posting,
    RecordSource,
)
from identity.records.registry import connectors
from identity.rights import rights_of
from identity.sample import PEOPLE, load_people
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_department,
    officer_actor,
)

pytestmark = pytest.mark.django_db

CITIZENS = ["citizen1", "citizen2", "elder1", "founder1", "assistant1"]
OFFICERS = ["clerk1", "clerk2", "superior1", "supervisor1", "supervisor2"]
OFFICERS += ["catalog1", "catalog2", "lead1"]
STAFF = json.loads(PEOPLE.read_text("utf-8"))["staff"]
ADMINISTRATORS = ["sysadmin1", "secadmin1"]


@pytest.fixture(autouse=True)
def own_var(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def offices():
    return {name: make_department(name=name) for name in {one["department"] for one in STAFF}}


@pytest.fixture
def loaded(offices, tmp_path):
    assert load_people() == 15
    rows = json.loads((tmp_path / "sample-accounts.json").read_text())
    return {one["username"]: one for one in rows}


def test_everybody_of_the_contract_is_there_with_what_the_file_says(loaded):
    assert list(loaded) == CITIZENS + OFFICERS + ADMINISTRATORS
    for name, row in loaded.items():
        account = Account.objects.get(username=name)
        assert account.check_password(row["password"])
        assert set(row) == {
            "username",
            "password",
            "totp_secret",
            "role",
            "name",
            "department",
            "says",
        }
        assert bool(row["totp_secret"]) == account.is_staff
        assert all(row[key] for key in ("role", "name", "says"))


def test_the_codes_of_the_file_open_the_staff_door(loaded, client):
    row = loaded["clerk1"]
    client.post("/admin/sign-in/", {"login": "clerk1", "password": row["password"]})
    client.post(
        "/admin/account/second-factor/code/", {"code": pyotp.TOTP(row["totp_secret"]).now()}
    )

    who = client.get("/admin/").json()
    assert (who["capacity"], who["label"]) == ("clerk", "XZSP-0101")


def test_the_command_tells_the_code_of_an_officer_and_of_nobody_else(loaded, capsys, settings):
    call_command("sample_code", "clerk1")

    assert pyotp.TOTP(loaded["clerk1"]["totp_secret"]).verify(
        capsys.readouterr().out.strip(), valid_window=1
    )
    for without in ("citizen1", "nobody"):
        with pytest.raises(CommandError, match=without):
            call_command("sample_code", without)
    settings.PORTAL_SAMPLE = False
    with pytest.raises(CommandError):
        call_command("sample_code", "clerk1")


def test_the_file_is_for_its_owner_only(loaded, tmp_path):
    mode = stat.S_IMODE((tmp_path / "sample-accounts.json").stat().st_mode)

    assert mode == 0o600


def test_a_second_run_changes_nothing_and_costs_two_queries(
    loaded, tmp_path, django_assert_num_queries
):
    before = (tmp_path / "sample-accounts.json").read_text()

    with django_assert_num_queries(2):
        assert load_people() == 0

    assert (tmp_path / "sample-accounts.json").read_text() == before


def test_the_file_wins_over_a_database_that_was_changed(loaded, tmp_path):
    account = Account.objects.get(username="clerk1")
    account.set_password("something-else-entirely")
    account.save()

    load_people()

    account.refresh_from_db()
    assert account.check_password(loaded["clerk1"]["password"])
    assert Person.objects.count() == 6
    assert Posting.objects.count() == 10
    assert Authenticator.objects.count() == 10


@pytest.mark.parametrize("rubbish", ["", "{", "[1]", '{"a": 1}', "\x00"])
def test_a_broken_file_is_written_anew(loaded, tmp_path, rubbish):
    (tmp_path / "sample-accounts.json").write_text(rubbish)

    assert load_people() == 15
    rows = json.loads((tmp_path / "sample-accounts.json").read_text())
    assert Account.objects.get(username="elder1").check_password(rows[2]["password"])


def test_outside_the_sample_nobody_is_made(offices, settings):
    settings.PORTAL_SAMPLE = False

    with pytest.raises(ImproperlyConfigured):
        load_people()
    assert not Account.objects.exists()


def test_without_a_catalogue_it_says_what_to_do_and_makes_nothing():
    with pytest.raises(LookupError, match="load_catalog"):
        load_people()
    assert not Account.objects.exists()


def test_the_founder_leads_two_firms_and_the_helper_holds_a_mandate(loaded):
    founder = Account.objects.get(username="founder1").person
    elder = Account.objects.get(username="elder1").person
    helper = Account.objects.get(username="assistant1").person

    assert Organisation.objects.filter(legal_representative=founder).count() == 2
    mandate = Mandate.objects.in_force().get()
    assert (mandate.holder, mandate.for_person) == (helper, elder)


def test_every_connector_has_its_source(loaded):
    assert sorted(RecordSource.objects.values_list("code", flat=True)) == sorted(connectors)


def test_a_clerk_may_work_the_own_office_only(loaded, offices):
    rights = rights_of(officer_actor(Posting.objects.get(account__username="clerk1")))

    own = offices["区行政审批局"]
    assert rights.ids("catalog.Department", "work_department") == {str(own.pk)}


def test_one_clerk_is_a_citizen_too(loaded, client):
    linked = Account.objects.exclude(private_person=None).get()
    assert (linked.username, linked.private_person.masked_name) == ("clerk1", "谭*")
    number = next(one["number"] for one in STAFF if one["username"] == "clerk1")
    newcomer = make_citizen(proven=False)

    proof = prove_person(actor=citizen_actor(newcomer), name="谭文", number=number)

    assert isinstance(proof, Proven)
    assert proof.person == linked.private_person


def test_phones_of_the_sample_are_sealed(loaded):
    person = Account.objects.get(username="citizen1").person
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])

    assert str(PersonDetail.objects.get(pk=person.pk).phone) == "139******01"
