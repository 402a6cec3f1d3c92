"""A protection lies on a number, known here or not; and its end can be turned down.

Whoever turns it down, or takes the own request back, leaves the entry of that, as all who decide do.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.gate import APP_ROLE

ASKED = """
drop trigger identity_protection_end_is_asked on identity_protectedperson;
create constraint trigger identity_protection_end_is_asked
  after update of end_asked_by_id on identity_protectedperson deferrable initially deferred
  for each row when (old.end_asked_by_id is distinct from new.end_asked_by_id{when})
  execute function audit_demands_entry('protection.end_asked', 'identity.protectedperson', 'id',
                                       'end_asked_by_id');
"""
REFUSED = """
create constraint trigger identity_protection_end_is_refused
  after update of end_asked_by_id on identity_protectedperson deferrable initially deferred
  for each row when (old.end_asked_by_id is not null and new.end_asked_by_id is null)
  execute function audit_demands_entry('protection.end_refused', 'identity.protectedperson', 'id',
                                       'end_refused_by_id');
"""
NOT_REFUSED = "drop trigger identity_protection_end_is_refused on identity_protectedperson;"
RIGHTS = (
    f"grant update (end_refused_by_id, end_refused_at) on identity_protectedperson to {APP_ROLE};"
)


def name_numbers(apps, schema_editor):
    """What was kept by person goes on by that person's number; every person has one."""
    details = apps.get_model("identity", "PersonDetail").objects
    numbers = apps.get_model("identity", "PersonNumber").objects.filter(kind="citizen")
    for row in apps.get_model("identity", "ProtectedPerson").objects.all():
        row.digest = numbers.get(person_id=row.person_id).digest
        row.masked_number = str(details.get(pk=row.person_id).citizen_number)
        row.save(update_fields=["digest", "masked_number"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0018_what_is_ones_own_stands")]

    operations = [
        migrations.AddField(
            model_name="protectedperson",
            name="digest",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="protectedperson",
            name="masked_number",
            field=models.CharField(default="", max_length=18, verbose_name="number, covered"),
            preserve_default=False,
        ),
        migrations.RunPython(name_numbers, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="protectedperson",
            name="digest",
            field=models.BinaryField(max_length=32),
        ),
        migrations.RemoveConstraint("protectedperson", "identity_protected_once"),
        migrations.RemoveField("protectedperson", "person"),
        migrations.AddConstraint(
            model_name="protectedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("digest",),
                name="identity_protected_once",
                violation_error_message="This person is under protection already.",
            ),
        ),
        migrations.AddField(
            model_name="protectedperson",
            name="end_refused_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="protectedperson",
            name="end_refused_at",
            field=models.DateTimeField(null=True, verbose_name="end turned down at"),
        ),
        migrations.RunSQL(
            ASKED.format(when=" and new.end_asked_by_id is not null"), ASKED.format(when="")
        ),
        migrations.RunSQL(REFUSED, NOT_REFUSED),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
