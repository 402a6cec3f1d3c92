"""An office stays in its region: entries of its officers say that region.

Whoever held the application's role could move an office for one transaction, and an entry then stood in
the lists of another region. An office that does move is another one; loading the catalogue keeps it so.
"""

from django.db import migrations

STANDS = """
create trigger catalog_office_stays before update on catalog_department for each row
  when (old.region_id is distinct from new.region_id)
  execute function audit_stands('the region of an office');
"""
STANDS_BACK = "drop trigger catalog_office_stays on catalog_department"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_the_code_of_an_office_stands")]
    operations = [migrations.RunSQL(STANDS, STANDS_BACK)]
