"""What supervisors found tells of no look that is held back, and nothing else is kept with it."""

import pytest

from identity.actions.end_hold import end_hold
from identity.models import DisclosureHold
from tests.conftest import close_gate
from tests.factories.found_looks import ACCESS, NOT_FINE, NOT_IN_ORDER, found_at, judge, looked_up
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    make_citizen,
    make_organisation,
    make_posting,
    officer_actor,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    return make_posting(capacity="supervisor")


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _one in range(2)]


def hold_looks_of(posting, subject_id, two) -> DisclosureHold:
    scope = {"scope": DisclosureHold.Scope.OFFICER, "scope_code": posting.officer_code}
    request = wanted(make_citizen(), posting.department, subject_id=subject_id, **scope)
    return in_force(two, request)


def judged_told(client) -> int:
    """How many judgements stand in the list of those who check."""
    lines = client.get(ACCESS).context["checkers"].looks
    looks = [look for one in lines for look in (one.same or (one,))]
    return sum(look.reviewed is not None or "复核" in look.what for look in looks)


def test_what_was_judged_after_the_first_look_a_hold_keeps_is_kept_with_its_entry(
    client, citizen, clerk, supervisor, two
):
    """The hold comes later than the judgement; told at the look, it would tell of the hold."""
    elsewhere = make_posting()
    earlier, later = looked_up(clerk, citizen), looked_up(clerk, citizen)
    judge(supervisor, earlier, NOT_FINE)
    make_look(elsewhere, citizen.person_id)
    judge(supervisor, later, NOT_FINE)

    hold = hold_looks_of(elsewhere, citizen.person_id, two)

    assert found_at(client, citizen) == {earlier.entry_id: [NOT_IN_ORDER], later.entry_id: []}
    assert judged_told(client) == 1
    client.cookies.clear()
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()
    found = found_at(client, citizen)
    assert [found[one.entry_id] for one in (earlier, later)] == [[NOT_IN_ORDER]] * 2
    assert judged_told(client) == 2


def test_a_hold_on_a_firm_keeps_no_judgement_of_looks_at_who_leads_it(
    client, citizen, clerk, supervisor, two
):
    elsewhere, firm = make_posting(), make_organisation(legal_representative=citizen.person)
    make_look(elsewhere, firm.pk)
    hold_looks_of(elsewhere, firm.pk, two)
    review = looked_up(clerk, citizen)
    judge(supervisor, review, NOT_FINE)

    assert found_at(client, citizen) == {review.entry_id: [NOT_IN_ORDER]}
    assert judged_told(client) == 1
