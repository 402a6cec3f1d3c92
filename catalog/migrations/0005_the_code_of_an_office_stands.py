"""The code of an office stands: postings, entries of the trail and cases say by it whose they are.

Whoever held the application's role could swap the codes of two offices for one transaction, and an
entry then named an office that had nothing to do with it. Loading the catalogue keeps codes as well.
"""

from django.db import migrations

STANDS = """
create trigger catalog_office_stands before update on catalog_department for each row
  when ((old.id, old.code) is distinct from (new.id, new.code))
  execute function audit_stands('the code of an office');
"""
STANDS_BACK = "drop trigger catalog_office_stands on catalog_department"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_a_rating_is_changed_once"),
        ("audit", "0025_what_stands_and_what_is_named"),
    ]
    operations = [migrations.RunSQL(STANDS, STANDS_BACK)]
