"""What every table holds of people, and what each role of the database may do with it.

`tests/audit/test_rights.py` compares this list with the database. A new table fails there until
somebody has decided: put it here, with the fewest rights the code needs. Rights: s(elect),
i(nsert), u(pdate), d(elete).
"""

from dataclasses import dataclass

GATED = "gated: personal or confidential content, read only after record()"
INDEX = "index rows: ids, references, states and masked names"
DOOR = "what people are let in by: read before anybody is known, shown to nobody but themselves"
OFFICE = "who works where: officers in their office"
NOBODY = "no persons"
TRAIL = "the trail and its seal: ids and codes"


@dataclass(frozen=True, slots=True)
class Table:
    """What it holds, and the rights of the application and of the sealer."""

    holds: str
    app: str
    sealer: str = ""


TABLES: dict[str, Table] = {
    "account_emailaddress": Table(DOOR, "siud"),
    "account_emailconfirmation": Table(DOOR, "siud"),
    "applications_alarm": Table(INDEX, "si"),
    "applications_answers": Table(GATED, "siu"),
    "applications_application": Table(INDEX, "siu"),
    "applications_attachment": Table(GATED, "siu"),
    "applications_clock": Table(INDEX, "siu"),
    "applications_correction": Table(GATED, "siu"),
    "applications_decision": Table(GATED, "si"),
    "applications_escalation": Table(INDEX, "siu"),
    "applications_holder": Table(INDEX, "siu"),
    "applications_outcome": Table(INDEX, "si"),
    "applications_outcometext": Table(GATED, "si"),
    "applications_queue": Table(OFFICE, "siu"),
    "applications_rule": Table(NOBODY, "siu"),
    "applications_step": Table(INDEX, "siu"),
    "audit_archive": Table(TRAIL, "s"),
    "audit_detail": Table(GATED, "s"),
    "audit_entry": Table(TRAIL, "s", "s"),
    "audit_epoch": Table(TRAIL, "s", "si"),
    "audit_erasure": Table(TRAIL, "s"),
    "audit_habit": Table(OFFICE, "siu"),
    "audit_head": Table(TRAIL, "s", "si"),
    "audit_key": Table(TRAIL, "s", "si"),
    "audit_opening": Table(TRAIL, "s", "sd"),
    "audit_outbox": Table(INDEX, "siud"),
    "audit_pass": Table(TRAIL, "s", "si"),
    "audit_policy": Table(NOBODY, "s"),
    "audit_published": Table(NOBODY, "s", "siud"),
    "audit_reached": Table(NOBODY, "s", "su"),
    "audit_sentinelalarm": Table(OFFICE, "si"),
    "audit_sentineltuning": Table(NOBODY, "si"),
    "audit_sentinelverdict": Table(OFFICE, "si"),
    "audit_subject": Table(TRAIL, "s", "s"),
    "audit_tile": Table(TRAIL, "s", "siu"),
    "audit_trailcheck": Table(NOBODY, "si"),
    "audit_trailexport": Table(INDEX, "si"),
    "audit_turn": Table(NOBODY, "", "su"),
    "audit_watchcursor": Table(NOBODY, "siu"),
    "auth_group": Table(OFFICE, "siud"),
    "auth_group_permissions": Table(OFFICE, "siud"),
    "auth_permission": Table(NOBODY, "siud"),
    "catalog_alias": Table(NOBODY, "siud"),
    "catalog_calendarday": Table(NOBODY, "siud"),
    "catalog_catalogversion": Table(NOBODY, "siud"),
    "catalog_dataelement": Table(NOBODY, "siud"),
    "catalog_department": Table(NOBODY, "siud"),
    "catalog_lifeevent": Table(NOBODY, "siud"),
    "catalog_lifeeventmember": Table(NOBODY, "siud"),
    "catalog_rating": Table(INDEX, "siud"),
    "catalog_region": Table(NOBODY, "siud"),
    "catalog_release": Table(NOBODY, "siud"),
    "catalog_requireddocument": Table(NOBODY, "siud"),
    "catalog_searchterm": Table(NOBODY, "siud"),
    "catalog_serviceitem": Table(NOBODY, "siud"),
    "catalog_serviceitem_similar": Table(NOBODY, "siud"),
    "catalog_standarditem": Table(NOBODY, "siud"),
    "catalog_subject": Table(NOBODY, "siud"),
    "catalog_subject_items": Table(NOBODY, "siud"),
    "django_admin_log": Table(NOBODY, "s"),
    "django_content_type": Table(NOBODY, "siud"),
    "django_migrations": Table(NOBODY, "s"),
    "django_session": Table(DOOR, "siud"),
    "guardian_groupobjectpermission": Table(OFFICE, "siud"),
    "guardian_userobjectpermission": Table(NOBODY, "s"),
    "identity_account": Table(DOOR, "siu"),
    "identity_account_groups": Table(OFFICE, "siud"),
    "identity_account_user_permissions": Table(OFFICE, "siud"),
    "identity_assurance": Table(INDEX, "si"),
    "identity_consent": Table(INDEX, "siu"),
    "identity_declaredrelative": Table(INDEX, "si"),
    "identity_delivery": Table(INDEX, "siu"),
    "identity_disclosurehold": Table(INDEX, "si"),
    "identity_dispute": Table(GATED, "siu"),
    "identity_disputenotice": Table(INDEX, "siu"),
    "identity_holdreason": Table(GATED, "si"),
    "identity_householdmark": Table(INDEX, "siu"),
    "identity_lookquestion": Table(INDEX, "siu"),
    "identity_mandate": Table(INDEX, "siu"),
    "identity_message": Table(GATED, "siu"),
    "identity_organisation": Table(INDEX, "siu"),
    "identity_person": Table(INDEX, "siu"),
    "identity_persondetail": Table(GATED, "siu"),
    "identity_personnumber": Table(INDEX, "si"),
    "identity_posting": Table(OFFICE, "siu"),
    "identity_protectedperson": Table(INDEX, "si"),
    "identity_questionstep": Table(INDEX, "si"),
    "identity_questiontext": Table(GATED, "siu"),
    "identity_recordfetch": Table(INDEX, "si"),
    "identity_recordsnapshot": Table(GATED, "si"),
    "identity_recordsource": Table(NOBODY, "siu"),
    "identity_recordtype": Table(NOBODY, "siu"),
    "identity_recorduse": Table(INDEX, "si"),
    "identity_requestkey": Table(INDEX, "siud"),
    "identity_tally": Table(DOOR, "siud"),
    "identity_terminal": Table(OFFICE, "si"),
    "mfa_authenticator": Table(DOOR, "siud"),
    "portal_heartbeat": Table(NOBODY, "siud"),
    "portal_lookupreview": Table(INDEX, "si"),
    "portal_report": Table(INDEX, "si"),
    "usersessions_usersession": Table(DOOR, "siud"),
}

