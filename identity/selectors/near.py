"""Who is near to an officer, among people looked at: compared by id and digest, never by name.

Relatives, households and protections stand behind the gate. The database compares them with people
at hand (`identity_near`, `identity_protected`) and says nothing of anybody else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from audit.kernel.actors import Actor, Capacity
from audit.waiting import Waiting
from identity.models import (
    Account,
    DeclaredRelative,
    Mandate,
    Organisation,
    PersonNumber,
    Posting,
    ProtectedPerson,
)
from identity.selectors.accounts import accounts_of_the_same, same_accounts

Pairs = list[tuple[UUID, UUID]]  # account, person
Bearers = dict[UUID, list[UUID]]  # private person, the staff accounts of that officer

AT_ONCE = 200
"""How many people, or officers, the database compares in one answer."""


@dataclass(slots=True)
class Circle:
    """The people around one officer."""

    relatives: set[UUID] = field(default_factory=set)
    household: set[UUID] = field(default_factory=set)
    colleagues: set[UUID] = field(default_factory=set)


def circles(accounts: Collection[UUID], subjects: Collection[UUID]) -> dict[UUID, Circle]:
    """For each officer who of these subjects is near; the same few queries however many ask."""
    found: dict[UUID, Circle] = defaultdict(Circle)
    bearers = _bearers(accounts)
    for account, person in (*_own(bearers, subjects), *_wards(bearers, subjects)):
        found[account].relatives.add(person)
    for account, person, is_household in _compared(accounts, subjects):
        circle = found[account]
        (circle.household if is_household else circle.relatives).add(person)
    for account, person in _colleagues(accounts, subjects):
        found[account].colleagues.add(person)
    return dict(found)


def near_among(account_id: UUID, subjects: Collection[UUID]) -> frozenset[UUID]:
    """About whom of these an officer decides nothing, under whatever account: the officer as a
    citizen, organisations the officer leads, family and household (Civil Servants Law, article
    76)."""
    if not subjects:
        return frozenset()
    mine = dict(same_accounts([account_id]).values_list("pk", "private_person"))
    accounts, bearers = list(mine), _by_person(mine)
    pairs = (*_own(bearers, subjects), *_wards(bearers, subjects))
    near = {
        *(one for _by, one in pairs),
        *(one for _by, one, _how in _compared(accounts, subjects)),
    }
    return frozenset(near.intersection(subjects))


def accounts_around(accounts: Collection[UUID]) -> frozenset[UUID]:
    """The staff accounts of these human beings and of everybody close to one of them."""
    mine = list(same_accounts(accounts))
    bearers = _bearers(mine)
    officers = list(
        Account.objects.filter(private_person__isnull=False)
        .values_list("private_person", flat=True)
        .distinct()
    )
    persons = [one for one in officers if one]
    people = {one for _by, one, _how in _compared(mine, persons)}
    people |= {one for _by, one in (*_own(bearers, persons), *_wards(bearers, persons))}
    close = Account.objects.filter(private_person__in=people).values_list("pk", flat=True)
    return frozenset([*mine, *close])


def protected_among(subjects: Collection[UUID]) -> frozenset[UUID]:
    """Who of these is under protection."""
    return _protected(subjects, None)


def began_protection(account_id: UUID, subjects: Collection[UUID]) -> bool:
    """Whether this human being, under any account, put one of these people under protection."""
    mine = list(same_accounts([account_id]))
    return bool(_protected(subjects, mine))


def keepers_of_protections() -> list[UUID]:
    """The accounts of those who put somebody under protection that holds: what these rows open
    with."""
    found: list[UUID] = _answer("identity_keepers()")
    return found


def protections() -> list[ProtectedPerson]:
    """All that hold now, the newest first. They name nobody: see `known_among`. Gated: the accounts
    of their keepers were recorded before."""
    rows = ProtectedPerson.objects.filter(ended_at=None)
    return list(rows.order_by("-since", "pk"))


def known_among(protected: Collection[ProtectedPerson]) -> list[UUID]:
    """Whom of these somebody here knows, to be recorded where they are shown."""
    rows = PersonNumber.objects.filter(digest__in=[one.digest for one in protected])
    return list(rows.order_by("person").values_list("person_id", flat=True))


def waiting_ends(actor: Actor) -> Waiting:
    """How many protections wait for this keeper to agree to their end; one query."""
    return Waiting(_of_others("identity_protections_to_end", actor), late=0)


def relatives_of(account_id: UUID) -> list[DeclaredRelative]:
    """Whom an officer declared, the first first. Gated: the officer's account was recorded."""
    rows = DeclaredRelative.objects.filter(account_id=account_id, ended_at=None)
    return list(rows.order_by("declared_at", "pk"))


def whose_relative(relative_id: UUID) -> UUID | None:
    """The account of a declaration that holds; nothing else of it is read."""
    found: UUID | None = _answer("identity_relative_is_of(%s)", relative_id)
    return found


