"""The second supervisor can say no to an order to erase, and that stands like any other answer.

A confirmed order is not turned down, nobody turns down what was asked for under the same officer
code, and each of the two ends needs the entry that says which one it is.
"""

from django.db import migrations, models

from audit.gate import APP_ROLE, needs_entry
from audit.kernel.actors import Capacity

SUPERVISORS = (Capacity.SUPERVISOR,)
ORDER = ("portal.erasureorder", "number")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_erasures_are_recorded"),
        ("audit", "0030_acts_are_of_their_post"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasureorder",
            name="turned_down",
            field=models.BooleanField(
                default=False, verbose_name="turned down by the second supervisor"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasureorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("turned_down", False),
                    models.Q(
                        ("confirmed_at", None),
                        ("ended_at__isnull", False),
                        models.Q(("ended_label", models.F("asked_label")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="portal_erasure_turned_down_by_another",
                violation_error_message="Only another supervisor turns an order down.",
            ),
        ),
        migrations.RunSQL(
            f"grant update (turned_down) on portal_erasureorder to {APP_ROLE}",
            f"revoke update (turned_down) on portal_erasureorder from {APP_ROLE}",
        ),
        needs_entry(
            "portal_erasure_is_ended",
            "update on portal_erasureorder",
            verb="erasure.ended",
            of=ORDER,
            by="ended_label",
            is_code=True,
            acting_as=SUPERVISORS,
            when="new.ended_at is distinct from old.ended_at and not new.turned_down",
        ),
        needs_entry(
            "portal_erasure_is_turned_down",
            "update on portal_erasureorder",
            verb="erasure.turned_down",
            of=ORDER,
            by="ended_label",
            is_code=True,
            acting_as=SUPERVISORS,
            when="new.ended_at is distinct from old.ended_at and new.turned_down",
        ),
    ]
