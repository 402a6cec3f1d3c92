"""The life of a case, as a table."""

import pytest

from applications.states import ENDED, MOVES, OPEN, State


def test_every_state_has_its_moves():
    assert set(MOVES) == set(State)


def test_cases_end_in_three_ways_only():
    assert {state.value for state in ENDED} == {"approved", "rejected", "withdrawn"}


def test_every_state_but_the_draft_can_be_reached_and_every_open_one_can_end():
    reachable = {to for moves in MOVES.values() for to in moves}
    assert reachable == set(State) - {State.DRAFT}
    for state in OPEN:
        assert _can_end(state, set()), state


@pytest.mark.parametrize("state", sorted(OPEN | {State.DRAFT}))
def test_the_applicant_can_take_back_whatever_is_not_decided(state):
    assert State.WITHDRAWN in MOVES[state]


def test_only_a_case_being_looked_at_can_be_granted_or_refused():
    assert [state for state, moves in MOVES.items() if State.APPROVED in moves] == [State.ACCEPTED]
    assert [state for state, moves in MOVES.items() if State.REJECTED in moves] == [State.ACCEPTED]


def _can_end(state: State, seen: set[State]) -> bool:
    return state in ENDED or any(
        _can_end(to, seen | {state}) for to in MOVES[state] if to not in seen
    )
