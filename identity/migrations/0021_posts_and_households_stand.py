"""A post and its officer code stand, and a mark of a household changes with an entry only.

The trail names officers by their code: whoever could rewrite it put looks under another name, or gave
a decision the code it asks for. Whoever emptied a mark kept the sentinel from seeing who lives with
whom.
"""

from django.db import migrations

STANDS = """
create trigger identity_posting_stands before update on identity_posting for each row
  when ((old.id, old.account_id, old.department_id, old.capacity, old.officer_code)
        is distinct from (new.id, new.account_id, new.department_id, new.capacity, new.officer_code)
        or old.confirmed_at is not null and (old.confirmed_at, old.confirmed_by_id)
           is distinct from (new.confirmed_at, new.confirmed_by_id))
  execute function audit_stands('a post');
create trigger identity_household_stands before update on identity_householdmark for each row
  when (old.person_id is distinct from new.person_id)
  execute function audit_stands('whose a household is');
create constraint trigger identity_household_is_marked after update on identity_householdmark
  deferrable initially deferred for each row when (old.digest is distinct from new.digest)
  execute function audit_demands_names('person.household_marked', 'identity.person', 'person_id', 'person_id');
"""
BACK = """
drop trigger identity_household_is_marked on identity_householdmark;
drop trigger identity_household_stands on identity_householdmark;
drop trigger identity_posting_stands on identity_posting;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0020_who_is_near_is_compared"),
        ("audit", "0026_what_was_promised_stays"),
    ]
    operations = [migrations.RunSQL(STANDS, BACK)]
