"""Whoever follows a leak finds people by what came out: names, numbers, addresses, days of birth.

Their keyed digests stand beside the person whose data they are in. Several people may share one, so
reading the rows would tell who lives or was born with whom: the application adds rows of those its
entry names, and asks functions who is behind digests at hand. They say it of a value that at most
five people share.
"""

from django.db import migrations, models

from audit.gate import APP_ROLE, gated

FUNCTIONS = """
create function identity_holders(p_digests bytea[])
  returns table(place bigint, subject uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select asked.place, m.subject_id from unnest(p_digests) with ordinality asked(digest, place)
   cross join lateral (
     select m.subject_id from public.identity_valuemark m where m.digest = asked.digest limit 6) m $$;
comment on function identity_holders(bytea[]) is
  'Whose data hold the value behind each of these digests; of the sixth it is told that there are more than five.';

-- From the side fewer have to the other, row by row: a name has thousands, a covered number tens of
-- thousands. Where five thousand have either, both together say too little.
create function identity_holders_of_both(p_one bytea[], p_other bytea[])
  returns table(place bigint, subject uuid)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with asked as materialized (
    select * from unnest(p_one, p_other) with ordinality asked(one, other, place)
  ), size as materialized (
    select d.digest, (select count(*) from (
        select from public.identity_valuemark m where m.digest = d.digest limit 5000) m) as many
      from (select one as digest from asked union select other from asked) d)
  select asked.place, few.subject_id
    from asked join size a on a.digest = asked.one join size b on b.digest = asked.other
   cross join lateral (
     select m.subject_id from (
         select m.subject_id from public.identity_valuemark m
          where m.digest = case when a.many <= b.many then asked.one else asked.other end offset 0) m
      where exists (
         select from public.identity_valuemark o where o.subject_id = m.subject_id
            and o.digest = case when a.many <= b.many then asked.other else asked.one end offset 0)
      limit 6) few
   where least(a.many, b.many) < 5000 $$;
comment on function identity_holders_of_both(bytea[], bytea[]) is
  'Whose data hold both values of each pair, likewise.';

create or replace function identity_without_mark(p_at_most integer)
  returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array(select p.id from public.identity_person p
                where not exists (select from public.identity_householdmark m where m.person_id = p.id)
                   or exists (select from public.identity_persondetail d where d.subject_id = p.id)
                      and not exists (select from public.identity_valuemark m where m.subject_id = p.id)
                order by p.created_at, p.id limit p_at_most) $$;
"""

NEW = ("identity_holders(bytea[])", "identity_holders_of_both(bytea[], bytea[])")
CALLED = "".join(
    f"revoke all on function {one} from public; grant execute on function {one} to {APP_ROLE};"
    for one in NEW
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0031_entries_are_of_their_region")]
    operations = [
        migrations.CreateModel(
            name="ValueMark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digest",
                        "subject_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                ("subject_id", models.UUIDField(db_index=True, verbose_name="whose data")),
            ],
            options={
                "verbose_name": "mark of a value",
                "verbose_name_plural": "marks of values",
            },
        ),
        gated("identity_valuemark"),
        migrations.RunSQL(
            f"revoke select, update on identity_valuemark from {APP_ROLE};" + FUNCTIONS + CALLED,
            migrations.RunSQL.noop,
        ),
    ]
