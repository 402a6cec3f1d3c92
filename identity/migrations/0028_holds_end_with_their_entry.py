"""A hold ends by a supervisor whose entry says so, or by itself once its time is over.

Whoever held the application's role could end one in the name of any supervisor, and nothing told of it.
"""

from django.db import migrations

from audit.gate import needs_entry
from audit.kernel.actors import Capacity

CHANGED = "(old.ended_at, old.ended_label) is distinct from (new.ended_at, new.ended_label)"

RUNS_OUT = f"""
create function identity_hold_runs_out() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  -- Nobody confirmed it within seven days, or its days are over.
  if (new.confirmed_at is null and new.asked_at <= clock_timestamp() - interval '7 days'
      or new.expires_at <= clock_timestamp()) is not true then
    raise exception 'a hold ends by a supervisor, or when its time is over' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke all on function identity_hold_runs_out() from public;
create trigger identity_hold_runs_out before update on identity_disclosurehold for each row
  when ({CHANGED} and new.ended_at is not null and new.ended_label = '')
  execute function identity_hold_runs_out();
"""
RUNS_OUT_BACK = """
drop trigger identity_hold_runs_out on identity_disclosurehold;
drop function identity_hold_runs_out();
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0027_acts_are_of_their_post")]
    operations = [
        migrations.RunSQL(RUNS_OUT, RUNS_OUT_BACK),
        needs_entry(
            "identity_hold_is_ended",
            "update on identity_disclosurehold",
            verb="hold.ended,hold.withdrawn,hold.turned_down",
            of=("identity.disclosurehold", "reference"),
            by="ended_label",
            is_code=True,
            acting_as=(Capacity.SUPERVISOR,),
            when=f"{CHANGED} and new.ended_label <> ''",
        ),
    ]