# Columns the application may change in tables it may not change as a whole.
SINGLE_COLUMNS = {
    ("audit_trailexport", "answered_at"),
    ("audit_trailexport", "answered_by"),
    ("audit_trailexport", "answered_label"),
    ("audit_trailexport", "is_cut"),
    ("audit_trailexport", "made_at"),
    ("audit_trailexport", "rows"),
    ("audit_trailexport", "sha256"),
    ("audit_trailexport", "state"),
    ("applications_alarm", "attempts"),
    ("applications_alarm", "is_seen"),
    ("applications_outcome", "file_hash_en"),
    ("applications_outcome", "file_hash_zh"),
    ("applications_outcometext", "files"),
    ("audit_sentinelalarm", "since"),
    ("audit_sentinelalarm", "until"),
    ("audit_sentinelalarm", "entries"),
    ("audit_sentinelalarm", "measured"),
    ("audit_sentinelalarm", "state"),
    ("audit_sentinelalarm", "verdict"),
    ("identity_declaredrelative", "end_asked_at"),
    ("identity_declaredrelative", "end_refused_at"),
    ("identity_declaredrelative", "ended_at"),
    ("identity_declaredrelative", "ended_by_id"),
    ("identity_disclosurehold", "confirmed_by_id"),
    ("identity_disclosurehold", "confirmed_label"),
    ("identity_disclosurehold", "confirmed_at"),
    ("identity_disclosurehold", "expires_at"),
    ("identity_disclosurehold", "ended_at"),
    ("identity_disclosurehold", "ended_label"),
    ("identity_disclosurehold", "told_until"),
    ("identity_protectedperson", "end_asked_by_id"),
    ("identity_protectedperson", "ended_by_id"),
    ("identity_protectedperson", "ended_at"),
    ("portal_lookupreview", "state"),
    ("portal_lookupreview", "reviewed_by_id"),
    ("portal_lookupreview", "reviewed_label"),
    ("portal_lookupreview", "reviewed_at"),
}

# Functions of ours, and which roles may call them.
FUNCTIONS = {
    "applications_files_kept": {"portal_app"},
    "applications_in_the_case": set(),
    "audit_alarm_only_grows": set(),
    "audit_export_goes_on": set(),
    "audit_here": {"portal_sealer"},
    "audit_is_own": set(),
    "audit_make_room": {"portal_sealer"},
    "audit_opened": {"portal_app"},
    "audit_record": {"portal_app"},
    "audit_refuse_change": set(),
    "audit_tile_grows": set(),
    "audit_words_amiss": {"portal_app", "portal_sealer"},
    "catalog_moves": set(),
    "catalog_release_is_frozen": set(),
    "identity_officer_is_linked_once": set(),
    "identity_own_subjects": set(),
    "portal_judged_once": set(),
}

# Sequences the application may not draw from: their numbers come from functions only.
KEPT_SEQUENCES = {"audit_entry_id_seq", "audit_opening_id_seq"}
