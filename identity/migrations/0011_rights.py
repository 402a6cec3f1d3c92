"""The application role keeps the rights it uses, and no others.

Which number is whose is said once and stays; what a register answered is kept as it came. Accounts
and organisations are closed, not deleted. The framework's own editable log of changes stays empty:
what is done to tables is in the trail. What somebody may do follows from a posting: object rights of
one account by itself are never given.
"""

from django.db import migrations

TAKEN = """
revoke update, delete on identity_personnumber from portal_app;
revoke update on identity_recordsnapshot from portal_app;
revoke delete on identity_account, identity_organisation, identity_recordsource,
  identity_recordtype, identity_delivery from portal_app;
revoke insert, update, delete on django_admin_log from portal_app;
revoke insert, update, delete on guardian_userobjectpermission from portal_app;
"""
GIVEN_BACK = """
grant update, delete on identity_personnumber to portal_app;
grant update on identity_recordsnapshot to portal_app;
grant delete on identity_account, identity_organisation, identity_recordsource,
  identity_recordtype, identity_delivery to portal_app;
grant insert, update, delete on django_admin_log, guardian_userobjectpermission to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0010_holds"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("guardian", "0001_initial"),
    ]
    operations = [migrations.RunSQL(TAKEN, GIVEN_BACK)]
