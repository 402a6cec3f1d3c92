from django.db import migrations, models


class Migration(migrations.Migration):
    """The grounds of a hold name the law in full. Only what pages say: the table is as it was."""

    dependencies = [("identity", "0034_consents_are_told")]

    operations = [
        migrations.AlterField(
            model_name="disclosurehold",
            name="ground",
            field=models.CharField(
                choices=[
                    (
                        "duty",
                        "Notice would impede a statutory duty (Personal Information Protection"
                        " Law, article 35)",
                    ),
                    (
                        "secrecy",
                        "A law demands secrecy (Personal Information Protection Law, article 18,"
                        " first paragraph)",
                    ),
                ],
                max_length=8,
                verbose_name="legal ground",
            ),
        ),
    ]
