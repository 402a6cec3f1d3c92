"""Holds, ends of protections and relatives, and answers are of a post that may decide them.

See 0030 of `audit`. Codes are the account's own there, so `audit_is_called` has nothing left to ask.
"""

from django.db import migrations

from audit.gate import needs_entry
from audit.kernel.actors import Capacity

SUPERVISORS = (Capacity.SUPERVISOR,)
KEEPERS = (Capacity.SUPERVISOR, Capacity.SECADMIN)
ANSWERING = (Capacity.SUPERIOR, Capacity.SUPERVISOR)
HOLD, PROTECTION = "identity.disclosurehold", "identity.protectedperson"
RELATIVE, QUESTION = "identity.declaredrelative", "identity.lookquestion"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0026_officers_hold_their_posts"),
        ("audit", "0030_acts_are_of_their_post"),
    ]
    operations = [
        needs_entry(
            "identity_relative_end_is_recorded",
            "update of ended_by_id on identity_declaredrelative",
            verb="relative.ended",
            of=(RELATIVE, "id"),
            by="ended_by_id",
            acting_as=SUPERVISORS,
            when="old.ended_by_id is distinct from new.ended_by_id",
        ),
        needs_entry(
            "identity_hold_is_asked",
            "insert on identity_disclosurehold",
            verb="hold.asked",
            of=(HOLD, "reference"),
            by="asked_by_id",
            acting_as=SUPERVISORS,
        ),
        needs_entry(
            "identity_hold_is_confirmed",
            "update of confirmed_by_id on identity_disclosurehold",
            verb="hold.confirmed",
            of=(HOLD, "reference"),
            by="confirmed_by_id",
            acting_as=SUPERVISORS,
            when="old.confirmed_by_id is distinct from new.confirmed_by_id",
        ),
        needs_entry(
            "identity_protection_is_begun",
            "insert on identity_protectedperson",
            verb="protection.begun",
            of=(PROTECTION, "id"),
            by="entered_by_id",
            acting_as=KEEPERS,
        ),
        needs_entry(
            "identity_protection_end_is_asked",
            "update of end_asked_by_id on identity_protectedperson",
            verb="protection.end_asked",
            of=(PROTECTION, "id"),
            by="end_asked_by_id",
            acting_as=KEEPERS,
            when="old.end_asked_by_id is distinct from new.end_asked_by_id"
            " and new.end_asked_by_id is not null",
        ),
        needs_entry(
            "identity_protection_end_is_refused",
            "update of end_asked_by_id on identity_protectedperson",
            verb="protection.end_refused",
            of=(PROTECTION, "id"),
            by="end_refused_by_id",
            acting_as=KEEPERS,
            when="old.end_asked_by_id is not null and new.end_asked_by_id is null",
        ),
        needs_entry(
            "identity_protection_is_ended",
            "update of ended_by_id on identity_protectedperson",
            verb="protection.ended",
            of=(PROTECTION, "id"),
            by="ended_by_id",
            acting_as=KEEPERS,
            when="old.ended_by_id is distinct from new.ended_by_id",
        ),
        needs_entry(
            "identity_question_is_asked",
            "insert on identity_lookquestion",
            verb="question.asked",
            of=(QUESTION, "reference"),
            by="asker_id",
            acting_as=(Capacity.CITIZEN,),
        ),
        needs_entry(
            "identity_question_is_answered",
            "update of answered_by on identity_lookquestion",
            verb="question.answered",
            of=(QUESTION, "reference"),
            by="answered_by",
            is_code=True,
            acting_as=ANSWERING,
            when="old.answered_by is distinct from new.answered_by",
        ),
        migrations.RunSQL("drop function audit_is_called(uuid, text)"),
    ]
