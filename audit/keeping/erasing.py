"""Erasing the words of entries where the law gives somebody that right.

What happened stays: the entry, its hash and its place in the tree. What was said in it goes, with
the salt of its hash, so that nobody can find out what it was by trying. The grounds are those of
article 47 of the Personal Information Protection Law (个人信息保护法).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity, Purpose, PurposeKind
from audit.sealing.leaves import COLUMNS, Leaf
from audit.trail import ObjectRef, record

ERASED = "trail.words_erased"
JOB = "erase_words"
KIND_OF_ALL, KIND_OF_OWN = "trail.words", "trail.own_words"


class Ground(StrEnum):
    """The five cases of article 47, paragraph 1."""

    ACHIEVED = "pipl47_achieved"  # (1) the purpose is achieved, cannot be, or needs it no more
    EXPIRED = "pipl47_expired"  # (2) the service ended, or the period of keeping is over
    WITHDRAWN = "pipl47_withdrawn"  # (3) the person took the consent back
    UNLAWFUL = "pipl47_unlawful"  # (4) it was handled against law or agreement
    OTHER_LAW = "pipl47_other"  # (5) another law says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Whose words go, from before which day, on what ground; by the number of its order.

    The words of an entry are about everybody in it together. Those of an entry that is about others
    as well go only if `with_others` says so.
    """

    number: str
    subject: UUID
    before: date
    ground: Ground
    with_others: bool

    @property
    def until(self) -> datetime:
        """The first moment whose words stay: midnight, here."""
        return timezone.make_aware(datetime.combine(self.before, time.min))

    def takes(self, at: datetime, subjects: Collection[str]) -> bool:
        """Whether the words of an entry of that moment about these go."""
        is_about = str(self.subject) in subjects
        return is_about and at < self.until and (self.with_others or len(set(subjects)) == 1)

    @classmethod
    def of(cls, leaf: Leaf) -> "Erasure":
        """What an entry of the trail says was erased. ValueError if it says no such thing."""
        said = dict(zip(COLUMNS, leaf.values, strict=True))
        who = said["actor"], said["actor_label"], said["capacity"]
        what = said["verb"], said["outcome"], said["purpose_kind"]
        if (
            (who, what) != ((None, JOB, Capacity.SYSTEM), (ERASED, "done", PurposeKind.REASON))
            or said["object_kind"] not in (KIND_OF_ALL, KIND_OF_OWN)
            or len(leaf.subjects) != 1
        ):
            raise ValueError("no entry of an erasure")
        return cls(
            number=said["request_id"] or f"entry-{leaf.entry_id}",
            subject=UUID(leaf.subjects[0]),
            before=date.fromisoformat(said["object_id"]),
            ground=Ground(said["purpose"]),
            with_others=said["object_kind"] == KIND_OF_ALL,
        )


def erasures() -> list[Erasure]:
    """Every erasure there ever was in this trail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select number, subject, before, ground, with_others from audit_erasure_rule"
            " order by entry_id"
        )
        return [
            Erasure(
                number=number,
                subject=subject,
                before=before,
                ground=Ground(ground),
                with_others=with_others,
            )
            for number, subject, before, ground, with_others in cursor.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class Done:
    """That an order was carried out: the number of the entry that says so, its moment, and under
    which account of the machine. The last two are None and empty where the entry has left the
    database with its month, or does not say."""

    entry_id: int
    at: datetime | None
    account: str


def how_carried_out(number: str) -> Done | None:
    """When an order was carried out and by whom; None if it was not. Gated: an entry about the
    person comes first."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [number])
        row = cursor.fetchone()
    return Done(row[0], row[1], row[2] or "") if row else None


def carried_out(numbers: Collection[str]) -> set[str]:
    """Which of these orders have been carried out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select number from audit_erasure_rule where number = any(%s)", [list(numbers)]
        )
        return {row[0] for row in cursor.fetchall()}


_DONE = """
select r.entry_id, e.at, d.body ->> 'account'
  from audit_erasure_rule r
  left join audit_entry e on e.id = r.entry_id
  left join audit_detail d on d.entry_id = e.id and d.at = e.at
 where r.number = %s
"""

_ERASE = """
with erased as (
  delete from audit_detail d using audit_subject s
   where s.subject = %(subject)s and s.at < %(until)s and s.entry_id <> %(entry)s
     and d.entry_id = s.entry_id and d.at = s.at
     and (%(with_others)s or d.subjects <@ array[%(subject)s]::uuid[])
  returning d.entry_id)
insert into audit_erasure(entry_id, erased_by)
select entry_id, %(entry)s from erased on conflict do nothing
"""


def erase(erasure: Erasure, account: str = "") -> int:
    """Erase the words it takes, here and now, and keep it for whatever comes back later.

    Returns from how many entries. `account`: that of the machine under which this runs. For
    the owner of the database only. One entry says so and keeps its own words; it stands in
    `audit_erasure` beside each number, so that a check can tell words erased by law from words
    somebody made away with. IntegrityError if this number was carried out already.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        entry_id = record_erasure(erasure, account)
        cursor.execute(
            "insert into audit_erasure_rule(number, entry_id, subject, before, with_others, ground)"
            " values (%s, %s, %s, %s, %s, %s)",
            [
                erasure.number,
                entry_id,
                erasure.subject,
                erasure.before,
                erasure.with_others,
                erasure.ground,
            ],
        )
        cursor.execute(
            _ERASE,
            {
                "subject": erasure.subject,
                "until": erasure.until,
                "with_others": erasure.with_others,
                "entry": entry_id,
            },
        )
        erased: int = cursor.rowcount
    return erased


def record_erasure(erasure: Erasure, account: str = "") -> int:
    """The entry that says it: all that `Erasure.of` needs is in it, under seal. Who did it is kept
    apart, like all words."""
    return record(
        actor=replace(Actor.system(JOB), request_id=erasure.number),
        verb=ERASED,
        on=ObjectRef(
            KIND_OF_ALL if erasure.with_others else KIND_OF_OWN, erasure.before.isoformat()
        ),
        subjects=[erasure.subject],
        purpose=Purpose(PurposeKind.REASON, erasure.ground),
        detail={"account": account} if account else None,
    )
