"""People are known by what came out: names, numbers of any kind, addresses, days of birth."""

from itertools import pairwise
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from audit.leaks import search
from audit.leaks.people import MOST_HOLDERS, Holders
from audit.leaks.recognise import MOST_COMBINED, MOST_LOOKED_UP, MOST_PAIRS, recognise
from audit.leaks.values import MOST_INSIDE, MOST_LINES, Value, ValueKind, records_in
from audit.models import AuditEntry
from audit.trail import record
from identity.actions.mark_households import mark_household, mark_households
from identity.actions.mark_values import mark_values
from identity.models import Person, PersonDetail
from identity.numbers import citizen_number_of
from portal.desk.leak_directory import PortalLeakDirectory
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    make_number,
    make_person,
    make_posting,
    sign_in,
)
from tests.factories.leaks import ask, look, officers, page, subjects_of

pytestmark = pytest.mark.django_db

HOME = "四川省广安市广安区思源大道12号3栋302室"


def recognised(text: str) -> tuple[set[UUID], set[UUID], set[UUID], int]:
    """By a value, by a name and a value, by a name alone, and how many names were not counted."""
    found = recognise(text, PortalLeakDirectory())
    return set(found.by_value), set(found.by_both), set(found.by_name), found.names_left


def values(text: str, kind: ValueKind) -> list[str]:
    records = [one for paragraph in records_in(text) for one in paragraph]
    return [one.text for record in records for one in record.values if one.kind == kind]


def namesakes() -> list[UUID]:
    """Two people of one name, born on the first days of 1980 and 1981."""
    numbers = [citizen_number_of(f"511602{year}0101001") for year in (1980, 1981)]
    return [make_person(name="王芳", number=number).pk for number in numbers]


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "１３８-００１３-８０００",
        "+8613800138000",
        "0086-138 0013 8000",
    ],
)
def test_a_mobile_leads_to_whom_it_was_given_by_however_it_is_written(number):
    person = make_person(name="欧阳晓", phone="13800138000")

    assert recognised(f"打给{number}的人") == ({person.pk}, set(), set(), 0)


def test_an_address_leads_to_those_who_live_there_also_after_its_label():
    people = {make_person(name=name, household_address=HOME).pk for name in ("欧阳晓", "赵一明")}
    make_person(name="钱二", household_address=HOME.replace("302", "303"))

    assert recognised(f"户籍地址{HOME}") == (people, set(), set(), 0)
    assert recognised(f"住：{HOME}，电话不详") == (people, set(), set(), 0)


def test_what_more_than_five_share_counts_for_none_of_them():
    for _ in range(MOST_HOLDERS):
        make_person(name="欧阳晓", household_address=HOME)
    assert len(recognised(HOME)[0]) == MOST_HOLDERS
    make_person(name="欧阳晓", household_address=HOME)
    assert recognised(HOME) == (set(), set(), set(), 0)


def test_a_name_only_one_person_bears_counts_where_it_stands_by_itself():
    person = make_person(name="欧阳晓")

    assert recognised("名单：欧阳晓、某某") == (set(), set(), {person.pk}, 0)
    assert recognised("公民欧阳晓的材料被人看过") == (set(), set(), set(), 0)


@pytest.mark.parametrize("written", ["阿不都·买买提", "阿不都・买买提", "阿不都•买买提"])
def test_names_with_a_dot_and_latin_names_are_names(written):
    person = make_person(name="阿不都·买买提")
    other = make_person(name="Anna Smith")

    assert recognised(f"{written}, anna smith")[2] == {person.pk, other.pk}


def test_a_name_beside_another_number_is_not_counted_for_its_namesake_here():
    make_person(name="欧阳晓")

    assert recognised(f"欧阳晓 {make_number()}") == (set(), set(), set(), 0)


@pytest.mark.parametrize("day", ["1980-01-01", "1980年1月1日", "1980/1/1", "19800101"])
def test_a_day_of_birth_beside_a_name_says_which_of_two_is_meant(day):
    first, _second = namesakes()

    assert recognised(f"王芳，生于{day}，女") == (set(), {first}, set(), 0)


