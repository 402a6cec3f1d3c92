from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_postings_take_two")]
    operations = [
        migrations.AddField(
            "dispute",
            "earlier",
            models.JSONField("earlier words", blank=True, default=list),
        ),
    ]
