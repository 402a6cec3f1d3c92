"""The reasons for which an officer may look without a case: a closed list, no free text.

Each says who may use it, what it opens and how often, here and nowhere else. What a reason does not
name is not read (Personal Information Protection Law, article 6: no more than the purpose needs).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Capacity
from identity.quota import PERSONS, Quota


class Field(StrEnum):
    """What a look at a person can show. Numbers are covered but for `PHONE_IN_FULL`."""

    NAME = "name"
    NUMBER = "number"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    PHONE_IN_FULL = "phone_in_full"
    ADDRESS = "address"
    CASES = "cases"


class Part(StrEnum):
    """What a look into a case of another office can show; covered values stay covered."""

    STANDING = "standing"
    ANSWERS = "answers"
    DECISIONS = "decisions"
    FILES = "files"


CASES = Quota(2, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason. A posting that `person` or `case` does not name cannot use it there."""

    code: str
    words: Promise
    person: Mapping[Capacity, tuple[Field, ...]] = field(default_factory=dict)
    case: Mapping[Capacity, tuple[Part, ...]] = field(default_factory=dict)
    quota: Quota = PERSONS
    case_quota: Quota = CASES


CLERK, SUPERIOR, SUPERVISOR = Capacity.CLERK, Capacity.SUPERIOR, Capacity.SUPERVISOR
WHO = (Field.NAME, Field.NUMBER)

ALL: tuple[Reason, ...] = (
    Reason(
        code="called",
        words=_("The person called or came and asked about their case"),
        person={
            CLERK: (*WHO, Field.CASES),
            SUPERIOR: (*WHO, Field.PHONE, Field.CASES),
        },
    ),
    Reason(
        code="wrong_office",
        words=_("A letter or document arrived without a case number"),
        person={
            CLERK: (*WHO, Field.CASES),
            SUPERIOR: (*WHO, Field.ADDRESS, Field.CASES),
        },
    ),
    Reason(
        code="urgent_help",
        words=_("Urgent help for the person"),
        person={
            CLERK: (*WHO, Field.PHONE_IN_FULL, Field.ADDRESS),
            SUPERIOR: (*WHO, Field.BIRTH_DATE, Field.PHONE_IN_FULL, Field.ADDRESS, Field.CASES),
            # People under protection only: see `barred.py`.
            SUPERVISOR: (*WHO, Field.PHONE_IN_FULL, Field.ADDRESS),
        },
        case={
            CLERK: (Part.STANDING, Part.ANSWERS),
            SUPERIOR: (Part.STANDING, Part.ANSWERS, Part.DECISIONS),
            SUPERVISOR: (Part.STANDING, Part.ANSWERS),
        },
    ),
    Reason(
        code="office_closed",
        words=_("The office that has the case cannot be reached, for example after a fire"),
        case={
            CLERK: (Part.STANDING,),
            SUPERIOR: (Part.STANDING, Part.ANSWERS, Part.DECISIONS),
        },
    ),
    Reason(
        code="court_request",
        words=_("A court or another authority asked in writing"),
        person={SUPERIOR: (*WHO, Field.BIRTH_DATE, Field.PHONE, Field.ADDRESS, Field.CASES)},
        case={SUPERIOR: (Part.STANDING, Part.ANSWERS, Part.DECISIONS, Part.FILES)},
    ),
)

REASONS: dict[str, Promise] = {one.code: one.words for one in ALL}


def reasons_for_persons(capacity: Capacity) -> dict[str, Reason]:
    """By code: the reasons for which somebody on such a post may look a person up."""
    return {one.code: one for one in ALL if capacity in one.person}


def reasons_for_cases(capacity: Capacity) -> dict[str, Reason]:
    """By code: the reasons for which somebody on such a post may open another office's case."""
    return {one.code: one for one in ALL if capacity in one.case}
