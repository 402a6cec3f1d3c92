"""How much of an alarm was only tried: an officer who was refused saw nobody."""

from django.db import migrations, models

RIGHTS = "grant update (attempts) on audit_sentinelalarm to portal_app;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0018_erasures")]
    operations = [
        migrations.AddField(
            "sentinelalarm",
            "attempts",
            models.PositiveIntegerField(default=0, verbose_name="of these only tried"),
        ),
        migrations.RunSQL(RIGHTS),
    ]