def test_a_covered_number_beside_a_name_says_so_too():
    number = make_number()
    person = make_person(name="王芳", number=number)
    make_person(name="王芳")

    covered = f"{number[:3]}{'*' * 13}{number[-2:]}"
    assert recognised(f"王芳 {covered}") == (set(), {person.pk}, set(), 0)
    assert recognised(covered) == (set(), set(), set(), 0)


def test_a_name_several_bear_is_not_counted_without_it_and_that_is_told():
    namesakes()

    assert recognised("王芳\n欧阳晓") == (set(), set(), set(), 1)


def test_a_day_of_birth_alone_names_nobody():
    namesakes()

    assert recognised("1980-01-01") == (set(), set(), set(), 0)


def test_in_a_table_values_belong_to_their_line():
    first, second = namesakes()

    assert recognised("王芳,1980-01-01,女\n李四,1981-01-01,男")[1] == {first}
    assert recognised("李四,1980-01-01,女\n王芳,1981-01-01,男")[1] == {second}


def test_on_a_card_values_belong_to_their_paragraph():
    first, second = namesakes()

    assert recognised("姓名：王芳\n性别：女\n出生：1980年1月1日")[1] == {first}
    assert recognised("姓名：王芳\n\n姓名：李四\n出生：1980年1月1日") == (set(), set(), set(), 1)
    assert recognised("姓名：王芳\n出生：1981年1月1日\n\n出生：1980年1月1日")[1] == {second}


def test_a_name_inside_a_sentence_counts_beside_a_value():
    first, _second = namesakes()

    assert recognised("据查公民王芳生于1980年1月1日")[1] == {first}


def test_days_that_are_none_and_numbers_inside_numbers_are_left_out():
    assert values("1990-02-30 19901301 119900517 1990.5.7 1990-05-17", ValueKind.DAY) == [
        "1990-05-07",
        "1990-05-17",
    ]
    assert values("x13800138000x 6228 4804 0256 4890 018", ValueKind.FIGURES) == [
        "X13800138000X",
        "6228480402564890018",
    ]
    assert values("138******00 138*00 *38******00", ValueKind.COVERED) == ["138******00"]


def test_a_long_paragraph_is_no_card():
    first, _second = namesakes()
    between = "性别：女\n" * (MOST_LINES - 2)

    assert recognised(f"姓名：王芳\n{between}出生：1980年1月1日")[1] == {first}
    assert recognised(f"姓名：王芳\n{between}性别：女\n出生：1980年1月1日")[1] == set()


