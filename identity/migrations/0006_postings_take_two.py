"""A posting is entered by one and confirmed by another; whom an officer is is said once.

Postings from before count as confirmed. What groups were given on the tables of cases and rules is
taken back: rules change with a release, and cases are read at the desk.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TAKE_BACK = """
delete from auth_group_permissions where permission_id in (
  select p.id from auth_permission p join django_content_type t on t.id = p.content_type_id
   where t.app_label = 'applications' and p.codename ~ '^(add|change|delete|view)_')
"""
LINKED_ONCE = """
create function identity_officer_is_linked_once() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'whom an officer is as a citizen is set once' using errcode = 'check_violation';
end $$;
create trigger identity_officer_is_linked_once before update of private_person_id on identity_account
  for each row when (old.private_person_id is not null
    and new.private_person_id is distinct from old.private_person_id)
  execute function identity_officer_is_linked_once();
"""
LINKED_OFTEN = """
drop trigger identity_officer_is_linked_once on identity_account;
drop function identity_officer_is_linked_once();
"""


def by(name):
    return models.ForeignKey(
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name=name,
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_disputes_are_answered")]

    operations = [
        migrations.AddField("posting", "entered_by", by("entered by")),
        migrations.AddField("posting", "confirmed_by", by("confirmed by")),
        migrations.AddField(
            "posting",
            "confirmed_at",
            models.DateTimeField(
                default=django.utils.timezone.now,
                editable=False,
                null=True,
                verbose_name="confirmed at",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "posting",
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("account"))
                & ~models.Q(confirmed_by=models.F("entered_by"))
                & ~models.Q(entered_by=models.F("account")),
                name="identity_posting_takes_two",
                violation_error_message="A posting is entered and confirmed by two others.",
            ),
        ),
        migrations.RunSQL(TAKE_BACK, migrations.RunSQL.noop),
        migrations.RunSQL(LINKED_ONCE, LINKED_OFTEN),
    ]
