"""What was done and why, told to the person it was done to.

`portal.desk.trail_words` speaks to offices about somebody; here the same verbs speak to that
somebody. A verb that is in neither is told as something done, never as a code.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.desk.trail_words import VERBS, purpose_in_words

TOLD: dict[str, Promise] = {
    "access.viewed": gettext_lazy("Looked at who looked"),
    "alarm.judged": gettext_lazy("Judged an alarm that names you"),
    "application.approved": gettext_lazy("Granted your case"),
    "application.claimed": gettext_lazy("Took your case in hand"),
    "application.correction_asked": gettext_lazy("Asked you to add or change something"),
    "application.escalated": gettext_lazy("Put your case before a superior"),
    "application.fact_stated": gettext_lazy("Wrote down something that was missing in your case"),
    "application.own.listed": gettext_lazy("Looked at the list of cases in the own space"),
    "application.own.viewed": gettext_lazy("Looked at a case in the own space"),
    "application.refused": gettext_lazy("Tried to open your case"),
    "application.rejected": gettext_lazy("Did not grant your case"),
    "application.released": gettext_lazy("Gave your case back to the office"),
    "application.rules.viewed": gettext_lazy("Saw what the rules say about your case"),
    "application.step_passed": gettext_lazy("Checked your case and passed it on"),
    "application.stopped": gettext_lazy("Wanted to grant your case; a national rule stopped it"),
    "application.viewed": gettext_lazy("Opened your case"),
    "attachment.viewed": gettext_lazy("Opened one of your documents"),
    "case.opened_by_reason": gettext_lazy("Opened your case from another office, for a reason"),
    "data.exported": gettext_lazy("Saved the data as a file"),
    "dispute.answered": gettext_lazy("Answered what you say is wrong in a register"),
    "dispute.refused": gettext_lazy("Tried to open what you say is wrong in a register"),
    "dispute.named.viewed": gettext_lazy(
        "Opened what another person says is wrong in a register, where you are named"
    ),
    "addresses.viewed": gettext_lazy("Opened the mail addresses of the account"),
    "account.viewed": gettext_lazy("Opened your account, which says nothing of your data"),
    "dispute.viewed": gettext_lazy("Opened what you say is wrong in a register"),
    "erasure.asked": gettext_lazy("Asked that words about you be erased by law"),
    "erasure.confirmed": gettext_lazy("Confirmed that words about you are erased by law"),
    "erasure.turned_down": gettext_lazy("Turned down that words about you be erased by law"),
    "erasure.ended": gettext_lazy("Took back an order to erase words about you"),
    "erasure.viewed": gettext_lazy("Opened an order to erase words about you"),
    "hold.asked": gettext_lazy("Asked that looks be shown to you later"),
    "hold.confirmed": gettext_lazy("Confirmed that looks are shown to you later"),
    "hold.ended": gettext_lazy("Ended that looks are shown to you later"),
    "hold.expired": gettext_lazy("The time ended in which looks were shown to you later"),
    "hold.turned_down": gettext_lazy("Turned down that looks be shown to you later"),
    "hold.viewed": gettext_lazy("Opened why looks are shown to you later"),
    "hold.withdrawn": gettext_lazy("Took back that looks be shown to you later"),
    "licences.viewed": gettext_lazy("Looked at licences"),
    "lookup_review.found_in_order": gettext_lazy("Reviewed a look at you: in order"),
    "lookup_review.found_not_in_order": gettext_lazy("Reviewed a look at you: not in order"),
    "lookup_review.viewed": gettext_lazy("Read a look at you, to review it"),
    "message.sent": gettext_lazy("Sent you a message"),
    "message.written": gettext_lazy("Wrote you a message"),
    "officer.link_confirmed": gettext_lazy("Confirmed that an officer's account belongs to you"),
    "officer.link_objected": gettext_lazy("Objected and said that they are not you"),
    "officer.link_turned_down": gettext_lazy(
        "Turned down that an officer's account belongs to you"
    ),
    "number.revealed": gettext_lazy("Saw your identity number in full"),
    "officer.linked": gettext_lazy("Entered that an officer's account belongs to you"),
    "officer.listed": gettext_lazy("Saw your name, a part covered, in the list of officers"),
    "officer.seen": gettext_lazy("Looked up which citizen they are registered as"),
    "officer.unlink_asked": gettext_lazy(
        "Asked to take back that an officer's account belongs to you"
    ),
    "officer.unlink_refused": gettext_lazy("Let stand that an officer's account belongs to you"),
    "officer.unlinked": gettext_lazy("Took back that an officer's account belongs to you"),
    "outcome.checked": gettext_lazy(
        "Confirmed your decision letter to whoever had its code or its saved file; your name was"
        " shown with a part covered"
    ),
    "outcome.viewed": gettext_lazy("Opened your decision letter"),
    "person.household_marked": gettext_lazy("Noted at which address you live together with others"),
    "person.looked_up": gettext_lazy("Looked you up without a case"),
    "person.not_proven": gettext_lazy("Could not prove who you are"),
    "person.proven": gettext_lazy("Proved who you are"),
    "person.made": gettext_lazy("Entered who you are"),
    "protection.begun": gettext_lazy("Put you under protection"),
    "protection.end_asked": gettext_lazy("Asked for the end of your protection"),
    "protection.end_refused": gettext_lazy("Let your protection go on"),
    "protection.ended": gettext_lazy("Ended your protection"),
    "protection.viewed": gettext_lazy("Looked at who is under protection, you among them"),
    "question.answered": gettext_lazy("Answered your question why somebody looked"),
    "question.asked": gettext_lazy("Asked why somebody looked at you"),
    "question.passed_on": gettext_lazy("Sent your question one office up"),
    "question.viewed": gettext_lazy("Opened your question why somebody looked"),
    "queue.listed": gettext_lazy("Saw your name, a part covered, in a list of cases"),
    "record.fetched": gettext_lazy("Asked a register about you"),
    "record.viewed": gettext_lazy("Looked at what registers say"),
    "space.viewed": gettext_lazy("Opened the space"),
    "trail.export_approved": gettext_lazy("Allowed a file of looks and acts that name you"),
    "trail.export_asked": gettext_lazy("Asked for a file of looks and acts that name you"),
    "trail.export_expired": gettext_lazy("Deleted a file of looks and acts that name you in time"),
    "trail.downloaded": gettext_lazy("Fetched a file of looks and acts that name you"),
    "trail.export_made": gettext_lazy("Saved looks and acts that name you as a file"),
    "trail.export_refused": gettext_lazy("Did not allow a file of looks and acts that name you"),
    "trail.export_withdrawn": gettext_lazy(
        "Took back the request for a file of looks and acts that name you"
    ),
    "trail.leak_traced": gettext_lazy("Traced a leak and asked who had looked at you"),
    "trail.searched": gettext_lazy("Searched for you by number"),
    "trail.viewed": gettext_lazy("Read looks and acts that name you"),
    "trail.words_erased": gettext_lazy("Erased words about you, as the law asks"),
    "value.revealed": gettext_lazy("Saw something of yours in full that is covered otherwise"),
}

WHY: dict[tuple[str, str], Promise] = {
    ("duty", "dispute_named"): gettext_lazy("Something another person says is wrong in a register"),
    ("duty", "dispute"): gettext_lazy("Something you say is wrong in a register"),
    ("duty", "erasure"): gettext_lazy("Words about you that are to be erased by law"),
    ("duty", "hold"): gettext_lazy("Whether some looks may be shown to you later"),
    ("duty", "household"): gettext_lazy("Who lives at your address"),
    ("duty", "letters"): gettext_lazy("Whether a decision letter of yours is real"),
    ("duty", "lookup_review"): gettext_lazy("To review a look at you that had no case behind it"),
    ("duty", "message"): gettext_lazy("A message to you that was due"),
    ("duty", "protection"): gettext_lazy("Your protection"),
    ("duty", "question"): gettext_lazy("Your question why somebody looked"),
    ("duty", "supervision"): gettext_lazy(
        "Supervision: do officers look only at what their work needs?"
    ),
    ("duty", "links"): gettext_lazy("So that no officer handles cases of their own"),
    ("duty", "tables"): gettext_lazy("To keep what is registered up to date"),
    ("duty", "verdict"): gettext_lazy("To clear up an alarm: was a look at your data in order?"),
    ("reason", "called"): gettext_lazy("You called or came and asked about your case"),
    ("reason", "urgent_help"): gettext_lazy("Urgent help for you"),
}


def told(verb: str) -> str:
    """What was done, to the person it was done to; for a verb nobody has put into words yet, that
    something was done."""
    words = TOLD.get(verb, VERBS.get(verb))
    return _("Did something that concerns you") if words is None else str(words)


def told_why(kind: str, code: str) -> str:
    """What for, to the same person."""
    words = WHY.get((kind, code.partition("/")[0]))
    return purpose_in_words(kind, code) if words is None else str(words)
