"""What was ordered to be erased, kept for as long as the trail and its archives.

A month in an archive still holds words that were erased after it had left. Whoever brings it back
has to know every erasure there ever was, also those whose own entry has left by then: so each is one
row here. The owner writes it together with the entry of the trail that says the same.
"""

from django.db import migrations

RULES = """
create table audit_erasure_rule(
  number text primary key check (length(number) between 1 and 40),
  entry_id bigint not null,
  subject uuid not null,
  before date not null,
  with_others boolean not null,
  ground text not null
);
comment on table audit_erasure_rule is
  'Each erasure by law: whose words, from before which day, and whether also those about others.';
revoke all on audit_erasure_rule from portal_app;
grant select on audit_erasure_rule to portal_app;
create trigger audit_erasure_rule_append_only
  before update or delete or truncate on audit_erasure_rule
  for each statement execute function audit_refuse_change();

-- Erasures of before took the words about others as well.
insert into audit_erasure_rule(number, entry_id, subject, before, with_others, ground)
select 'entry-' || e.id, e.id, s.subject, e.object_id::date, true, e.purpose
  from audit_entry e join audit_subject s on s.entry_id = e.id and s.at = e.at
 where e.object_kind = 'trail.words' and e.verb = 'trail.words_erased'
   and exists (select from audit_erasure x where x.erased_by = e.id);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0017_acts_leave_their_entry")]
    operations = [migrations.RunSQL(RULES)]
