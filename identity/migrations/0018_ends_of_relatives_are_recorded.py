"""The declaration of a relative does not end without the entry of who agreed."""

from django.db import migrations

DEMAND = """
create constraint trigger identity_relative_is_ended after update on identity_declaredrelative
  deferrable initially deferred for each row when (old.ended_at is null and new.ended_at is not null)
  execute function audit_demands_entry('relative.ended', 'identity.declaredrelative', 'id', 'ended_by_id');
"""
BACK = "drop trigger identity_relative_is_ended on identity_declaredrelative;"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0017_holds_are_recorded"),
        ("audit", "0017_acts_leave_their_entry"),
    ]
    operations = [migrations.RunSQL(DEMAND, BACK)]
