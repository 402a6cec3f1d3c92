"""Holds say who acted as their entries do, which name whom they are about: see 0033 of `audit`."""

from django.db import migrations

from audit.gate import says_the_same

HOLD = ("identity.disclosurehold", "reference")
CHANGED = "update on identity_disclosurehold"


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_orders_and_reviews_say_who_and_whom"),
        ("identity", "0028_holds_end_with_their_entry"),
    ]
    operations = [
        says_the_same(
            "portal_hold_asks_the_same",
            "insert on identity_disclosurehold",
            verb="hold.asked",
            of=HOLD,
            said={"actor": "asked_by_id", "actor_label": "asked_label"},
            names="subject_id",
        ),
        says_the_same(
            "portal_hold_confirms_the_same",
            CHANGED,
            verb="hold.confirmed",
            of=HOLD,
            said={"actor": "confirmed_by_id", "actor_label": "confirmed_label"},
            names="subject_id",
            when="new.confirmed_at is distinct from old.confirmed_at",
        ),
        says_the_same(
            "portal_hold_ends_the_same",
            CHANGED,
            verb="hold.ended,hold.withdrawn,hold.turned_down",
            of=HOLD,
            said={"actor_label": "ended_label"},
            names="subject_id",
            when="new.ended_at is distinct from old.ended_at and new.ended_label <> ''",
        ),
    ]
