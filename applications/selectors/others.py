"""Who is in a case: its parties, and who else is named in it by an identity number.

A case keeps digests, not persons, so that who is known here only later is found too (decision 17).
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from applications.models import Application
from identity.selectors.numbered import digests_of, people_behind


def everybody_in(application: Application) -> list[UUID]:
    """The parties first. Asks the database only of a case that names others."""
    return everybody_in_each([application])[application]


def everybody_in_each(applications: Iterable[Application]) -> dict[Application, list[UUID]]:
    """The same for many cases; one query, however many."""
    cases = list(applications)
    known = people_behind({bytes(one) for case in cases for one in case.named or ()})
    return {case: _everybody(case, known) for case in cases}


def party(own: Collection[UUID]) -> Q:
    """The cases of which any of these is a party, as a condition on cases."""
    return Q(subject_id__in=own) | Q(applicant_id__in=own)


def about_any_of(own: Collection[UUID]) -> Q:
    """The cases that concern an officer as a citizen: colleagues handle them."""
    numbers = digests_of(own) if own else []
    return party(own) | Q(named__overlap=numbers) if numbers else party(own)


def merely_names(own: Collection[UUID]) -> Q:
    """The cases that name an officer as a citizen and are no matter of theirs: whose they are is
    told to nobody who is only named (decision 13)."""
    return about_any_of(own) & ~party(own)


def _everybody(case: Application, known: dict[bytes, UUID]) -> list[UUID]:
    others = [known[one] for one in map(bytes, case.named or ()) if one in known]
    return list(dict.fromkeys([*case.subjects, *others]))
