"""Sealed values: what leaks, what opens, and where."""

import copy
import json
import logging
import pickle
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.template import Context, Template

from audit.kernel.actors import Actor, Purpose
from audit.models import AuditEntry
from audit.trail import record
from identity.models import Person, PersonDetail
from identity.sealed.index import blind_index
from identity.sealed.reveal import reveal
from identity.sealed.text import open_text, seal_text
from identity.sealed.value import BrokenSeal, Sealed
from tests.conftest import close_gate
from tests.factories.identity import make_person

NUMBER = "14042919571028262X"


@pytest.fixture
def sealed():
    return Sealed.close(NUMBER, context="a.b:1", mask="number")


@pytest.mark.parametrize(
    "use",
    [
        str,
        repr,
        lambda sealed: f"{sealed}",
        lambda sealed: f"{sealed!r:>40}",
        lambda sealed: "%s" % sealed,  # noqa: UP031
        lambda sealed: json.dumps({"number": str(sealed)}),
        lambda sealed: json.dumps([sealed], cls=DjangoJSONEncoder, default=str),
        lambda sealed: Template("{{ it }}{{ it.mask }}").render(Context({"it": sealed})),
        lambda sealed: str(pickle.loads(pickle.dumps(sealed))),  # noqa: S301
        lambda sealed: str(copy.copy(sealed)),
        lambda sealed: str({"number": sealed}),
        lambda sealed: str(ValueError(sealed)),
        lambda sealed: logging.LogRecord("a", 20, "", 1, "%s", (sealed,), None).getMessage(),
    ],
)
def test_every_careless_use_shows_the_mask_only(sealed, use):
    shown = use(sealed)

    assert NUMBER not in shown
    assert NUMBER[6:14] not in shown
    assert "140*************2X"[:3] in shown


def test_the_plain_value_is_nowhere_in_the_object(sealed):
    held = [getattr(sealed, name) for name in Sealed.__slots__]

    assert NUMBER not in str(held)
    assert not hasattr(sealed, "__dict__")


def test_a_pickle_holds_neither_the_value_nor_its_token(sealed):
    stored = pickle.dumps(sealed)

    assert NUMBER.encode() not in stored
    assert sealed.token.encode() not in stored


def test_a_value_opens_where_it_was_sealed_and_nowhere_else(sealed):
    assert sealed.open_unrecorded() == NUMBER
    with pytest.raises(BrokenSeal):
        sealed.at("a.b:2").open_unrecorded()


def test_a_changed_mask_or_body_breaks_the_seal(sealed):
    _, key, mask, body = sealed.token.split(".")
    other = Sealed.close("1", context="a.b:1", mask="text").token.split(".")

    for token in (["s1", key, other[2], body], ["s1", key, mask, other[3]]):
        with pytest.raises(BrokenSeal):
            Sealed(".".join(token), "a.b:1").open_unrecorded()


def test_an_old_key_still_opens_and_a_new_one_seals(settings):
    settings.SEALED_KEYS = {"old": b"o" * 32}
    settings.SEALED_KEY_CURRENT = "old"
    before = Sealed.close(NUMBER, context="x:1")
    settings.SEALED_KEYS = {"old": b"o" * 32, "new": b"n" * 32}
    settings.SEALED_KEY_CURRENT = "new"

    after = Sealed.close(NUMBER, context="x:1")

    assert before.open_unrecorded() == after.open_unrecorded() == NUMBER
    assert after.token.split(".")[1] == "new"


def test_a_missing_key_is_named(settings, sealed):
    settings.SEALED_KEYS = {}

    with pytest.raises(ImproperlyConfigured, match="SEALED_KEYS has no key"):
        sealed.open_unrecorded()


@pytest.mark.parametrize(
    ("value", "shown"),
    [("S510223456", "S51*****56"), ("S51", "***"), ("心脏病史", "****"), ("two words", "****")],
)
def test_a_code_of_letters_and_figures_can_be_recognised_other_text_cannot(value, shown):
    assert seal_text(value, "answers:1:certificate", mask="code")["mask"] == shown


