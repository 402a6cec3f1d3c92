"""Every verb applications write into the trail."""

from enum import StrEnum


class Verb(StrEnum):
    STARTED = "application.started"
    SAVED = "application.saved"
    ATTACHED = "application.attached"
    DETACHED = "application.detached"
    SUBMITTED = "application.submitted"
    CLAIMED = "application.claimed"
    RELEASED = "application.released"
    VIEWED = "application.viewed"
    OWN_VIEWED = "application.own.viewed"
    ATTACHMENT_VIEWED = "attachment.viewed"
    CORRECTION_ASKED = "application.correction_asked"
    CORRECTED = "application.corrected"
    STEP_PASSED = "application.step_passed"
    FACT_STATED = "application.fact_stated"
    STOPPED = "application.stopped"
    ESCALATED = "application.escalated"
    ESCALATION_DECIDED = "application.escalation_decided"
    APPROVED = "application.approved"
    REJECTED = "application.rejected"
    WITHDRAWN = "application.withdrawn"
    OUTCOME_VIEWED = "outcome.viewed"
    RATED = "application.rated"
