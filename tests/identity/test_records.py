"""Asking registers: what each connector promises, and that none of them can hold anybody up."""

import json
import threading
from pathlib import Path

import pytest
from django.db import ProgrammingError, transaction

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.trail import record
from catalog.models import DataElement
from identity.actions.give_consent import give_consent
from identity.actions.withdraw_consent import withdraw_consent
from identity.models import (
    Consent,
    RecordFetch,
    RecordSnapshot,
    RecordSource,
    RecordType,
    RecordUse,
)
from identity.numbers import is_credit_code, read_citizen_number
from identity.records import transport
from identity.records.fetch import fetch_known, snapshot_place
from identity.records.registry import Connector, RecordSubject, connectors
from identity.records.transport import (
    HttpsTransport,
    SampleTransport,
    SourceUnavailable,
    sample_register,
)
from identity.sealed.text import open_text
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_organisation,
    make_person,
)

LI_XIAO = "500199199603081265"
PAPER_MILL = "91511602MA68A10016"
ELEMENTS = Path(__file__).parents[2] / "catalog" / "data" / "elements.json"
ABOUT_LI = ["person.name", "person.citizen_number", "person.age", "residence.since"]


@pytest.fixture
def sources(db):
    for code in connectors:
        kind = RecordType.objects.create(code=code, name_zh=code, name_en=code)
        RecordSource.objects.create(
            code=code, name_zh=f"{code}局", name_en=code, record_type=kind, endpoint="sample:"
        )


@pytest.fixture
def li(sources):
    """李晓, who allowed everything for one item."""
    account = make_citizen(person=make_person(name="李晓", number=LI_XIAO))
    actor = citizen_actor(account)
    give_consent(
        actor=actor, subject_id=account.person_id, item_code="CN014", record_types=list(connectors)
    )
    close_gate()
    return actor


@pytest.fixture
def sensitive_number(db):
    DataElement.objects.create(
        code="person.citizen_number",
        name="身份证号",
        name_en="Citizen number",
        kind="citizen_number",
        sensitivity="sensitive",
        reuse="register",
        record_type="household",
    )


def ask(actor, elements=ABOUT_LI, **more):
    return fetch_known(
        actor=actor,
        subject_id=more.pop("subject_id", actor.person_id),
        elements=elements,
        item_code="CN014",
        application_reference=more.pop("reference", "YB-1"),
    )


def somebody_in(code):
    entries = sample_register(code)
    number = next(iter(entries), LI_XIAO)
    return RecordSubject("person" if read_citizen_number(number) else "organisation", number)


@pytest.mark.parametrize("code", list(connectors))
class TestEveryConnector:
    def test_answers_what_was_asked_and_what_it_provides_and_nothing_else(self, code):
        connector = connectors.get(code)(SampleTransport(code))
        asked = [next(iter(connector.provides)), "nobody.asks.this"]

        facts = connector.fetch(somebody_in(code), asked)

        assert set(facts) <= {asked[0]}

    def test_answers_everything_it_provides_with_plain_values(self, code):
        connector = connectors.get(code)(SampleTransport(code))

        facts = connector.fetch(somebody_in(code), list(connector.provides))

        assert facts
        assert set(facts) <= set(connector.provides)
        assert all(isinstance(fact, str | int | float | bool) for fact in facts.values())

    def test_provides_elements_the_catalogue_knows_and_no_other_source_does(self, code):
        known = {one["code"] for one in json.loads(ELEMENTS.read_text("utf-8"))["elements"]}
        provided = set(connectors.get(code).provides)
        others = {
            name for other in connectors if other != code for name in connectors.get(other).provides
        }

        assert provided <= known
        assert not provided & others

    def test_knows_nothing_of_a_stranger_and_says_so_plainly(self, code):
        connector = connectors.get(code)(SampleTransport(code))

        assert connector.fetch(RecordSubject("person", "X"), list(connector.provides)) == {}

    @pytest.mark.parametrize("rubbish", [["x"], {"a": 1}, "a\x00b", "x" * 301, "a\u202eb"])
    def test_rubbish_in_an_entry_is_a_source_that_does_not_answer(self, code, rubbish):
        connector = connectors.get(code)(Saying(rubbish))

        with pytest.raises(SourceUnavailable):
            connector.fetch(RecordSubject("person", "1"), list(connector.provides))


class Saying(transport.Transport):
    """A source whose every field holds the same thing."""

    def __init__(self, fact):
        self.fact = fact

    def ask(self, number):
        return Everywhere(self.fact)


