"""Counts of attempts, the same for every process of the portal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_earlier_words_stay")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "key",
                    models.CharField(max_length=80, primary_key=True, serialize=False),
                ),
                ("count", models.PositiveIntegerField(verbose_name="count")),
                ("until", models.DateTimeField(db_index=True, verbose_name="until")),
            ],
            options={"verbose_name": "tally", "verbose_name_plural": "tallies"},
        ),
    ]
