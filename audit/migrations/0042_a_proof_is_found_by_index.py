"""A proof is found by moment and by size: a trail of years has millions of passes and heads.

Passes were found by the transactions they reach over. That of an entry is forgotten once its month
has left as a file and come back; its moment stays. The head over a leaf was looked for from the
first head on.
"""

from django.db import migrations

INDEXES = """
create index audit_pass_by_moment on audit_pass(latest);
create index audit_head_by_size on audit_head(epoch, size, number);
"""
NO_INDEXES = "drop index audit_head_by_size; drop index audit_pass_by_moment;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0041_the_brake_is_told")]
    operations = [migrations.RunSQL(INDEXES, NO_INDEXES)]
