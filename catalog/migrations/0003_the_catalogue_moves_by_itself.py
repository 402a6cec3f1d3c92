"""Every change of the catalogue moves its mark, whoever makes it.

What processes keep of the catalogue is right only while its mark stands still. A mark that callers
must remember to move is one day forgotten, so the database moves it. The trigger fires before the
statement: the row of the mark is then always locked before rows of the catalogue, as the loader
locks it, and two writers wait for each other instead of meeting in a deadlock.
"""

from django.db import migrations

# Ratings come from citizens and change nothing that is kept.
TABLES = (
    "alias",
    "calendarday",
    "dataelement",
    "department",
    "lifeevent",
    "lifeeventmember",
    "region",
    "release",
    "requireddocument",
    "searchterm",
    "serviceitem",
    "serviceitem_similar",
    "standarditem",
    "subject",
    "subject_items",
)

MOVE = """
create function catalog_moves() returns trigger language plpgsql as $$
begin
    insert into catalog_catalogversion (id, number, mark, inputs_hash, changed_at)
        values (1, 1, gen_random_uuid(), '', now())
        on conflict (id) do update set
            number = catalog_catalogversion.number + 1,
            mark = excluded.mark,
            changed_at = excluded.changed_at;
    return null;
end;
$$;
"""
ON_TABLE = """
create trigger catalog_moves
    before insert or update or delete or truncate on catalog_{table}
    for each statement execute function catalog_moves();
"""
OFF_TABLE = "drop trigger catalog_moves on catalog_{table};"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_releases_are_frozen")]

    operations = [
        migrations.RunSQL(sql=MOVE, reverse_sql="drop function catalog_moves();"),
        *(
            migrations.RunSQL(
                sql=ON_TABLE.format(table=table), reverse_sql=OFF_TABLE.format(table=table)
            )
            for table in TABLES
        ),
    ]
