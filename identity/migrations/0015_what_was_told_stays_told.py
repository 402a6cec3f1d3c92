"""A hold takes nothing back: until when the person had been told of looks, when it was confirmed."""

from django.db import migrations, models

from audit.gate import APP_ROLE


class Migration(migrations.Migration):
    dependencies = [("identity", "0014_ends_of_relatives_take_two")]

    operations = [
        migrations.AddField(
            model_name="disclosurehold",
            name="told_until",
            field=models.DateTimeField(null=True, verbose_name="looks told until"),
        ),
        migrations.RunSQL(
            f"grant update (told_until) on identity_disclosurehold to {APP_ROLE}",
            f"revoke update (told_until) on identity_disclosurehold from {APP_ROLE}",
        ),
    ]
