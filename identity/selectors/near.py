"""Who is near to an officer, among people looked at: compared by id and digest, never by name."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.kernel.actors import Actor, Capacity
from audit.waiting import Waiting, waiting_in
from identity.models import (
    Account,
    DeclaredRelative,
    HouseholdMark,
    Mandate,
    Organisation,
    PersonNumber,
    Posting,
    ProtectedPerson,
)
from identity.selectors.accounts import accounts_of_the_same, same_accounts

Pairs = list[tuple[UUID, UUID]]  # account, person
Bearers = dict[UUID, list[UUID]]  # private person, the staff accounts of that officer


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
    for account, person in _family(accounts, bearers, subjects):
        found[account].relatives.add(person)
    for account, person in _housemates(bearers, subjects):
        found[account].household.add(person)
    for account, person in _colleagues(accounts, subjects):
        found[account].colleagues.add(person)
    return dict(found)


def near_to(account_id: UUID) -> frozenset[UUID]:
    """Whom an officer decides nothing about, under whatever account: the officer as a citizen, the
    organisations the officer leads, family and household (Civil Servants Law, article 76)."""
    accounts = list(same_accounts([account_id]))
    bearers = _bearers(accounts)
    pairs = [*_family(accounts, bearers), *_housemates(bearers)]
    return frozenset(person for _account, person in pairs)


def accounts_around(accounts: Collection[UUID]) -> frozenset[UUID]:
    """The staff accounts of these human beings and of everybody close to one of them."""
    mine = list(same_accounts(accounts))
    bearers = _bearers(mine)
    people = {person for _account, person in [*_family(mine, bearers), *_housemates(bearers)]}
    close = Account.objects.filter(private_person__in=people).values_list("pk", flat=True)
    return frozenset([*mine, *close])


def protected_among(subjects: Collection[UUID]) -> frozenset[UUID]:
    held = ProtectedPerson.objects.filter(ended_at=None).values("digest")
    rows = PersonNumber.objects.filter(person__in=subjects, digest__in=held)
    return frozenset(rows.values_list("person_id", flat=True))


def began_protection(account_id: UUID, subjects: Collection[UUID]) -> bool:
    """Whether this human being, under any account, put one of these people under protection."""
    numbers = PersonNumber.objects.filter(person__in=subjects).values("digest")
    rows = ProtectedPerson.objects.filter(digest__in=numbers, ended_at=None)
    return rows.filter(entered_by__in=same_accounts([account_id])).exists()


def protections() -> list[ProtectedPerson]:
    """All that hold now, the newest first. They name nobody: see `known_among`."""
    rows = ProtectedPerson.objects.filter(ended_at=None)
    return list(rows.order_by("-since", "pk"))


def known_among(protected: Collection[ProtectedPerson]) -> list[UUID]:
    """Whom of these somebody here knows, to be recorded where they are shown."""
    rows = PersonNumber.objects.filter(digest__in=[one.digest for one in protected])
    return list(rows.order_by("person").values_list("person_id", flat=True))


def waiting_ends(actor: Actor) -> Waiting:
    """How many protections wait for this keeper to agree to their end; one query."""
    asked = ProtectedPerson.objects.filter(ended_at=None, end_asked_by__isnull=False)
    return waiting_in(asked.exclude(end_asked_by__in=accounts_of_the_same(actor)))


def relatives_of(account_id: UUID) -> list[DeclaredRelative]:
    """Whom an officer declared, the first first."""
    rows = DeclaredRelative.objects.filter(account_id=account_id, ended_at=None)
    return list(rows.order_by("declared_at", "pk"))


def relatives_to_end(actor: Actor) -> QuerySet[DeclaredRelative]:
    """Declarations whose end other officers asked for; they name nobody. Supervisors' only."""
    if actor.capacity is not Capacity.SUPERVISOR:
        return DeclaredRelative.objects.none()
    asked = DeclaredRelative.objects.filter(end_asked_at__isnull=False, ended_at=None)
    return asked.exclude(account__in=accounts_of_the_same(actor))


