"""Which citizen an officer is say two administrations, and two take it back.

One system administrator said it, once and for all: a false word kept two officers from being the two
people a decision takes, and nobody could undo it. System administration enters a link now, security
administration confirms it, and the account repeats only what a confirmed link says. Links of before hold
on, entered by nobody.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from audit.gate import APP_ROLE, needs_entry, says_the_same
from audit.kernel.actors import STAFF_CAPACITIES, Capacity

TABLE = "identity_officerlink"
NEW, CHANGED = f"insert on {TABLE}", f"update on {TABLE}"
OFFICER = ("identity.account", "account_id")
STEPS = (
    "confirmed_by_id, confirmed_at, objected_at, end_asked_by_id, end_asked_at, end_refused_by_id,"
    " end_refused_at, ended_by_id, ended_at"
)

# Links of before are copied while no trigger asks for entries that were written long ago.
OF_BEFORE = f"""
insert into {TABLE}(id, account_id, person_id, entered_at, confirmed_at)
select gen_random_uuid(), a.id, a.private_person_id, now(), now()
  from identity_account a where a.private_person_id is not null;
set constraints all immediate;
set constraints all deferred;
revoke update, delete on {TABLE} from {APP_ROLE};
grant update ({STEPS}) on {TABLE} to {APP_ROLE};
"""

STEP_BY_STEP = f"""
create function identity_link_begins() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if new.entered_by_id is null or jsonb_strip_nulls(to_jsonb(new)) ?|
       array['{STEPS.replace(", ", "','")}'] then
    raise exception 'a link of an officer begins unconfirmed and says who entered it'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function identity_link_begins() from public;
create trigger identity_link_begins before insert on {TABLE}
  for each row execute function identity_link_begins();
create trigger identity_link_stands_confirmed before update on {TABLE} for each row
  when (old.confirmed_at is not null
        and (old.confirmed_at, old.confirmed_by_id) is distinct from (new.confirmed_at, new.confirmed_by_id))
  execute function audit_stands('the confirmation of a link');
create trigger identity_link_stands_objected before update on {TABLE} for each row
  when (old.objected_at is not null and old.objected_at is distinct from new.objected_at)
  execute function audit_stands('what an officer objected');
create trigger identity_link_stands_ended before update on {TABLE} for each row
  when (old.ended_at is not null) execute function audit_stands('a link that has ended');
"""

# Argument: the column that names the account. An account repeats its confirmed link, and nothing else.
REPEATED = f"""
create function identity_link_is_repeated() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  officer constant uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if (select a.private_person_id from public.identity_account a where a.id = officer) is distinct from (
      select l.person_id from public.identity_officerlink l
       where l.account_id = officer and l.confirmed_at is not null and l.ended_at is null) then
    raise exception 'whom an officer is as a citizen says a confirmed link, and nothing else'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
revoke all on function identity_link_is_repeated() from public;
create constraint trigger identity_link_is_repeated after insert or update on {TABLE}
  deferrable initially deferred for each row execute function identity_link_is_repeated('account_id');

drop trigger identity_officer_is_linked on identity_account;
drop trigger identity_officer_becomes_linked on identity_account;
drop function identity_link_is_told();
drop trigger identity_officer_is_linked_once on identity_account;
drop function identity_officer_is_linked_once();
create constraint trigger identity_officer_is_linked after insert on identity_account
  deferrable initially deferred for each row when (new.private_person_id is not null)
  execute function identity_link_is_repeated('id');
create constraint trigger identity_officer_becomes_linked after update on identity_account
  deferrable initially deferred for each row
  when (old.private_person_id is distinct from new.private_person_id)
  execute function identity_link_is_repeated('id');
