"""The codes of the trail in plain words, the same for supervisors and for the people concerned."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.views.desk_words import VERBS as CASE_VERBS
from audit.keeping.erasing import Ground
from audit.leaks.inquiry import INQUIRY
from portal.desk.reasons import REASONS

VERBS: dict[str, Promise] = {
    **CASE_VERBS,
    "outcome.checked": gettext_lazy(
        "Confirmed a decision letter by its code or its saved file, the name with a part covered"
    ),
    "person.looked_up": gettext_lazy("Looked a person up without a case"),
    "lookup_review.viewed": gettext_lazy("Read a look without a case, to review it"),
    "lookup_review.found_in_order": gettext_lazy("Reviewed a look without a case: in order"),
    "lookup_review.found_not_in_order": gettext_lazy(
        "Reviewed a look without a case: it was not in order"
    ),
    "person.proven": gettext_lazy("Proved who they are"),
    "person.not_proven": gettext_lazy("Could not prove who they are"),
    "person.made": gettext_lazy("Was entered as a person"),
    "session.opened": gettext_lazy("Signed in"),
    "session.refused": gettext_lazy("Was not let in"),
    "session.code_refused": gettext_lazy("Entered a code that was not taken"),
    "session.posting_chosen": gettext_lazy("Switched the posting"),
    "session.acting_for": gettext_lazy("Chose for whom to act"),
    "account.language_chosen": gettext_lazy("Chose the language of messages"),
    "account.address_proved": gettext_lazy("Proved an e-mail address by a link mailed to it"),
    "account.link_made": gettext_lazy("Made a link to choose a password by"),
    "account.viewed": gettext_lazy("Opened the account of a citizen"),
    "account.entered": gettext_lazy("Entered an account of an officer"),
    "posting.entered": gettext_lazy("Entered a posting"),
    "register.set": gettext_lazy("Set the address of a register"),
    "posting.confirmed": gettext_lazy("Confirmed a posting"),
    "posting.ended": gettext_lazy("Ended a posting"),
    "officer.linked": gettext_lazy("Said who an officer is as a citizen"),
    "officer.link_confirmed": gettext_lazy("Confirmed who an officer is as a citizen"),
    "officer.link_turned_down": gettext_lazy("Turned down who an officer is as a citizen"),
    "officer.link_objected": gettext_lazy("Objected to being this citizen"),
    "officer.unlink_asked": gettext_lazy("Asked to take back who an officer is as a citizen"),
    "officer.unlink_refused": gettext_lazy("Let stand who an officer is as a citizen"),
    "officer.unlinked": gettext_lazy("Took back who an officer is as a citizen"),
    "officer.listed": gettext_lazy("Opened the list who officers are as citizens"),
    "officer.seen": gettext_lazy("Opened who they are as a citizen"),
    "backup.made": gettext_lazy("Made a backup"),
    "backup.restored": gettext_lazy("Restored a backup"),
    "record.disputed": gettext_lazy("Said that a register is wrong"),
    "case.refused": gettext_lazy("Tried the number of a case there is not"),
    "application.refused": gettext_lazy("Tried to open a case"),
    "question.asked": gettext_lazy("Asked why somebody looked"),
    "question.viewed": gettext_lazy("Opened a question about a look"),
    "question.answered": gettext_lazy("Answered a question about a look"),
    "question.passed_on": gettext_lazy("Sent a question about a look one office up"),
    "hold.asked": gettext_lazy("Asked that looks be shown later"),
    "hold.confirmed": gettext_lazy("Confirmed that looks are shown later"),
    "hold.viewed": gettext_lazy("Opened why looks are shown later"),
    "hold.turned_down": gettext_lazy("Turned down that looks be shown later"),
    "hold.withdrawn": gettext_lazy("Took back that looks be shown later"),
    "hold.ended": gettext_lazy("Ended that looks are shown later"),
    "hold.expired": gettext_lazy("The time ended in which looks were shown later"),
    "erasure.asked": gettext_lazy("Asked that words of entries be erased by law"),
    "erasure.confirmed": gettext_lazy("Confirmed that words of entries are erased by law"),
    "erasure.turned_down": gettext_lazy("Turned down that words of entries be erased by law"),
    "erasure.viewed": gettext_lazy("Opened an order to erase words by law"),
    "erasure.ended": gettext_lazy("Took back an order to erase words by law"),
    "dispute.refused": gettext_lazy("Tried to open a contested value"),
    "trail.exported": gettext_lazy("Saved the whole trail as a file"),
    "trail.export_made": gettext_lazy("Put what was asked for into a file of the trail"),
    "trail.archived": gettext_lazy("Put a month of the trail into the archive"),
    "trail.restored": gettext_lazy("Brought a month of the trail back"),
    "trail.may_stand_set": gettext_lazy("Set how long sealing may stand still"),
    "trail.clock_put_right": gettext_lazy("Put the trail right after the clock had been wrong"),
    "trail.words_erased": gettext_lazy("Erased the words of entries, as the law asks"),
    "trail.export_asked": gettext_lazy("Asked for a file of the trail"),
    "trail.export_approved": gettext_lazy("Allowed a file of the trail"),
    "trail.export_refused": gettext_lazy("Did not allow a file of the trail"),
    "trail.export_withdrawn": gettext_lazy("Took back the request for a file of the trail"),
    "trail.downloaded": gettext_lazy("Fetched a file of the trail"),
    "trail.export_expired": gettext_lazy("A file of the trail was deleted in time"),
    "dispute.viewed": gettext_lazy("Opened a contested value"),
    "dispute.named.viewed": gettext_lazy("Opened a contested value in which others are named"),
    "dispute.answered": gettext_lazy("Answered a contested value"),
    "record.viewed": gettext_lazy("Looked at records of registers"),
    "rules.loaded": gettext_lazy("Loaded the rules that stop approvals"),
    "calendar.loaded": gettext_lazy("Brought in days of the working calendar"),
    "consent.given": gettext_lazy("Allowed registers to be asked"),
    "consent.withdrawn": gettext_lazy("Took a consent back"),
    "message.written": gettext_lazy("Wrote a message"),
    "message.sent": gettext_lazy("Sent a message"),
    "message.viewed": gettext_lazy("Read a message"),
    "message.listed": gettext_lazy("Looked at the list of messages"),
    "organisation.entered": gettext_lazy("Entered an organisation and who leads it"),
    "mandate.entered": gettext_lazy("Entered a mandate"),
    "mandate.withdrawn": gettext_lazy("Took a mandate back"),
    "mandates.viewed": gettext_lazy("Looked at mandates"),
    "addresses.viewed": gettext_lazy("Looked at own mail addresses"),
    "licences.viewed": gettext_lazy("Looked at own licences"),
    "space.viewed": gettext_lazy("Opened the own space"),
    "access.viewed": gettext_lazy("Looked at who looked"),
    "data.exported": gettext_lazy("Saved the own data as a file"),
    "trail.leak_traced": gettext_lazy("Traced a leak"),
    "trail.searched": gettext_lazy("Searched by the number of a person or a case"),
    "alarm.raised": gettext_lazy("The sentinel raised an alarm"),
    "sentinel.gap_found": gettext_lazy("The sentinel had been kept from reading, and read it now"),
    "sentinel.passed_over": gettext_lazy("The sentinel could not look at some officers"),
    "alarm.judged": gettext_lazy("Judged an alarm of the sentinel"),
    "alarm.line_reset": gettext_lazy("Put a threshold of the sentinel back"),
    "relative.declared": gettext_lazy("Declared a relative"),
    "relative.seen": gettext_lazy("Looked at declared relatives"),
    "relative.end_asked": gettext_lazy("Asked for the end of a declared relative"),
    "relative.end_refused": gettext_lazy("Turned down the end of a declared relative"),
    "relative.ended": gettext_lazy("Ended the declaration of a relative"),
    "protection.begun": gettext_lazy("Put a person under protection"),
    "protection.end_asked": gettext_lazy("Asked for the end of a protection"),
    "protection.end_refused": gettext_lazy("Let a protection go on whose end was asked for"),
    "protection.ended": gettext_lazy("Ended a protection"),
    "protection.listed": gettext_lazy("Opened the list of people under protection"),
    "protection.viewed": gettext_lazy("Looked at who is under protection"),
    "person.household_marked": gettext_lazy("Noted who lives at one address"),
    "report.viewed": gettext_lazy("Read a report"),
    "report.listed": gettext_lazy("Looked at the list of reports"),
    "report.previewed": gettext_lazy("Looked at the week so far"),
    "report.exported": gettext_lazy("Saved a report as a file"),
    "report.made": gettext_lazy("Made a report"),
    "table.added": gettext_lazy("Added a row to a table"),
    "table.changed": gettext_lazy("Changed a row of a table"),
    "table.deleted": gettext_lazy("Deleted a row of a table"),
}

GROUPS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "looks": (gettext_lazy("Every look"), (".viewed", ".revealed", ".looked_up", ".listed")),
    "reveals": (gettext_lazy("Covered values seen in full"), (".revealed",)),
    "exports": (gettext_lazy("Everything saved as a file"), (".exported", ".downloaded")),
    "decisions": (
        gettext_lazy("All decisions"),
        (".approved", ".rejected", ".escalation_decided", ".step_passed"),
    ),
    "sign-ins": (gettext_lazy("Sign-ins and postings used"), (".opened", ".posting_chosen")),
}

CAPACITIES: dict[str, Promise] = {
    "anonymous": gettext_lazy("Visitor"),
    "citizen": gettext_lazy("Citizen"),
    "delegate": gettext_lazy("Somebody with a mandate"),
    "clerk": gettext_lazy("Clerk"),
    "superior": gettext_lazy("Superior"),
    "supervisor": gettext_lazy("Supervisor"),
    "catalogue": gettext_lazy("Catalogue manager"),
    "lead": gettext_lazy("Head of department"),
    "sysadmin": gettext_lazy("System administrator"),
    "secadmin": gettext_lazy("Security administrator"),
    "system": gettext_lazy("The portal itself"),
}

DUTIES: dict[str, Promise] = {
    "supervision": gettext_lazy("Supervision"),
    "verdict": gettext_lazy("Verdict on an alarm of the sentinel"),
    "keeping": gettext_lazy("Keeping the trail"),
    "tables": gettext_lazy("Keeping the tables"),
    "postings": gettext_lazy("Keeping the postings"),
    "links": gettext_lazy("Which citizen an officer is"),
    "lookup_review": gettext_lazy("Review of a look without a case"),
    "queue": gettext_lazy("The office's list of cases"),
    "dispute": gettext_lazy("A value somebody says is wrong"),
    "dispute_named": gettext_lazy("A value somebody says is wrong, others named in it"),
    "question": gettext_lazy("A question why somebody looked"),
    "hold": gettext_lazy("Looks that are shown later"),
    "erasure": gettext_lazy("Erasing words by law"),
    "message": gettext_lazy("A message that was due"),
    "report": gettext_lazy("Weekly report"),
    "family": gettext_lazy("The officer's own family"),
    "protection": gettext_lazy("Protection of a person"),
    "household": gettext_lazy("Who lives at one address"),
    "letters": gettext_lazy("Whether a decision letter is real"),
}

ERASURES: dict[str, Promise] = {
    Ground.ACHIEVED: gettext_lazy("No longer needed (PIPL, article 47)"),
    Ground.EXPIRED: gettext_lazy("Kept long enough (PIPL, article 47)"),
    Ground.WITHDRAWN: gettext_lazy("Consent taken back (PIPL, article 47)"),
    Ground.UNLAWFUL: gettext_lazy("Handled unlawfully (PIPL, article 47)"),
    Ground.OTHER_LAW: gettext_lazy("Another law says so (PIPL, article 47)"),
}

JOBS: dict[str, Promise] = {
    "sample data": gettext_lazy("Sample data"),
    "letters": gettext_lazy("Check of decision letters"),
    "register messages": gettext_lazy("Messages of the registers"),
    "questions about looks": gettext_lazy("Questions about looks"),
    "findings about looks": gettext_lazy("Findings about looks"),
    "holds": gettext_lazy("Ends of holds"),
    "links of officers": gettext_lazy("Which citizens officers are"),
    "working calendar": gettext_lazy("The working calendar"),
    "rules": gettext_lazy("Rules"),
    "message delivery": gettext_lazy("Delivery of messages"),
    "application messages": gettext_lazy("Messages about cases"),
    "weekly-reports": gettext_lazy("Weekly reports"),
    "sentinel": gettext_lazy("The sentinel"),
    "trail export": gettext_lazy("Files of the trail"),
    "audit_export": gettext_lazy("Export of the trail"),
    "archive_trail": gettext_lazy("Archive of the trail"),
    "database": gettext_lazy("The database itself"),
    "put_clock_right": gettext_lazy("Putting the clock of the trail right"),
    "erase_words": gettext_lazy("Erasing words"),
    "first mail": gettext_lazy("Mail with a first password's link"),
    "first_staff": gettext_lazy("First staff, by the operator"),
    "backup": gettext_lazy("Backup"),
    "restore": gettext_lazy("Restoring a backup"),
}

KINDS: dict[str, Promise] = {
    "applications.application": gettext_lazy("Case"),
    "applications.queue": gettext_lazy("List of cases"),
    "applications.attachment": gettext_lazy("Document of a case"),
    "applications.outcome": gettext_lazy("Decision letter"),
    "applications.alarm": gettext_lazy("Red line"),
    "applications.rule": gettext_lazy("Rule"),
    "portal.lookupreview": gettext_lazy("Review of a look"),
    "identity.person": gettext_lazy("Person"),
    "identity.message": gettext_lazy("Message"),
    "identity.dispute": gettext_lazy("Contested value"),
    "identity.lookquestion": gettext_lazy("Question about a look"),
    "identity.disclosurehold": gettext_lazy("Hold"),
    "identity.consent": gettext_lazy("Consent"),
    "identity.inbox": gettext_lazy("Messages"),
    "trail": gettext_lazy("The trail"),
    "trail.export": gettext_lazy("File of the trail"),
    "trail.seal": gettext_lazy("The seal"),
    "trail.officer": gettext_lazy("The trail of an officer"),
    "trail.case": gettext_lazy("Number of a case"),
    "trail.entry": gettext_lazy("One entry of the trail"),
    "audit.policy": gettext_lazy("How long sealing may stand still, in seconds"),
    "trail.epoch": gettext_lazy("A life of the database"),
    "trail.month": gettext_lazy("A month of the trail"),
    "trail.words": gettext_lazy("Words of entries"),
    "trail.own_words": gettext_lazy("Words of entries that are about this person alone"),
    "portal.erasureorder": gettext_lazy("Order to erase words"),
    "trail.alarm": gettext_lazy("Alarm of the sentinel"),
    "audit.sentinelalarm": gettext_lazy("Alarm of the sentinel"),
    "audit.line": gettext_lazy("Threshold of the sentinel"),
    "identity.declaredrelative": gettext_lazy("Relative of an officer"),
    "identity.protectedperson": gettext_lazy("Protection of a person"),
}


def groups_in_words() -> dict[str, tuple[str, list[str]]]:
    """Each kind of act with its words and its verbs, which are told by how they end."""
    return {
        code: (str(words), [verb for verb in VERBS if verb.endswith(endings)])
        for code, (words, endings) in GROUPS.items()
    }


def verb_in_words(verb: str) -> str:
    """A verb without words of its own is shown as it is written: better odd than hidden."""
    return str(VERBS.get(verb, verb))


def capacity_in_words(capacity: str) -> str:
    return str(CAPACITIES.get(capacity, capacity))


def actor_in_words(label: str, capacity: str) -> str:
    """An officer by the code of the posting, a job of the portal by its name in words."""
    return str(JOBS.get(label, label)) if capacity == "system" else label


def kind_in_words(object_kind: str) -> str:
    return str(KINDS.get(object_kind, ""))


def purpose_in_words(kind: str, code: str) -> str:
    """Why, in words; a look without a reason says nothing here and is marked by the page."""
    if kind == "case":
        return _("Case %(reference)s") % {"reference": code}
    if kind == "own":
        return _("Own data")
    if kind == "reason":
        return str(REASONS.get(code) or ERASURES.get(code) or code)
    if kind == "duty" and code.startswith(INQUIRY):
        return _("Inquiry %(number)s") % {"number": code.removeprefix(INQUIRY)}
    if kind == "duty":
        return str(DUTIES.get(code.partition("/")[0], _("Duty of the office")))
    return ""