def test_text_inside_a_document_is_bound_to_its_place():
    document = json.loads(json.dumps(seal_text("13800138000", "answers:1:phone", mask="phone")))

    assert document["mask"] == "138******00"
    assert open_text(document, "answers:1:phone") == "13800138000"
    with pytest.raises(BrokenSeal):
        open_text(document, "answers:2:phone")


def test_the_blind_index_ignores_writing_and_separates_kinds():
    assert blind_index("citizen", NUMBER) == blind_index("citizen", " 14042919571028262ｘ")
    assert blind_index("citizen", NUMBER) != blind_index("phone", NUMBER)
    assert len(blind_index("citizen", NUMBER)) == 32


def test_the_blind_index_needs_its_own_key(settings):
    settings.BLIND_INDEX_KEY = b"short"

    with pytest.raises(ImproperlyConfigured):
        blind_index("citizen", NUMBER)


@pytest.mark.django_db
class TestInTheDatabase:
    def read(self, person_id):
        record(actor=Actor.system("test"), verb="test.arranged", subjects=[person_id])
        return PersonDetail.objects.get(pk=person_id)

    def test_the_column_holds_no_plain_value(self):
        person = make_person(number=NUMBER)

        self.read(person.pk)
        with connection.cursor() as cursor:
            cursor.execute("select identity_persondetail::text from identity_persondetail")
            row = cursor.fetchone()[0]

        assert NUMBER not in row

    def test_a_value_moved_to_another_row_stays_shut(self):
        one, two = make_person(number=NUMBER), make_person()
        stolen = self.read(one.pk).citizen_number.token
        detail = self.read(two.pk)

        PersonDetail.objects.filter(pk=two.pk).update(citizen_number=Sealed(stolen))
        detail.refresh_from_db()

        with pytest.raises(BrokenSeal):
            detail.citizen_number.open_unrecorded()

    def test_an_object_never_holds_the_plain_value(self):
        detail = PersonDetail(subject_id=uuid4(), name="李晓", citizen_number=NUMBER)

        assert NUMBER not in str(vars(detail))
        assert str(detail.citizen_number) == "140*************2X"

    def test_it_is_sealed_for_a_row_or_not_at_all(self):
        with pytest.raises(ValueError, match="set the primary key first"):
            PersonDetail(citizen_number=NUMBER)

    @pytest.mark.parametrize("lookup", ["exact", "contains", "in", "startswith"])
    def test_it_cannot_be_searched(self, lookup):
        with pytest.raises(FieldError):
            PersonDetail.objects.filter(**{f"citizen_number__{lookup}": NUMBER})

    def test_a_plain_value_cannot_slip_in_by_update(self):
        with pytest.raises(FieldError):
            PersonDetail.objects.update(citizen_number=NUMBER)

    def test_values_without_their_row_show_the_mask_and_do_not_open(self):
        person = make_person(number=NUMBER)
        self.read(person.pk)

        value = PersonDetail.objects.values_list("citizen_number", flat=True).get()

        assert str(value) == "140*************2X"
        with pytest.raises(BrokenSeal, match="without its row"):
            value.open_unrecorded()

    def test_revealing_is_recorded_with_person_and_purpose(self):
        person = make_person(number=NUMBER)
        detail = self.read(person.pk)
        close_gate()
        clerk = Actor.system("clerk")

        plain = reveal(
            detail.citizen_number,
            actor=clerk,
            purpose=Purpose.case("YB-1"),
            on=Person(pk=person.pk),
            subject_id=person.pk,
        )

        assert plain == NUMBER
        entry = AuditEntry.objects.get(verb="value.revealed")
        assert (entry.purpose, entry.object_id) == ("YB-1", str(person.pk))
