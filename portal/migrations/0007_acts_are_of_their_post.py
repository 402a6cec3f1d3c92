"""Reviews and orders to erase are judged, asked for and answered by supervisors: see 0030 of `audit`."""

from django.db import migrations

from audit.gate import needs_entry
from audit.kernel.actors import Capacity

SUPERVISORS = (Capacity.SUPERVISOR,)
REVIEW, ORDER = "portal.lookupreview", "portal.erasureorder"


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_orders_are_turned_down"),
        ("audit", "0030_acts_are_of_their_post"),
    ]
    operations = [
        needs_entry(
            "portal_review_is_fine",
            "update on portal_lookupreview",
            verb="lookup_review.found_in_order",
            of=(REVIEW, "id"),
            by="reviewed_by_id",
            acting_as=SUPERVISORS,
            when="new.state = 'fine'",
        ),
        needs_entry(
            "portal_review_is_not_fine",
            "update on portal_lookupreview",
            verb="lookup_review.found_not_in_order",
            of=(REVIEW, "id"),
            by="reviewed_by_id",
            acting_as=SUPERVISORS,
            when="new.state = 'not_fine'",
        ),
        needs_entry(
            "portal_erasure_is_asked",
            "insert on portal_erasureorder",
            verb="erasure.asked",
            of=(ORDER, "number"),
            by="asked_by_id",
            acting_as=SUPERVISORS,
        ),
        needs_entry(
            "portal_erasure_is_confirmed",
            "update on portal_erasureorder",
            verb="erasure.confirmed",
            of=(ORDER, "number"),
            by="confirmed_by_id",
            acting_as=SUPERVISORS,
            when="new.confirmed_at is distinct from old.confirmed_at",
        ),
    ]
