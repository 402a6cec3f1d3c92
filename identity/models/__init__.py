"""Everything the database holds about people. Django finds the models through this list."""

from identity.models.account import Account
from identity.models.consent import Consent, Dispute
from identity.models.disclosure_hold import DisclosureHold, HoldReason
from identity.models.dispute_notice import DisputeNotice
from identity.models.look_question import LookQuestion, QuestionStep, QuestionText
from identity.models.mandate import Mandate
from identity.models.message import Delivery, Message
from identity.models.near import DeclaredRelative, HouseholdMark, ProtectedPerson, Terminal
from identity.models.officer_link import OfficerLink
from identity.models.organisation import Organisation
from identity.models.person import Assurance, Person, PersonDetail, PersonNumber
from identity.models.posting import Posting
from identity.models.record import (
    RecordFetch,
    RecordSnapshot,
    RecordSource,
    RecordType,
    RecordUse,
)
from identity.models.request_key import RequestKey
from identity.models.tally import Tally
from identity.models.value_mark import ValueMark

__all__ = [
    "Account",
    "Assurance",
    "Consent",
    "DeclaredRelative",
    "Delivery",
    "DisclosureHold",
    "Dispute",
    "DisputeNotice",
    "HoldReason",
    "HouseholdMark",
    "LookQuestion",
    "Mandate",
    "Message",
    "OfficerLink",
    "Organisation",
    "Person",
    "PersonDetail",
    "PersonNumber",
    "Posting",
    "ProtectedPerson",
    "QuestionStep",
    "QuestionText",
    "RecordFetch",
    "RecordSnapshot",
    "RecordSource",
    "RecordType",
    "RecordUse",
    "RequestKey",
    "Tally",
    "Terminal",
    "ValueMark",
]
