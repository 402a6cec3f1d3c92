from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_gate")]
    operations = [
        migrations.AddField(
            "outcome",
            "file_hash_zh",
            models.CharField(
                "SHA-256 of the Chinese file",
                max_length=64,
                blank=True,
                default="",
                db_index=True,
            ),
        ),
        migrations.AddField(
            "outcome",
            "file_hash_en",
            models.CharField(
                "SHA-256 of the English file",
                max_length=64,
                blank=True,
                default="",
                db_index=True,
            ),
        ),
        migrations.AddField(
            "outcometext",
            "files",
            models.JSONField("files", default=dict),
        ),
    ]
