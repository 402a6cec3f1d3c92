"""Whoever reads who looked is told which registers the portal asked, and what it asked them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.kernel.actors import Purpose
from audit.trail import record
from catalog.models import DataElement
from identity.actions.give_consent import give_consent
from identity.models import RecordSource, RecordType
from identity.records.fetch import fetch_known
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import citizen_actor, make_citizen, make_person, sign_in

pytestmark = pytest.mark.django_db
LI_XIAO = "500199199603081265"


@pytest.fixture
def citizen(client):
    account = make_citizen(person=make_person(name="李晓", number=LI_XIAO))
    sign_in(client, account)
    return account


@pytest.fixture
def household():
    kind = RecordType.objects.create(code="household", name_zh="户籍", name_en="household")
    RecordSource.objects.create(
        code="household",
        name_zh="户籍登记",
        name_en="Household register",
        record_type=kind,
        endpoint="sample:",
    )
    for code, zh, en in (("person.name", "姓名", "Name"), ("person.age", "年龄", "Age")):
        DataElement.objects.create(code=code, name=zh, name_en=en, kind="text", reuse="ask")


def asked(client, language: str = "zh") -> list[list[tuple[str, str]]]:
    looks = (
        client.get("/my/access/", headers={"accept-language": language}).context["machine"].looks
    )
    lines = [one for one in looks if "登记部门" in one.what or "register" in one.what]
    return [[(one.register, one.facts) for one in line.asked] for line in lines]


def fetched(citizen, **more: object) -> None:
    """An entry that a register was asked about this citizen."""
    record(
        actor=citizen_actor(citizen),
        verb="record.fetched",
        subjects=[citizen.person_id],
        **{"purpose": Purpose.own(), **more},
    )
    close_gate()


def test_the_register_and_the_facts_stand_in_the_line(client, citizen, household):
    actor = citizen_actor(citizen)
    give_consent(
        actor=actor, subject_id=actor.person_id, item_code="CN014", record_types=["household"]
    )
    fetch_known(
        actor=actor,
        subject_id=actor.person_id,
        elements=["person.name", "person.age", "income.yearly"],
        item_code="CN014",
        application_reference=make_handed_in(account=citizen).reference,
    )
    close_gate()

    assert asked(client) == [[("户籍登记", "姓名、年龄")]]
    assert asked(client, "en") == [[("Household register", "Name, Age")]]


def test_an_entry_of_before_says_which_register(client, citizen, household):
    fetched(citizen, detail={"item": "CN014", "sources": ["household", "gone"]})

    assert asked(client) == [[("户籍登记", ""), ("gone", "")]]


def test_an_entry_that_says_nothing_is_told_without_it(client, citizen):
    fetched(citizen)

    assert asked(client) == [[]]


def test_what_was_asked_for_a_case_of_others_is_not_said(client, citizen, household):
    others = make_handed_in(account=make_citizen())
    fetched(
        citizen,
        purpose=Purpose.case(others.reference),
        detail={"item": "CN014", "asked": {"household": ["person.name"]}},
    )

    page = client.get("/my/access/").content.decode()
    assert "户籍登记" not in page
    assert others.reference not in page


def test_registers_are_named_by_one_statement(client, citizen, household):
    for fact in ("person.name", "person.age", "person.birth"):
        fetched(citizen, detail={"asked": {"household": [fact]}})

    with CaptureQueriesContext(connection) as caught:
        (line,) = asked(client)

    assert line == [("户籍登记", "姓名"), ("户籍登记", "年龄"), ("户籍登记", "person.birth")]
    assert sum('FROM "identity_recordsource"' in one["sql"] for one in caught) == 1
