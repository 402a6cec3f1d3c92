"""The application role keeps the rights it uses, and no others.

Rules are loaded and changed by name, never deleted: an alarm must be able to say what fired. A
decision stands as it was made. Of a letter only the files people save are added afterwards, and
their fingerprints; of an uploaded file only that it was checked or taken back.
"""

from django.db import migrations

TAKEN = """
revoke delete on applications_rule, applications_queue from portal_app;
revoke update on applications_decision, applications_outcome, applications_outcometext from portal_app;
grant update (file_hash_zh, file_hash_en) on applications_outcome to portal_app;
grant update (files) on applications_outcometext to portal_app;
revoke update on applications_alarm from portal_app;
grant update (is_seen, attempts) on applications_alarm to portal_app;
"""
GIVEN_BACK = """
grant delete on applications_rule, applications_queue to portal_app;
grant update on applications_decision, applications_outcome, applications_outcometext,
  applications_alarm to portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_which_files_are_kept")]
    operations = [migrations.RunSQL(TAKEN, GIVEN_BACK)]
