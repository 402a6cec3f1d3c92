"""Who is near to whom and who is under protection, for tests; the gate is closed again."""

from typing import Any

from audit.trail import record
from identity.actions.mark_households import MARKED, mark_household
from identity.models import Account, DeclaredRelative, Person, ProtectedPerson
from tests.conftest import close_gate
from tests.factories.identity import ARRANGING


def make_relative(account: Account, digest: bytes, relation: str = "child") -> DeclaredRelative:
    """Somebody this officer declared, by the blind index of the number."""
    record(actor=ARRANGING, verb="test.arranged", subjects=[account.pk])
    made = DeclaredRelative.objects.create(account=account, digest=digest, relation=relation)
    close_gate()
    return made


def declared(**fields: Any) -> DeclaredRelative:
    """The one declaration there is, or the one that is like this, read as it stands now."""
    officers = list(Account.objects.filter(kind="staff").values_list("pk", flat=True))
    record(actor=ARRANGING, verb="test.looked", subjects=officers)
    found = DeclaredRelative.objects.get(**fields)
    close_gate()
    return found


def opened(protection: ProtectedPerson) -> Any:
    """The rows of that keeper's protections, open to the end of the test or the next request."""
    record(actor=ARRANGING, verb="test.looked", subjects=[protection.entered_by_id])
    return ProtectedPerson.objects.filter(entered_by=protection.entered_by_id)


def move_to(address: str, *people: Person) -> None:
    """These people live at this address now."""
    for one in people:
        record(actor=ARRANGING, verb=MARKED, on=one, subjects=[one.pk])
        mark_household(one.pk, address)
    close_gate()
