"""Several hands at one case at the very same moment, each over a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils.translation import override

from applications.actions.approve import approve_application
from applications.actions.claim import claim_case, claim_next, claim_next_once
from applications.actions.withdraw import withdraw_application
from applications.models import Application, Outcome
from applications.states import State
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from catalog.selectors.definitions import definition_of
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, make_rows, office_of
from tests.factories.identity import citizen_actor, make_citizen, make_person, officer_actor

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = {
    (
        "This case has ended, so nothing more can be done to it here.",
        "The page of the case shows how it ended, when and by whom.",
    ),
    (
        "This case has already moved on, so this is no longer possible.",
        "Reload the page to see where it stands now.",
    ),
}


@pytest.fixture(autouse=True)
def nothing_kept():
    yield
    definition_of.cache_clear()


def at_once(*acts):
    """What each act gave or was refused with, all of them begun together."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            with in_one_transaction():
                return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


def waiting(how_many: int) -> Application:
    """A queue with this many cases nobody has."""
    with in_one_transaction():
        case = make_handed_in()
        make_rows(case, how_many - 1, state=State.SUBMITTED)
    return case


def clerks(case: Application, how_many: int):
    with in_one_transaction():
        return [officer_actor(make_officer(office_of(case))) for _one in range(how_many)]


def test_clerks_who_take_the_next_case_at_once_take_every_case_exactly_once():
    case = waiting(12)
    two = clerks(case, 2)
    taken = {actor.account_id: [] for actor in two}
    misses = 0

    while Application.objects.unclaimed().exists():
        found = at_once(*(lambda actor=actor: claim_next(actor=actor) for actor in two))
        for actor, one in zip(two, found, strict=True):
            if one is None:
                misses += 1
            else:
                taken[actor.account_id].append(one.reference)

    first, second = taken.values()
    assert len(first) + len(second) == 12
    assert len({*first, *second}) == 12
    assert (len(first), len(second), misses) == (6, 6, 0)
    claimed = AuditEntry.objects.filter(verb="application.claimed")
    assert sorted(claimed.values_list("object_id", flat=True)) == sorted(
        str(key) for key in Application.objects.values_list("pk", flat=True)
    )
    for actor in two:
        own = Application.objects.filter(claimed_by=actor.account_id)
        assert sorted(own.values_list("reference", flat=True)) == sorted(taken[actor.account_id])


def test_for_the_last_case_one_of_many_gets_it_and_the_others_none():
    case = waiting(1)
    four = clerks(case, 4)

    found = at_once(*(lambda actor=actor: claim_next(actor=actor) for actor in four))

    assert sorted(one is not None for one in found) == [False, False, False, True]
    assert AuditEntry.objects.filter(verb="application.claimed").count() == 1


def test_one_key_sent_four_times_at_once_takes_one_case():
    case = waiting(4)
    (actor,) = clerks(case, 1)

    found = at_once(*[lambda: claim_next_once(actor=actor, key="one-wish")] * 4)

    assert {one.reference for one in found} == {found[0].reference}
    assert Application.objects.filter(claimed_by=actor.account_id).count() == 1


def test_a_case_two_take_by_its_number_at_once_goes_to_one_of_them():
    case = waiting(1)
    two = clerks(case, 2)

    found = at_once(
        *(lambda actor=actor: claim_case(actor=actor, reference=case.reference) for actor in two)
    )

    refused = [one for one in found if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["application.taken"]
    assert str(refused[0].message)
    assert AuditEntry.objects.filter(verb="application.claimed").count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_granting_and_withdrawing_at_once_one_wins_and_the_other_is_told(round_):
    with in_one_transaction():
        account = make_citizen(person=make_person(name="李晓"))
        case, posting = make_in_hand(account=account)
    citizen, officer = citizen_actor(account), officer_actor(posting)

    granted, withdrawn = at_once(
        lambda: approve_application(
            actor=officer, reference=case.reference, reason="齐了", no_interest=True
        ),
        lambda: withdraw_application(actor=citizen, reference=case.reference),
    )

    case.refresh_from_db()
    done = AuditEntry.objects.filter(object_id=str(case.pk), outcome="done")
    verbs = set(done.values_list("verb", flat=True))
    both = {"application.approved", "application.withdrawn"}
    if isinstance(granted, Refused):
        assert (case.state, granted.code) == (State.WITHDRAWN, "application.has_ended")
        assert both & verbs == {"application.withdrawn"}
        assert not Outcome.objects.exists()
        loser = granted
    else:
        assert (case.state, withdrawn.code) == (State.APPROVED, "application.move_not_allowed")
        assert both & verbs == {"application.approved"}
        assert Outcome.objects.get().application == case
        loser = withdrawn
    with override("en"):
        assert (str(loser.message), str(loser.next_step)) in TOLD