def waiting_relatives(actor: Actor) -> Waiting:
    """What the menu says of them; one query. None is late: the declaration holds on."""
    return waiting_in(relatives_to_end(actor))


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


def _bearers(accounts: Collection[UUID]) -> Bearers:
    officers = Account.objects.filter(pk__in=accounts, private_person__isnull=False)
    found: Bearers = defaultdict(list)
    for account, person in officers.values_list("pk", "private_person"):
        if person:
            found[person].append(account)
    return found


def _spread(bearers: Bearers, pairs: Pairs) -> Pairs:
    """Pairs of private person and somebody else, for every account of that person."""
    return [(account, theirs) for mine, theirs in pairs for account in bearers.get(mine, ())]


def _among(column: str, subjects: Collection[UUID] | None) -> Q:
    """Rows about one of these; about anybody where nobody is named."""
    return Q() if subjects is None else Q(**{f"{column}__in": subjects})


def _family(
    accounts: Collection[UUID], bearers: Bearers, subjects: Collection[UUID] | None = None
) -> Pairs:
    return [
        *_own(bearers, subjects),
        *_declared(accounts, subjects),
        *_declaring(bearers, subjects),
        *_wards(bearers, subjects),
    ]


def _own(bearers: Bearers, subjects: Collection[UUID] | None) -> Pairs:
    """Oneself, and the organisations one leads."""
    firms = Organisation.objects.filter(_among("pk", subjects), legal_representative__in=bearers)
    led = [
        (leader, firm) for firm, leader in firms.values_list("pk", "legal_representative") if leader
    ]
    return _spread(bearers, [*((person, person) for person in bearers), *led])


def _declared(accounts: Collection[UUID], subjects: Collection[UUID] | None) -> Pairs:
    """Whom one declared."""
    rows = DeclaredRelative.objects.filter(account__in=accounts, ended_at=None)
    declared = [
        (account, bytes(digest)) for account, digest in rows.values_list("account", "digest")
    ]
    numbers = PersonNumber.objects.filter(
        _among("person", subjects), digest__in=[digest for _account, digest in declared]
    )
    people = {bytes(digest): person for digest, person in numbers.values_list("digest", "person")}
    return [(account, people[digest]) for account, digest in declared if digest in people]


def _declaring(bearers: Bearers, subjects: Collection[UUID] | None) -> Pairs:
    """Officers who declared one: whoever is somebody's relative has that relative too."""
    numbers = PersonNumber.objects.filter(person__in=bearers).values_list("digest", "person")
    mine = {bytes(digest): person for digest, person in numbers}
    rows = DeclaredRelative.objects.filter(
        _among("account__private_person", subjects), digest__in=list(mine), ended_at=None
    )
    found = rows.values_list("digest", "account__private_person")
    return _spread(bearers, [(mine[bytes(digest)], person) for digest, person in found if person])


def _wards(bearers: Bearers, subjects: Collection[UUID] | None) -> Pairs:
    """For whom one is guardian, and who is one's own."""
    guardians = Mandate.objects.in_force().filter(kind=Mandate.Kind.GUARDIAN)
    held = guardians.filter(_among("for_person", subjects), holder__in=bearers)
    given = guardians.filter(_among("holder", subjects), for_person__in=bearers)
    pairs = [*held.values_list("holder", "for_person"), *given.values_list("for_person", "holder")]
    return _spread(bearers, [(mine, theirs) for mine, theirs in pairs if mine and theirs])


def _housemates(bearers: Bearers, subjects: Collection[UUID] | None = None) -> Pairs:
    """Who lives at one's registered address."""
    marks = HouseholdMark.objects.filter(digest__isnull=False)
    homes: dict[bytes, list[UUID]] = defaultdict(list)
    for person, digest in marks.filter(person__in=bearers).values_list("person", "digest"):
        homes[bytes(digest or b"")].append(person)
    mates = marks.filter(_among("person", subjects), digest__in=list(homes))
    pairs = [
        (mine, mate)
        for mate, digest in mates.values_list("person", "digest")
        for mine in homes[bytes(digest or b"")]
        if mine != mate
    ]
    return _spread(bearers, pairs)


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
