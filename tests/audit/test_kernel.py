"""The few things everybody uses."""

from datetime import date

import pytest

from audit.kernel.clock import WorkCalendar, working_days_after, working_days_between
from audit.kernel.errors import Refused
from audit.kernel.ids import ALPHABET, is_well_formed, new_reference, normalise, random_code
from audit.kernel.registry import Registry

FRIDAY = date(2026, 11, 20)
NATIONAL_DAY = WorkCalendar(
    days_off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    days_worked=frozenset({date(2026, 10, 10)}),
    announced_until=date(2026, 12, 31),
)


def test_every_single_wrong_character_of_a_code_is_noticed():
    code = random_code(8)
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place in range(8)
        for other in ALPHABET
        if other != code[place]
    ]
    assert len(wrong) == 8 * 31
    assert [typed for typed in wrong if is_well_formed(typed)] == []


def test_every_swap_of_two_neighbours_in_a_code_is_noticed():
    swapped = 0
    for _ in range(50):
        code = random_code(8)
        for place in range(7):
            left, right = code[place], code[place + 1]
            if left != right:
                swapped += 1
                assert not is_well_formed(code[:place] + right + left + code[place + 2 :])
    assert swapped > 300


def test_a_reference_reads_aloud_and_is_checked():
    reference = new_reference(2026)
    assert reference.startswith("YB-2026-")
    assert len(reference) == 17
    assert is_well_formed(reference[8:].replace("-", ""))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("7q4-k2m", "7Q4K2M"), (" o0 iIlL u ", "00" + "1111" + "V"), ("７Q4", "７Q4")],
)
def test_what_people_type_for_a_code_is_read_kindly(typed, meant):
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (FRIDAY, 1, date(2026, 11, 23)),
        (FRIDAY, 5, date(2026, 11, 27)),
        (FRIDAY, 0, FRIDAY),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
    ],
)
def test_limits_run_over_working_days_and_skip_the_day_of_the_event(start, days, end):
    assert working_days_after(start, days, NATIONAL_DAY) == end


def test_a_limit_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        working_days_after(FRIDAY, -1, NATIONAL_DAY)


def test_working_days_between_count_what_working_days_after_adds():
    for days in range(1, 12):
        end = working_days_after(date(2026, 9, 28), days, NATIONAL_DAY)
        assert working_days_between(date(2026, 9, 28), end, NATIONAL_DAY) == days
    assert working_days_between(FRIDAY, date(2026, 11, 1), NATIONAL_DAY) == 0


def test_dates_beyond_the_announced_calendar_are_provisional():
    assert NATIONAL_DAY.is_provisional(date(2027, 1, 4)) is True
    assert NATIONAL_DAY.is_provisional(date(2026, 12, 31)) is False


def test_a_registry_names_what_it_knows_and_refuses_doubles():
    kinds: Registry[object] = Registry("kinds of test")

    @kinds.register("one")
    class One:
        pass

    assert kinds.get("one") is One
    with pytest.raises(ValueError, match="registered twice"):
        kinds.register("one")(object)
    with pytest.raises(LookupError, match="no 'two' \\(known: one\\)"):
        kinds.get("two")


def test_a_refusal_always_has_a_way_forward():
    refusal = Refused(code="a.b", message="No.", next_step="Ask.")
    assert (refusal.code, refusal.message, refusal.next_step, refusal.status) == (
        "a.b",
        "No.",
        "Ask.",
        409,
    )
    with pytest.raises(TypeError):
        Refused(code="a.b", message="No.")
