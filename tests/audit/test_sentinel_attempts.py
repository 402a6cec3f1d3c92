"""What officers only tried, what supervisors search for, and what is one look: in every rule."""

from uuid import UUID, uuid4

import pytest

from audit.sentinel.events import Event
from audit.sentinel.registry import RULES
from audit.sentinel.surroundings import Near
from tests.audit.test_sentinel_rules import event, found, look

PERSON = uuid4()
AROUND = {
    "relatives": {"near": Near(relatives=frozenset([PERSON]))},
    "household": {"near": Near(household=frozenset([PERSON]))},
    "colleagues": {"near": Near(colleagues=frozenset([PERSON]))},
    "protected": {"protected": frozenset([PERSON])},
}
CHOSEN_BY_SUPERVISORS = ("colleagues", "protected")


def room(minute: float, kind: str, number: str, *people: UUID, **more) -> Event:
    """A page of the supervisor's room: what it is about, and whom it names."""
    values = {"purpose_kind": "duty", "purpose": "supervision", "sign_in": "a", **more}
    one = event(minute, *people, verb=values.pop("verb", "trail.viewed"))
    return Event(
        entry=one.entry,
        at=one.at,
        verb=one.verb,
        object_kind=kind,
        object_id=number,
        subjects=one.subjects,
        **values,
    )


def typed(minute: float, *people: UUID) -> Event:
    """A number a supervisor typed, and who has it."""
    return room(minute, "trail", "search", *people, verb="trail.searched")


def alarm_page(minute: float, *people: UUID, purpose: str = "verdict") -> Event:
    return room(minute, "trail.alarm", "7", uuid4(), *people, purpose=purpose)


@pytest.mark.parametrize("code", AROUND)
@pytest.mark.parametrize("verb", ["person.looked_up", "case.opened_by_reason", "case.refused"])
def test_an_attempt_is_an_alarm_and_called_one(code, verb):
    tried = event(0, PERSON, verb=verb, case="", outcome="refused")

    evidence = found(code, [look(-5), tried], **AROUND[code])

    assert evidence is not None
    assert (evidence.entries, evidence.measured, evidence.attempts) == ((tried.entry,), 1, 1)
    assert "3" in RULES.get(code)().tried(3)


@pytest.mark.parametrize("code", AROUND)
def test_looks_and_attempts_are_told_apart(code):
    events = [
        look(0, PERSON, case=""),
        event(1, PERSON, verb="person.looked_up", case="", outcome="refused"),
    ]
    evidence = found(code, events, **AROUND[code])
    assert evidence is not None
    assert (evidence.measured, evidence.attempts) == (2, 1)


@pytest.mark.parametrize("code", AROUND)
def test_a_decision_that_a_rule_stopped_is_no_attempt_to_look(code):
    stopped = event(0, PERSON, verb="application.approved", outcome="refused")
    assert found(code, [stopped], **AROUND[code]) is None


@pytest.mark.parametrize("code", CHOSEN_BY_SUPERVISORS)
@pytest.mark.parametrize(
    "chosen",
    [
        lambda: typed(0, PERSON),
        lambda: room(0, "trail", "person", PERSON, uuid4()),
        lambda: room(0, "applications.application", "1", PERSON),
    ],
)
def test_whom_a_supervisor_goes_after_in_the_room_is_an_alarm(code, chosen):
    evidence = found(code, [chosen()], **AROUND[code])
    assert evidence is not None
    assert (evidence.measured, evidence.attempts) == (1, 0)


@pytest.mark.parametrize("code", CHOSEN_BY_SUPERVISORS)
def test_whom_a_supervisor_meets_in_lists_or_has_to_judge_is_none(code):
    met = [
        room(0, "trail", "search", PERSON),
        room(1, "trail.officer", "GA-0417", PERSON),
        room(2, "trail.export", "", PERSON),
        alarm_page(3, PERSON),
        room(4, "portal.lookupreview", "1", PERSON, verb="lookup_review.viewed"),
        room(5, "identity.lookquestion", "Q", PERSON, verb="question.viewed"),
        room(6, "identity.disclosurehold", "H", PERSON, verb="hold.viewed"),
        room(7, "identity.protectedperson", "1", PERSON, verb="protection.viewed"),
    ]
    assert found(code, met, **AROUND[code]) is None


@pytest.mark.parametrize("code", CHOSEN_BY_SUPERVISORS)
@pytest.mark.parametrize("duty", ["verdict", "lookup_review", "question"])
def test_whoever_judges_may_look_further_at_those_it_is_about(code, duty):
    given = alarm_page(0, PERSON, purpose=duty)
    further = room(5, "applications.application", "1", PERSON)

    assert found(code, [given, further], **AROUND[code]) is None
    before = room(-5, "applications.application", "1", PERSON)
    evidence = found(code, [before, given, further], **AROUND[code])
    assert evidence is not None
    assert evidence.entries == (before.entry,)