def who_ends_relatives(actor: Actor) -> list[UUID]:
    """The accounts of other officers who asked for the end of a declaration, one for each.
    Supervisors' only."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return []
    found: list[UUID] = _of_others("identity_relatives_to_end", actor)
    return found


def relatives_to_end(accounts: Collection[UUID]) -> QuerySet[DeclaredRelative]:
    """The declarations of these officers whose end was asked for; they name nobody. Gated: these
    accounts were recorded before."""
    return DeclaredRelative.objects.filter(
        account__in=accounts, end_asked_at__isnull=False, ended_at=None
    )


def waiting_relatives(actor: Actor) -> Waiting:
    """What the menu says of them; one query. None is late: the declaration holds on."""
    return Waiting(len(who_ends_relatives(actor)), late=0)


def are_related(one: UUID, other: UUID) -> bool:
    """Whether two staff accounts are one person's, of relatives, or of one household."""
    if other in same_accounts([one]):
        return True
    persons = dict(
        Account.objects.filter(pk__in=[one, other])
        .exclude(private_person=None)
        .values_list("pk", "private_person")
    )
    around = circles([one, other], [person for person in persons.values() if person])
    return any(
        persons.get(theirs) in around[mine].relatives | around[mine].household
        for mine, theirs in ((one, other), (other, one))
        if mine in around
    )


def without_mark(at_most: int) -> list[UUID]:
    """People of whom it was never noted whether somebody lives with them, the first first."""
    found: list[UUID] = _answer("identity_without_mark(%s)", at_most)
    return found


def _answer(question: str, *values: Any) -> Any:
    """What a function of the database says: it compares and reads nothing out."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {question}", values)
        return cursor.fetchone()[0]


def _protected(subjects: Collection[UUID], begun_by: list[UUID] | None) -> frozenset[UUID]:
    question = "identity_protected(%s::uuid[], %s::uuid[])"
    return frozenset(
        one for some in _at_once(subjects) for one in _answer(question, some, begun_by)
    )


def _at_once(people: Collection[UUID]) -> Iterator[list[UUID]]:
    """These in portions the database compares; one, if there is nobody."""
    listed = list(people)
    for begin in range(0, max(1, len(listed)), AT_ONCE):
        yield listed[begin : begin + AT_ONCE]


def _of_others(function: str, actor: Actor) -> Any:
    """What this function says when it leaves out every account of the human being who acts."""
    mine, values = accounts_of_the_same(actor).query.sql_with_params()
    return _answer(f"{function}(array({mine}))", *values)


def _compared(
    accounts: Collection[UUID], subjects: Collection[UUID]
) -> list[tuple[UUID, UUID, bool]]:
    """Declared relatives, both ways, and housemates among these: officer, person, which of both."""
    found: list[tuple[UUID, UUID, bool]] = []
    with connection.cursor() as cursor:
        for officers, people in product(_at_once(accounts), _at_once(subjects)):
            cursor.execute(
                "select account, person, is_household from identity_near(%s::uuid[], %s::uuid[])",
                [officers, people],
            )
            found += cursor.fetchall()
    return found


def _bearers(accounts: Collection[UUID]) -> Bearers:
    officers = Account.objects.filter(pk__in=accounts, private_person__isnull=False)
    return _by_person(dict(officers.values_list("pk", "private_person")))


def _by_person(officers: Mapping[UUID, UUID | None]) -> Bearers:
    found: Bearers = defaultdict(list)
    for account, person in officers.items():
        if person:
            found[person].append(account)
    return found


def _spread(bearers: Bearers, pairs: Pairs) -> Pairs:
    """Pairs of private person and somebody else, for every account of that person."""
    return [(account, theirs) for mine, theirs in pairs for account in bearers.get(mine, ())]


def _own(bearers: Bearers, subjects: Collection[UUID]) -> Pairs:
    """Oneself, and the organisations one leads."""
    firms = Organisation.objects.filter(pk__in=subjects, legal_representative__in=bearers)
    led = [
        (leader, firm) for firm, leader in firms.values_list("pk", "legal_representative") if leader
    ]
    return _spread(bearers, [*((person, person) for person in bearers), *led])


def _wards(bearers: Bearers, subjects: Collection[UUID]) -> Pairs:
    """For whom one is guardian, and who is one's own."""
    guardians = Mandate.objects.in_force().filter(kind=Mandate.Kind.GUARDIAN)
    held = guardians.filter(for_person__in=subjects, holder__in=bearers)
    given = guardians.filter(holder__in=subjects, for_person__in=bearers)
    pairs = [*held.values_list("holder", "for_person"), *given.values_list("for_person", "holder")]
    return _spread(bearers, [(mine, theirs) for mine, theirs in pairs if mine and theirs])


def _colleagues(accounts: Collection[UUID], subjects: Collection[UUID]) -> Pairs:
    in_force = Posting.objects.in_force()
    mine = list(in_force.filter(account__in=accounts).values_list("account", "department"))
    others = in_force.filter(
        department__in={department for _account, department in mine},
        account__private_person__in=subjects,
    ).values_list("account", "department", "account__private_person")
    return [
        (account, person)
        for other, at, person in others
        for account, department in mine
        if department == at and account != other and person
    ]
