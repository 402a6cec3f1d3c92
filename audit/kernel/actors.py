"""Who acts. The one value every action receives and every trail entry stores."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID


class Capacity(StrEnum):
    """As what somebody acts. The trail stores it, access functions ask it."""

    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"
    DELEGATE = "delegate"
    CLERK = "clerk"
    SUPERIOR = "superior"
    SUPERVISOR = "supervisor"
    CATALOGUE = "catalogue"
    LEAD = "lead"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    SYSTEM = "system"


class PurposeKind(StrEnum):
    """Why something was looked at or done."""

    OWN = "own"  # one's own data
    CASE = "case"  # the case whose reference is given
    REASON = "reason"  # a reason from a list, without a case
    DUTY = "duty"  # supervision, administration or a system job


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why: a case reference or the code of a typed reason, never free text."""

    kind: PurposeKind
    code: str = ""

    @classmethod
    def own(cls) -> Self:
        return cls(PurposeKind.OWN)

    @classmethod
    def case(cls, reference: str) -> Self:
        return cls(PurposeKind.CASE, reference)

    @classmethod
    def duty(cls, code: str) -> Self:
        return cls(PurposeKind.DUTY, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or job at work, in one capacity, for one department.

    Frozen on purpose: an officer who holds two postings acts as two actors, and the
    trail must say which of the two opened the record.

    `label` is an officer code or the name of a job, never a person's name. `person_id`
    is the citizen's own person, `on_behalf_of` the person or organisation acted for.
    `sign_in` identifies the session it acts in (a digest, not the key). `proven_at` is when a
    code of the officer's app was last checked in it (see `audit.kernel.fresh`).
    """

    account_id: UUID | None
    label: str
    capacity: Capacity
    department_code: str = ""
    region_code: str = ""
    person_id: UUID | None = None
    on_behalf_of: UUID | None = None
    mandate_id: UUID | None = None
    sign_in: str = ""
    request_id: str = ""
    proven_at: datetime | None = None

    @classmethod
    def system(cls, job: str) -> "Actor":
        """The portal itself: a job, or an answer to somebody who is not known."""
        return cls(account_id=None, label=job, capacity=Capacity.SYSTEM)

    @classmethod
    def anonymous(cls, request_id: str = "") -> "Actor":
        return cls(account_id=None, label="", capacity=Capacity.ANONYMOUS, request_id=request_id)

    def proven(self, at: datetime | None) -> "Actor":
        """The same, with the moment of the last code."""
        return replace(self, proven_at=at)

    @property
    def account(self) -> UUID:
        """The account, where only somebody who signed in can have come this far."""
        if self.account_id is None:
            raise LookupError(f"{self.capacity} acts without an account")
        return self.account_id

    @property
    def is_staff(self) -> bool:
        return self.capacity in STAFF_CAPACITIES

    @property
    def subject_id(self) -> UUID | None:
        """Whom this actor acts for: the principal, else oneself."""
        return self.on_behalf_of or self.person_id


STAFF_CAPACITIES = frozenset(
    {
        Capacity.CLERK,
        Capacity.SUPERIOR,
        Capacity.SUPERVISOR,
        Capacity.CATALOGUE,
        Capacity.LEAD,
        Capacity.SYSADMIN,
        Capacity.SECADMIN,
    }
)