"""


def account():
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def moment(name):
    return models.DateTimeField(null=True, verbose_name=name)


def step(name, after, verb, by, acting_as, when=""):
    """The entry of this act: by whom the row names, as what, and naming the citizen."""
    return [
        needs_entry(
            f"identity_link_is_{name}",
            after,
            verb=verb,
            of=OFFICER,
            by=by,
            acting_as=acting_as,
            when=when,
        ),
        says_the_same(
            f"identity_link_{name}_says_the_same",
            after,
            verb=verb,
            of=OFFICER,
            said={"actor": by},
            names="person_id",
            when=when,
        ),
    ]


def changed(*columns):
    old, new = (", ".join(f"{row}.{one}" for one in columns) for row in ("old", "new"))
    return f"({old}) is distinct from ({new})"


SYSTEM, SECURITY = (Capacity.SYSADMIN,), (Capacity.SECADMIN,)
ENDS = "old.ended_at is null and new.ended_at is not null"
ASKED = changed("end_asked_by_id", "end_asked_at")


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0032_people_are_found_by_values"),
        ("audit", "0033_rows_say_what_their_entry_says"),
    ]
    operations = [
        migrations.CreateModel(
            name="OfficerLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="person",
                    ),
                ),
                ("entered_by", account()),
                (
                    "entered_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="entered at"
                    ),
                ),
                ("confirmed_by", account()),
                ("confirmed_at", moment("confirmed at")),
                ("objected_at", moment("objected to at")),
                ("end_asked_by", account()),
                ("end_asked_at", moment("end asked for at")),
                ("end_refused_by", account()),
                ("end_refused_at", moment("end turned down at")),
                ("ended_by", account()),
                ("ended_at", moment("ended at")),
            ],
            options={
                "verbose_name": "link of an officer",
                "verbose_name_plural": "links of officers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["-entered_at", "-id"],
                        name="identity_links_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account",),
                        name="identity_linked_once",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(confirmed_by=models.F("entered_by"))
                        & ~models.Q(confirmed_by=models.F("account"))
                        & ~models.Q(entered_by=models.F("account")),
                        name="identity_link_takes_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ended_at=None, ended_by=None)
                        | (
                            models.Q(ended_at__isnull=False, ended_by__isnull=False)
                            & (models.Q(confirmed_at=None) | models.Q(end_asked_by__isnull=False))
                            & ~models.Q(ended_by=models.F("end_asked_by"))
                            & ~models.Q(ended_by=models.F("account"))
                            & ~models.Q(end_asked_by=models.F("account"))
                        ),
                        name="identity_link_ends_by_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(OF_BEFORE),
        migrations.RunSQL(STEP_BY_STEP),
        migrations.RunSQL(REPEATED),
        *step("entered", NEW, "officer.linked", "entered_by_id", SYSTEM),
        *step(
            "confirmed",
            CHANGED,
            "officer.link_confirmed",
            "confirmed_by_id",
            SECURITY,
            changed("confirmed_by_id", "confirmed_at"),
        ),
        *step(
            "turned_down",
            CHANGED,
            "officer.link_turned_down",
            "ended_by_id",
            (*SYSTEM, *SECURITY),
            f"{ENDS} and new.confirmed_at is null",
        ),
        *step(
            "objected_to",
            CHANGED,
            "officer.link_objected",
            "account_id",
            tuple(sorted(STAFF_CAPACITIES)),
            changed("objected_at"),
        ),
        *step(
            "to_end",
            CHANGED,
            "officer.unlink_asked",
            "end_asked_by_id",
            SYSTEM,
            f"{ASKED} and (new.end_asked_by_id is not null or new.end_asked_at is not null)",
        ),
        *step(
            "kept",
            CHANGED,
            "officer.unlink_refused",
            "end_refused_by_id",
            SECURITY,
            f"{ASKED} and new.end_asked_by_id is null and new.end_asked_at is null",
        ),
        *step(
            "taken_back",
            CHANGED,
            "officer.unlinked",
            "ended_by_id",
            SECURITY,
            f"{ENDS} and new.confirmed_at is not null",
        ),
    ]
