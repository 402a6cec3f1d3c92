"""Erasing the words of entries where the law gives somebody that right.

What happened stays: the entry, its hash and its place in the tree. What was said in it goes, with
the salt of its hash, so that nobody can find out what it was by trying. The grounds are those of
article 47 of the Personal Information Protection Law (个人信息保护法).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction

from audit.kernel.actors import Actor, Purpose, PurposeKind
from audit.trail import ObjectRef, record

ERASED = "trail.words_erased"


class Ground(StrEnum):
    """The five cases of article 47, paragraph 1."""

    ACHIEVED = "pipl47_achieved"  # (1) the purpose is achieved, cannot be, or needs it no more
    EXPIRED = "pipl47_expired"  # (2) the service ended, or the period of keeping is over
    WITHDRAWN = "pipl47_withdrawn"  # (3) the person took the consent back
    UNLAWFUL = "pipl47_unlawful"  # (4) it was handled against law or agreement
    OTHER_LAW = "pipl47_other"  # (5) another law says so


def erase_words(subject: UUID, before: datetime, ground: Ground) -> int:
    """Erase the words of every entry about `subject` from before a moment; returns how many.

    For the owner of the database only. One entry says so; it stands in `audit_erasure` beside each
    number, so that a check can tell words erased by law from words somebody made away with.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        entry_id = record(
            actor=Actor.system("erase_words"),
            verb=ERASED,
            on=ObjectRef("trail.words", before.date().isoformat()),
            subjects=[subject],
            purpose=Purpose(PurposeKind.REASON, ground),
        )
        cursor.execute(
            "with erased as (delete from audit_detail d using audit_subject s"
            " where s.subject = %s and s.at < %s and d.entry_id = s.entry_id and d.at = s.at"
            " returning d.entry_id)"
            " insert into audit_erasure(entry_id, erased_by) select entry_id, %s from erased",
            [subject, before, entry_id],
        )
        erased: int = cursor.rowcount
    return erased
