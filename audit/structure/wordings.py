"""How PostgreSQL writes a condition once it has been dumped and restored.

It keeps conditions as they were understood, and writes them out in words that are understood the
same and kept otherwise: a list is cast as a whole at first and value by value afterwards, and
brackets fall away. So a restored database says of the same safeguards something else. Each wording
is found by letting PostgreSQL read its own, until it says the same again.
"""

import re
from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

from audit.structure.reading import PLAINLY

AGAIN = "zz_read_again"

_CHECKS = """
select c.oid::regclass::text, replace(pg_get_constraintdef(o.oid), ' NOT VALID', '')
  from pg_constraint o join pg_class c on c.oid = o.conrelid
 where o.contype = 'c' and c.relnamespace = 'public'::regnamespace order by 1, 2
"""
_CHECK = f"""
select replace(pg_get_constraintdef(o.oid), ' NOT VALID', '')
  from pg_constraint o where o.conname = '{AGAIN}' and o.conrelid = %s::regclass
"""  # noqa: S608 - our own name
_TRIGGERS = """
select c.oid::regclass::text, pg_get_triggerdef(t.oid), t.tgname
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where not t.tgisinternal and t.tgqual is not null and t.tgparentid = 0
   and c.relnamespace = 'public'::regnamespace order by 1, 3
"""
_TRIGGER = f"""
select pg_get_triggerdef(t.oid) from pg_trigger t
 where t.tgname = '{AGAIN}' and t.tgrelid = %s::regclass
"""  # noqa: S608 - our own name


def other_wordings() -> dict[str, list[str]]:
    """By what a check or trigger says now, what it says once restored. For the owner; what is made
    for it is undone."""
    found: dict[str, list[str]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAINLY)
        cursor.execute(_CHECKS)
        for table, text in cursor.fetchall():
            found[text] = _read_again(text, partial(_check, table))
        cursor.execute(_TRIGGERS)
        for table, text, name in cursor.fetchall():
            again = text.replace(f"TRIGGER {name} ", f"TRIGGER {AGAIN} ", 1)
            others = _read_again(again, partial(_trigger, table))
            found[_unnamed(text)] = [_unnamed(one) for one in others]
        transaction.set_rollback(True)
    return {text: others for text, others in sorted(found.items()) if others}


def _read_again(text: str, read: Callable[[str], str]) -> list[str]:
    """What it says after one restore, after two, and so on, where that is not what it said."""
    said = [text]
    while (text := read(text)) not in said:
        said.append(text)
    return said[1:]


def _check(table: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} add constraint {AGAIN} {text} not valid")
        cursor.execute(_CHECK, [table])
        said: str = cursor.fetchone()[0]
        cursor.execute(f"alter table {table} drop constraint {AGAIN}")
    return said


def _trigger(table: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(text)
        cursor.execute(_TRIGGER, [table])
        said: str = cursor.fetchone()[0]
        cursor.execute(f"drop trigger {AGAIN} on {table}")
    return said


def _unnamed(text: str) -> str:
    """A trigger as it is compared (`reading`): without its name."""
    return re.sub(r"^CREATE (CONSTRAINT )?TRIGGER \S+ ", "", text)
