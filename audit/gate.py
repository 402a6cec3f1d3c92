"""The migration operations of the trail: tables behind the gate, and rows that need an entry."""

from collections.abc import Mapping

from django.db import migrations

from audit.kernel.actors import Capacity

APP_ROLE = "portal_app"


def condition(subject: str) -> str:
    """The policy's condition. Only this form lets the gate use the index on the subject column.

    Its first half is true or raises. PostgreSQL asks what costs it nothing first, and comparisons
    of the asker's before the second half: without the first, a row that does not meet them would
    pass in silence, and silence tells that no row does.
    """
    return (
        f"(select audit_opened()) is not null and {subject} = any((select audit_opened())::uuid[])"
    )


def gated(table: str, subject: str = "subject_id") -> migrations.RunSQL:
    """Row security on `table`: its rows exist only for transactions that recorded their subject.

    The application role also loses DELETE: personal records are erased by a recorded action of the
    owner's, never by the way.
    """
    is_open = condition(subject)
    return migrations.RunSQL(
        f"alter table {table} enable row level security;"
        f" create policy gate on {table} to {APP_ROLE} using ({is_open}) with check ({is_open});"
        f" revoke delete, truncate on {table} from {APP_ROLE};",
        f"drop policy gate on {table};"
        f" alter table {table} disable row level security;"
        f" grant delete on {table} to {APP_ROLE};",
    )


def values_not_counted() -> migrations.RunSQL:
    """PostgreSQL keeps no statistics of gated tables but of keys, and forgets those it has.

    What it expects of a question (`explain`) is told to everybody who may ask it, recorded or not,
    and tells common values and where the others lie. Keys are of type uuid and bigint; the gate
    needs its own. Repeat it after the migration that gives a gated table another column. The words
    of the trail lie in months, each a table, and have a migration of their own (audit 0043).
    """
    return migrations.RunSQL(_NOT_COUNTED)


# Before PostgreSQL 18 only a superuser can have statistics forgotten.
_NOT_COUNTED = """
do $x$ declare one record; begin
  for one in
    select c.relname as gated, a.attname as value from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity
       and a.atttypid not in ('uuid'::regtype, 'bigint'::regtype)
  loop
    execute format('alter table %I alter column %I set statistics 0', one.gated, one.value);
    if to_regproc('pg_clear_attribute_stats') is not null then
      perform pg_clear_attribute_stats('public', one.gated, one.value, false);
    end if;
  end loop;
end $x$
"""


def needs_entry(
    trigger: str,
    after: str,
    *,
    verb: str,
    of: tuple[str, str],
    by: str,
    acting_as: tuple[Capacity, ...],
    when: str = "",
    is_code: bool = False,
) -> migrations.RunSQL:
    """A row so written needs the entry of the act in its own transaction: its verb, its thing, who
    acted and as what. Takes the place of a trigger of this name.

    The column `by` names who acted by account, or by officer code with `is_code`.

    `after` is like "insert on table", `of` the kind of the thing and the columns of its id.
    """
    table = after.rsplit(" ", 1)[1]
    said = [verb, *of, by, ",".join(acting_as), *(["code"] if is_code else [])]
    arguments = ", ".join(f"'{one}'" for one in said)
    condition = f" when ({when})" if when else ""
    return migrations.RunSQL(
        f"drop trigger if exists {trigger} on {table};"
        f" create constraint trigger {trigger} after {after} deferrable initially deferred"
        f" for each row{condition} execute function audit_demands_entry({arguments});"
    )


def says_the_same(
    trigger: str,
    after: str,
    *,
    verb: str,
    of: tuple[str, str],
    said: Mapping[str, str],
    names: str = "",
    when: str = "",
) -> migrations.RunSQL:
    """A row so written says what the entry of its act says, which names whom the row is about.

    `said` has for each column of the entry the one of the row: account, code and more of who
    acted. `names` are the columns of persons, with commas; an empty one names nobody. All of it is
    asked of one entry, beside what `needs_entry` asks.
    """
    table = after.rsplit(" ", 1)[1]
    pairs = ",".join(f"{field}={column}" for field, column in said.items())
    arguments = ", ".join(f"'{one}'" for one in (verb, *of, pairs, names))
    condition = f" when ({when})" if when else ""
    return migrations.RunSQL(
        f"create constraint trigger {trigger} after {after} deferrable initially deferred"
        f" for each row{condition} execute function audit_says_the_same({arguments});",
        f"drop trigger {trigger} on {table};",
    )