class Everywhere(dict):
    def __init__(self, fact):
        super().__init__()
        self.fact = fact

    def get(self, key, default=None):
        return self.fact


@pytest.mark.parametrize("code", list(connectors))
def test_the_sample_registers_hold_only_numbers_that_can_be_true_and_are_nobodys(code):
    for number in sample_register(code):
        read = read_citizen_number(number)
        assert read is not None or is_credit_code(number)
        assert read is None or number[4:6] == "99"


def test_known_values_carry_authority_date_and_snapshot(li, sensitive_number):
    known = ask(li)

    assert known.failed == ()
    assert {name: one.value for name, one in known.values.items()} == {
        "person.name": "李晓",
        "person.citizen_number": LI_XIAO,
        "person.age": 30,
        "residence.since": "2025-03-01",
    }
    name = known.values["person.name"]
    assert name.authority == {"zh": "household局", "en": "household"}
    snapshot = RecordSnapshot.objects.get(pk=name.snapshot_id)
    assert (snapshot.subject_id, snapshot.as_of) == (li.person_id, name.as_of)
    assert known.values["person.citizen_number"].sensitive
    assert LI_XIAO not in repr(known)


def test_sensitive_values_lie_sealed_in_the_snapshot(li, sensitive_number):
    known = ask(li)

    snapshot = RecordSnapshot.objects.get(source_id="household")
    stored = snapshot.payload["person.citizen_number"]
    assert LI_XIAO not in json.dumps(snapshot.payload)
    assert stored["mask"] == f"{LI_XIAO[:3]}{'*' * 13}{LI_XIAO[-2:]}"
    place = snapshot_place(snapshot.pk, "person.citizen_number")
    assert open_text(stored, place) == LI_XIAO == known.values["person.citizen_number"].value


def test_what_a_register_answers_with_nothing_is_known_to_be_nothing(li):
    known = ask(li, ["licences.food_crime", "spouse.name", "marriage.status"])

    assert known.none == {"licences.food_crime", "spouse.name"}
    assert set(known.values) == {"marriage.status"}


def test_asking_is_recorded_and_counted_without_contents(li):
    ask(li)

    entry = AuditEntry.objects.get(verb="record.fetched")
    assert (entry.purpose_kind, entry.purpose, entry.actor) == ("case", "YB-1", li.account_id)
    fetches = RecordFetch.objects.order_by("source_id").values_list("source_id", "outcome")
    assert list(fetches) == [("household", "answered"), ("residence", "answered")]
    uses = RecordUse.objects.order_by("snapshot__source_id").values_list("elements", flat=True)
    assert [len(elements) for elements in uses] == [3, 1]


def test_nothing_is_asked_without_consent(sources):
    actor = citizen_actor(make_citizen(person=make_person(number=LI_XIAO)))

    with pytest.raises(Refused) as refusal:
        ask(actor)

    assert refusal.value.code == "identity.consent_needed"
    assert not RecordFetch.objects.exists()
    assert not AuditEntry.objects.filter(verb="record.fetched").exists()


def test_a_consent_for_less_is_not_enough(sources):
    actor = citizen_actor(make_citizen(person=make_person(number=LI_XIAO)))
    give_consent(
        actor=actor, subject_id=actor.person_id, item_code="CN014", record_types=["household"]
    )

    with pytest.raises(Refused):
        ask(actor)
    assert ask(actor, ["person.name"]).values["person.name"].value == "李晓"


def test_a_consent_for_another_item_is_none(li):
    with pytest.raises(Refused):
        fetch_known(actor=li, subject_id=li.person_id, elements=ABOUT_LI, item_code="CN100")


def test_a_withdrawn_consent_is_none_and_stays_on_file(li):
    withdraw_consent(actor=li, consent_id=Consent.objects.get().pk)

    with pytest.raises(Refused):
        ask(li)
    assert Consent.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_nobody_consents_for_a_stranger(li):
    stranger = make_person()

    with pytest.raises(Refused) as refusal:
        give_consent(
            actor=li, subject_id=stranger.pk, item_code="CN014", record_types=["household"]
        )

    assert refusal.value.status == 404
    assert not Consent.objects.filter(subject_id=stranger.pk).exists()


def test_giving_a_consent_twice_keeps_one(li):
    again = give_consent(
        actor=li, subject_id=li.person_id, item_code="CN014", record_types=["household"]
    )

    assert Consent.objects.get() == again
    assert sorted(again.record_types) == sorted(connectors)


