"""A supervisor types a number: that it was tried is written down, whether anybody has it or not."""

from uuid import UUID

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.selectors import refuse_all_but_readers
from audit.sentinel.events import CASE_NUMBER
from audit.trail import ObjectRef, record

SEARCHED = "trail.searched"
SUPERVISION = Purpose.duty("supervision")


@transaction.atomic
def search_by_number(*, actor: Actor, found: UUID | None) -> None:
    """One entry for each number that is sent off, about whoever has it; refused for all but
    supervisors.

    Looking at what is found is recorded by the page that shows it: without this entry nothing would
    count how many numbers are tried (`audit.sentinel`).
    """
    refuse_all_but_readers(actor)
    record(
        actor=actor,
        verb=SEARCHED,
        on=ObjectRef("trail", "search"),
        subjects=[found] if found else [],
        purpose=SUPERVISION,
        outcome="done" if found else "refused",
    )


@transaction.atomic
def search_by_case(*, actor: Actor, reference: str, is_known: bool) -> None:
    """The same of the number of a case. The entry is about the number and nobody: whose case it is
    stands in the entry of the page that shows it."""
    refuse_all_but_readers(actor)
    record(
        actor=actor,
        verb=SEARCHED,
        on=ObjectRef(CASE_NUMBER, reference),
        purpose=SUPERVISION,
        outcome="done" if is_known else "refused",
    )
