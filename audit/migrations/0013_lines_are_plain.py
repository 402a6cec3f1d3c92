"""No entry holds what cannot be seen: a line break or a mark of direction in a code could make one
line of the trail look like two, or like another."""

from django.db import migrations

PLAIN = r"""
alter table audit_entry add constraint audit_entry_is_plain check (
  (actor_label || department || region || sign_in || object_kind || object_id || purpose || request_id)
    !~ '[\u0001-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]') not valid;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0012_exports")]
    operations = [
        migrations.RunSQL(PLAIN, "alter table audit_entry drop constraint audit_entry_is_plain")
    ]