class Held(Connector):
    """A register that does not answer before it is let go."""

    provides = ("person.name",)
    gate = threading.Event()

    def fetch(self, subject, elements):
        self.gate.wait(2)
        return {"person.name": "too late"}


class Broken(Connector):
    provides = ("person.name",)
    fault: BaseException = SourceUnavailable("down")

    def fetch(self, subject, elements):
        raise self.fault


@pytest.fixture
def household_is(monkeypatch):
    def replace(connector):
        monkeypatch.setitem(connectors._classes, "household", connector)

    return replace


def test_a_slow_register_holds_nobody_up_and_is_named(li, household_is, settings):
    settings.RECORD_TIMEOUT_SECONDS = 0.2
    Held.gate.clear()
    household_is(Held)

    try:
        known = ask(li, ["person.name", "residence.since"])
        assert not Held.gate.is_set()
    finally:
        Held.gate.set()

    assert known.failed == ("household",)
    assert set(known.values) == {"residence.since"}
    assert RecordFetch.objects.get(source_id="household").outcome == "failed"


@pytest.mark.parametrize("fault", [SourceUnavailable("down"), ValueError("x"), KeyError("y")])
def test_a_register_that_is_down_or_talks_nonsense_is_named_and_the_rest_is_known(
    li, household_is, fault, monkeypatch
):
    monkeypatch.setattr(Broken, "fault", fault)
    household_is(Broken)

    known = ask(li, ["person.name", "residence.since"])

    assert known.failed == ("household",)
    assert set(known.values) == {"residence.since"}
    assert "person.name" not in known.none
    assert set(RecordUse.objects.values_list("snapshot__source_id", flat=True)) == {"residence"}


def test_a_register_that_is_not_in_use_is_not_asked(li):
    RecordSource.objects.filter(code="household").update(enabled=False)

    known = ask(li)

    assert set(known.values) == {"residence.since"}
    assert not RecordFetch.objects.filter(source_id="household").exists()


def test_a_firm_is_asked_about_by_its_credit_code(li):
    firm = make_organisation(credit_code=PAPER_MILL, legal_representative_id=li.person_id)
    give_consent(
        actor=li, subject_id=firm.pk, item_code="CN014", record_types=["business", "property"]
    )

    known = ask(li, ["business.name", "property.area", "person.name"], subject_id=firm.pk)

    assert known.values["business.name"].value == "广安清溪纸业有限公司"
    assert set(known.values) == {"business.name", "property.area"}


def test_snapshots_are_closed_to_whoever_recorded_nobody(li):
    ask(li)
    close_gate()

    with pytest.raises(ProgrammingError), transaction.atomic():
        RecordSnapshot.objects.count()


def test_snapshots_of_somebody_else_are_not_there(li):
    ask(li)
    close_gate()

    record(actor=ARRANGING, verb="test.arranged", subjects=[make_person().pk])

    assert not RecordSnapshot.objects.exists()


class TestHttps:
    @pytest.fixture
    def answering(self, monkeypatch):
        def answer(raw):
            monkeypatch.setattr(transport, "build_opener", lambda *handlers: Opener(raw))
            return HttpsTransport("https://register.example/", 1.0)

        return answer

    def test_one_object_is_an_entry(self, answering):
        assert answering(b'{"name": "A"}').ask("1") == {"name": "A"}

    @pytest.mark.parametrize(
        "raw", [b"[]", b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b" " * 300_000, OSError("down")]
    )
    def test_anything_else_is_a_source_that_does_not_answer(self, answering, raw):
        with pytest.raises(SourceUnavailable):
            answering(raw).ask("1")

    def test_a_trickle_ends_at_the_limit(self, answering, monkeypatch):
        moments = iter(range(100))
        monkeypatch.setattr(transport.time, "monotonic", lambda: next(moments))

        with pytest.raises(SourceUnavailable):
            answering(b"{" + b" " * 60_000).ask("1")

    def test_no_number_follows_a_redirect(self):
        assert transport._NoRedirect().redirect_request() is None


class Opener:
    """What the network would give back, one portion at a time."""

    def __init__(self, raw):
        self.raw = raw

    def open(self, request, timeout):
        if isinstance(self.raw, Exception):
            raise self.raw
        return self

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def read1(self, size):
        portion, self.raw = self.raw[:size], self.raw[size:]
        return portion