class Counting(PortalLeakDirectory):
    """Everybody is known, and how much was asked is noted."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def holders_of(self, values):
        self.asked.append(len(values))
        return {value: Holders() for value in values}

    def holders_of_both(self, pairs):
        self.asked.append(len(pairs))
        return {}


MOBILES = [str(13000000000 + at) for at in range(MOST_LOOKED_UP + 1)]
SIGNS = [chr(0x20000 + at) for at in range(MOST_INSIDE // 3 + 100)]
ROW = " ".join([*(one + two for one, two in pairwise(SIGNS[:21])), *MOBILES[:20]])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("\n".join(MOBILES), [MOST_LOOKED_UP, 0]),
        ("\n".join(one + two for one in SIGNS[:150] for two in SIGNS[:150]), [MOST_LOOKED_UP, 0]),
        (" ".join(["王芳", *MOBILES[: MOST_PAIRS + 1]]), [MOST_PAIRS + 2, MOST_PAIRS]),
        (f"{ROW}\n" * (MOST_COMBINED // 400), [40, 400]),
        ("".join(SIGNS), [MOST_LOOKED_UP, 0]),
        (("".join(SIGNS[:101]) + "\n") * 340, [297, 0]),
    ],
    ids=["figures", "names", "pairs", "the same again", "one sentence", "a sentence again"],
)
def test_a_long_text_is_looked_up_in_part_and_that_is_told(text, asked):
    directory = Counting()

    assert recognise(text, directory).is_cut
    assert directory.asked == asked


def test_a_short_text_is_looked_up_whole():
    assert not recognise("13800138000 欧阳晓", Counting()).is_cut


def test_names_alone_lead_to_the_officers_and_the_page_says_what_that_is_worth(client):
    sign_in(client, make_posting(capacity="supervisor").account)
    clerk, person = make_posting(), make_person(name="欧阳晓")
    namesakes()
    look(clerk, person.pk)

    response = ask(client, "欧阳晓\n王芳")

    shown = page(response)
    assert officers(response) == [clerk.officer_code]
    assert subjects_of("trail.leak_traced") == {person.pk}
    assert "有1个人只凭姓名计入" in shown
    assert "有1个姓名没有计入" in shown
    assert "欧阳晓" not in str(dict(client.session.items()))
    assert AuditEntry.objects.filter(verb="trail.leak_traced").count() == 1


@pytest.mark.parametrize(
    "number", ["13800138000", "138-0013-8000", "+86 13800138000", "6228480402564"]
)
def test_who_saw_a_number_in_full_stands_first_however_it_is_written(client, number):
    sign_in(client, make_posting(capacity="supervisor").account)
    person = make_person(name="欧阳晓", phone="13800138000")
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    mark_values(person.pk, [Value(ValueKind.FIGURES, "6228480402564")])
    close_gate()
    saw, only_opened = make_posting(), make_posting()
    look(saw, person.pk, verb="value.revealed")
    for _ in range(3):
        look(only_opened, person.pk)

    response = ask(client, number)

    assert officers(response) == [saw.officer_code, only_opened.officer_code]
    assert "其中1人看全过遮住的信息，或打开过材料" in page(response)


def test_those_who_judge_looks_have_seen_covered_names_only(client):
    sign_in(client, make_posting(capacity="supervisor").account)
    judge, clerk = make_posting(capacity="supervisor"), make_posting()
    person = make_person(name="欧阳晓")
    look(clerk, person.pk)
    for verb in ("hold.viewed", "erasure.viewed", "lookup_review.viewed", "alarm.judged"):
        look(judge, person.pk, verb=verb)

    assert officers(ask(client, "欧阳晓")) == [clerk.officer_code]


def test_whoever_is_counted_is_named_also_beyond_those_who_are_looked_for(client, monkeypatch):
    monkeypatch.setattr(search, "MOST_PERSONS", 2)
    sign_in(client, make_posting(capacity="supervisor").account)
    fillers = [make_number() for _ in range(2)]
    known = {make_person(name=f"赵{at}", number=one).pk for at, one in enumerate(fillers)}
    target = make_person(name="欧阳晓", phone="13800138000")

    found = ask(client, "\n".join([*fillers, "13800138000"])).context["found"]

    assert (found["by_value"], found["is_cut"], len(found["people"])) == (1, True, 2)
    assert subjects_of("trail.leak_traced") == {*known, target.pk}


def test_numbers_come_first_where_two_ways_lead_to_one_person(client):
    sign_in(client, make_posting(capacity="supervisor").account)
    number = make_number()
    person = make_person(name="欧阳晓", number=number, phone="13800138000")

    found = ask(client, f"{number}\n欧阳晓 13800138000").context["found"]

    assert found["people"] == [str(person.pk)]
    assert [found[how] for how in ("by_value", "by_both", "by_name")] == [0, 0, 0]


def test_a_value_stays_when_another_takes_its_place():
    person = make_person(name="欧阳晓", phone="13800138000")
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    for _ in range(2):
        mark_values(person.pk, [Value(ValueKind.FIGURES, "13900139000")])
    close_gate()

    for phone in ("13800138000", "13900139000"):
        assert recognised(phone) == ({person.pk}, set(), set(), 0)


def test_what_is_empty_is_no_value():
    make_person(name="欧阳晓", household_address=" ")

    assert PortalLeakDirectory().holders_of([Value(ValueKind.ADDRESS, "")]) == {}


def test_values_are_kept_of_those_the_entry_names_and_of_nobody_else():
    person, other = make_person(name="欧阳晓"), make_person()
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        mark_values(other.pk, [Value(ValueKind.WORDS, "欧阳晓")])


def test_people_entered_before_values_were_kept_are_found_after_the_job():
    person = Person.objects.create(masked_name="欧**")
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    PersonDetail(
        subject_id=person.pk, name="欧阳晓", citizen_number=make_number(), phone="13800138000"
    ).save(force_insert=True)
    mark_household(person.pk, "")
    close_gate()
    assert recognised("欧阳晓 13800138000") == (set(), set(), set(), 0)

    assert mark_households(job="sentinel") == 1
    close_gate()

    assert recognised("13800138000")[0] == {person.pk}
    assert mark_households(job="sentinel") == 0