@pytest.mark.parametrize("code", CHOSEN_BY_SUPERVISORS)
def test_an_alarm_that_is_not_ones_to_judge_excuses_nothing(code):
    read = alarm_page(0, PERSON, purpose="supervision")
    further = room(5, "applications.application", "1", PERSON)
    evidence = found(code, [read, further], **AROUND[code])
    assert evidence is not None
    assert evidence.entries == (further.entry,)


def test_judging_excuses_no_look_at_data_and_nobody_else():
    given = alarm_page(0, PERSON)
    data = look(5, PERSON)
    assert found("protected", [given, data], protected=frozenset([PERSON])) is not None
    other = uuid4()
    assert found("protected", [given, typed(5, other)], protected=frozenset([other])) is not None


@pytest.mark.parametrize("code", ["relatives", "household"])
def test_ones_own_family_is_asked_after_wherever_it_is_met(code):
    assert found(code, [alarm_page(0, PERSON)], **AROUND[code]) is not None
    assert found(code, [typed(0, PERSON)], **AROUND[code]) is not None


def test_numbers_a_supervisor_tries_count_found_or_not():
    tried = [typed(minute, *([uuid4()] if minute % 2 else [])) for minute in range(7)]
    evidence = found("searches", tried)
    assert evidence is not None
    assert (evidence.measured, evidence.attempts) == (7, 0)
    assert found("searches", tried[:6]) is None
    pages = [room(minute, "trail", "search", uuid4()) for minute in range(20)]
    assert found("searches", pages) is None


@pytest.mark.parametrize("verb", ["erasure.asked", "hold.asked"])
def test_a_number_typed_in_vain_into_another_form_counts_as_a_search(verb):
    vain = [event(n, verb=verb, outcome="refused", case="") for n in range(7)]
    assert found("searches", vain) is not None
    led_on = [event(n, uuid4(), verb=verb, case="") for n in range(7)]
    assert found("searches", led_on) is None


@pytest.mark.parametrize(
    "verb", ["application.refused", "case.refused", "trail.searched", "case.opened_by_reason"]
)
def test_case_numbers_tried_one_after_another_are_an_alarm_and_one_case_is_one(verb):
    def tried(number: int):
        kind = "applications.application" if verb == "application.refused" else "trail.case"
        return room(number, kind, f"C{number}", verb=verb, outcome="refused")

    evidence = found("searches", [tried(number) for number in range(7)])
    assert evidence is not None
    assert evidence.measured == 7
    assert found("searches", [tried(number) for number in range(6)]) is None
    again = [room(n / 9, "trail.case", "C1", verb=verb, outcome="refused") for n in range(20)]
    assert found("searches", again) is None


def test_leaks_traced_are_a_sort_of_their_own():
    traced = [room(30 * n, "trail", "leaks", verb="trail.leak_traced") for n in range(13)]
    evidence = found("traces", traced)
    assert evidence is not None
    assert (evidence.measured, evidence.entries) == (13, tuple(one.entry for one in traced))
    assert found("traces", traced[:12]) is None
    assert found("searches", traced) is None


def visit(minute: float, person: UUID, **more) -> list[Event]:
    """A page, and a covered value that is shown in full on it."""
    shown = event(minute + 1, person, verb="value.revealed", is_continued=True, **more)
    return [look(minute, person, **more), shown]


@pytest.mark.parametrize("code", AROUND)
def test_a_value_shown_on_a_page_just_looked_at_is_no_second_look(code):
    events = visit(0, PERSON, case="")
    evidence = found(code, events, **AROUND[code])
    assert evidence is not None
    assert (evidence.measured, len(evidence.entries)) == (1, 2)
    assert found(code, events, new=events[1:], **AROUND[code]) is not None
    alone = found(code, events[1:], **AROUND[code])
    assert alone is not None
    assert alone.measured == 1


def test_one_visit_is_one_look_without_a_case_at_night_and_again_and_again():
    day = [one for n in range(10) for one in visit(20 * n, uuid4(), case="")]
    assert found("without_case", day) is None
    bare = found("without_case", [*day, look(300, case="")])
    assert bare is not None
    assert (bare.measured, len(bare.entries)) == (11, 21)

    night = [one for n in range(20) for one in visit(-600 + n * 3, uuid4(), is_off_hours=True)]
    assert found("off_hours", night) is None

    person = uuid4()
    visits = [one for hour in range(4) for one in visit(60 * hour, person)]
    assert found("repeated", visits) is None
