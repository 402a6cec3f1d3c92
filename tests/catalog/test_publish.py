"""Releases: whole when published, made by two, one in force, frozen for ever."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.kernel.errors import Refused
from catalog.models import Release
from catalog.schema.definition import Definition
from catalog.schema.publish import NotPublishable, canonical_hash, publish_release
from tests.factories.catalog import (
    BEGINNING,
    draft,
    make_element,
    make_item,
    make_release,
    question,
    text,
)

pytestmark = pytest.mark.django_db


def one_page(*questions):
    return [{"slug": "you", "title": text("您"), "lead": None, "questions": list(questions)}]


def problems_of(**changes):
    with pytest.raises(NotPublishable) as refusal:
        make_release(**changes)
    assert not Release.objects.exists()
    return "; ".join(refusal.value.problems)


def test_a_release_carries_what_its_elements_said_that_day():
    make_element(constraints={"max_length": 60}, sensitivity="sensitive")
    release = make_release()

    element = make_element()
    element.sensitivity = "public"
    element.save()

    asked = Definition.read(Release.objects.get(pk=release.pk).content).question("name")
    assert (asked.kind, asked.sensitivity, asked.reuse) == ("text", "sensitive", "case")
    assert asked.schema == {"type": "string", "minLength": 1, "maxLength": 60}


def test_the_hash_is_that_of_the_canonical_content():
    release = make_release()
    stored = Release.objects.get(pk=release.pk)
    assert stored.content_hash == canonical_hash(stored.content)
    assert canonical_hash({"b": 1, "a": "é"}) == canonical_hash({"a": "é", "b": 1})


def test_numbers_count_up_and_the_former_release_ends_the_day_the_next_begins():
    item = make_item()
    first = make_release(item)
    second = make_release(item, in_force_from=BEGINNING + timedelta(days=30))

    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.in_force_to == second.in_force_from
    on = Release.objects.filter(item=item).in_force
    assert on(BEGINNING).get() == first
    assert on(BEGINNING + timedelta(days=29)).get() == first
    assert on(BEGINNING + timedelta(days=30)).get() == second
    assert not on(BEGINNING - timedelta(days=1)).exists()


def test_a_release_cannot_begin_before_one_that_is_published():
    item = make_item()
    make_release(item, in_force_from=date(2027, 1, 1))
    with pytest.raises(Refused) as refusal:
        make_release(item, in_force_from=date(2026, 12, 1))
    assert refusal.value.code == "release.begins_too_early"
    assert item.releases.count() == 1


def test_nobody_approves_what_they_wrote():
    somebody = uuid4()
    with pytest.raises(Refused) as refusal:
        make_release(drafted_by=somebody, approved_by=somebody)
    assert refusal.value.code == "release.needs_second_person"
    assert not Release.objects.exists()


def test_the_database_holds_the_two_person_rule_by_itself():
    release = make_release()
    somebody = uuid4()
    release.pk, release.number = None, 2
    release.drafted_by = release.approved_by = somebody
    release.in_force_to = release.in_force_from
    with pytest.raises(IntegrityError, match="published_by_two"):
        release.save(force_insert=True)


def test_the_database_holds_one_release_in_force():
    release = make_release()
    release.pk, release.number = None, 2
    with pytest.raises(IntegrityError, match="one_open_ended"):
        release.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}},
        {"content_hash": "0" * 64},
        {"number": 9},
        {"in_force_from": date(2020, 1, 1)},
        {"published_at": None},
        {"is_sample": True},
        {"drafted_by": uuid4()},
    ],
)
def test_a_published_release_never_changes(change):
    release = make_release()
    before = Release.objects.values().get(pk=release.pk)

    with pytest.raises(DatabaseError, match="published"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**change)

    assert Release.objects.values().get(pk=release.pk) == before


def test_a_published_release_is_never_deleted():
    release = make_release()
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        release.delete()
    assert Release.objects.count() == 1


def test_the_day_a_release_ends_is_written_once():
    release = make_release()
    Release.objects.filter(pk=release.pk).update(in_force_to=date(2027, 1, 1))
    with pytest.raises(DatabaseError, match="already set"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(in_force_to=None)


def test_publishing_lists_the_item_as_more_than_a_name():
    item = make_item(listed_only=True)
    make_release(item)
    item.refresh_from_db()
    assert item.listed_only is False


def test_a_question_needs_an_element_that_exists():
    assert "nobody.knows" in problems_of(pages=one_page(question("x", "nobody.knows")))


def test_a_question_is_shown_by_questions_only():
    hidden = question(
        "name", "person.name", show_if={"field": "weather", "op": "==", "value": "fine"}
    )
    assert "weather" in problems_of(pages=one_page(hidden))


def test_a_broken_condition_is_found_before_publication():
    hidden = question("name", "person.name", show_if={"field": "name", "op": "~", "value": 1})
    assert "unknown operator" in problems_of(pages=one_page(hidden))


def test_two_questions_cannot_have_one_key():
    twice = question("name", "person.name")
    assert "there twice" in problems_of(pages=one_page(twice, twice))


def test_a_promise_cannot_be_longer_than_the_law():
    law = {"amount": 5, "unit": "working_days", "note": None}
    promise = {"amount": 6, "unit": "working_days", "note": None}
    assert "longer" in problems_of(limits={"statutory": law, "promised": promise})


def test_a_fee_has_its_basis():
    fee = {"amount": 20, "text": text("20元"), "basis": None}
    assert "basis" in problems_of(fee=fee)


def test_a_step_stands_on_a_desk_that_exists():
    item = make_item()
    step = {**draft(item.department)["steps"][0], "department": "NOWHERE"}
    assert "NOWHERE" in problems_of(item=item, steps=[step])


def test_a_letter_only_names_what_is_known():
    outcome = {
        "kind": "letter",
        "title": text("通知"),
        "body": text("{secret}"),
        "valid_months": None,
    }
    assert "{secret}" in problems_of(outcome=outcome)


def test_a_fact_comes_from_somewhere_that_exists():
    assert "answer:nothing" in problems_of(facts={"industry": "answer:nothing"})


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"summary": "only one language"},
        {"visits": -1},
        {"basis": []},
        {"surprise": True},
        {"pages": []},
        {"outcome": None},
    ],
)
def test_content_of_another_shape_is_refused(changes):
    assert problems_of(**changes)


def test_nothing_is_kept_of_a_release_that_was_refused():
    item = make_item()
    make_element()
    with pytest.raises(NotPublishable):
        publish_release(
            item=item,
            content=draft(item.department, visits=-1),
            drafted_by=uuid4(),
            approved_by=uuid4(),
            in_force_from=BEGINNING,
        )
    assert not item.releases.exists()
