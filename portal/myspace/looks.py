"""Who looked at a person's data: pages of looks for that person, and for who answers for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.models import AuditEntry
from audit.pages import Page
from catalog.models import Department
from identity.models import Account, LookQuestion
from identity.selectors.look_questions import may_ask_again, next_to_answer
from identity.selectors.looks import (
    Lookers,
    Reader,
    get_look,
    looks_of_officer,
    looks_to_be_seen,
    page_of_looks,
    page_of_own_looks,
    reader_for_answer,
)
from portal.myspace.folds import folded, lines_of
from portal.myspace.look_words import Look, known_of, look_of

OWN = 100
OTHERS = 20
OFFICERS = 50
CHECKS = 100
SIZES = {
    Lookers.PEOPLE: OFFICERS,
    Lookers.CHECKERS: CHECKS,
    Lookers.CITIZENS: OTHERS,
    Lookers.OPERATOR: OTHERS,
    Lookers.MACHINE: OTHERS,
}
ASKED_ABOUT = (Lookers.PEOPLE, Lookers.CHECKERS)


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks and the entries it was made from. What belongs together is one line with
    its looks in it (`portal.myspace.folds`)."""

    looks: list[Look]
    page: Page[AuditEntry]

    @property
    def single(self) -> list[Look]:
        """Every look for itself."""
        return [one for look in self.looks for one in look.same or (look,)]


@dataclass(frozen=True, slots=True)
class EveryLook:
    """All that is shown of who looked: the lists, and what one looked at and did oneself."""

    by: Mapping[Lookers, Looks]
    own: Looks


@dataclass(frozen=True, slots=True)
class LookToAsk:
    """A look one may ask about; `office` has to answer, or the supervisors if it is None.
    `may_ask` is false where they have answered already and nobody is above them."""

    look: Look
    office: Department | None
    may_ask: bool


def looks_by_people(reader: Reader, cursor: str = "", size: int = OFFICERS) -> Looks:
    """What officers at work did about the reader's subjects, newest first."""
    return _looks(reader, Lookers.PEOPLE, cursor, size)


def looks_by_checkers(reader: Reader, cursor: str = "") -> Looks:
    """What supervisors and answering superiors saw while they checked looks of others."""
    return _looks(reader, Lookers.CHECKERS, cursor, CHECKS)


def looks_by_citizens(reader: Reader, cursor: str = "") -> Looks:
    """What other citizens did: who acts under a mandate, or applied for something with them."""
    return _looks(reader, Lookers.CITIZENS, cursor, OTHERS)


def looks_by_operator(reader: Reader, cursor: str = "") -> Looks:
    """What was erased by law, on an order of two supervisors."""
    return _looks(reader, Lookers.OPERATOR, cursor, OTHERS)


def own_looks(reader: Reader, cursor: str = "") -> Looks:
    """What was looked at and done under the reader's own account."""
    page = page_of_own_looks(reader, cursor, OWN, lines_of)
    return Looks(folded(page.rows, known_of(reader, page.rows), may_ask=False), page)


def every_look(reader: Reader, cursors: Mapping[Lookers, str], own_cursor: str = "") -> EveryLook:
    """The lists of all who looked, each from its cursor on, and one's own looks. What has to be
    known of entries is asked once for all of them."""
    pages = {
        one: page_of_looks(reader, one, cursors[one], size, lines_of) for one, size in SIZES.items()
    }
    own = page_of_own_looks(reader, own_cursor, OWN, lines_of)
    known = known_of(reader, [*own.rows, *(row for page in pages.values() for row in page.rows)])
    return EveryLook(
        {
            one: Looks(folded(page.rows, known, may_ask=one in ASKED_ABOUT), page)
            for one, page in pages.items()
        },
        own=Looks(folded(own.rows, known, may_ask=False), own),
    )


def look_to_ask_about(reader: Reader, entry_id: int) -> LookToAsk:
    """One look of an officer; refused for every number that is not one the reader can see."""
    entry = get_look(reader, entry_id)
    look = look_of(entry, known_of(reader, [entry]), may_ask=True)
    if not may_ask_again(look.question):
        return LookToAsk(look, None, may_ask=False)
    asker = Account.objects.get(pk=reader.account_id)
    return LookToAsk(look, next_to_answer(entry, asker, look.question), may_ask=True)


def look_asked_about(reader: Reader, question: LookQuestion) -> Look | None:
    """The look a question of the reader's is about; None while it is held back from the reader."""
    if not looks_to_be_seen(reader, {question.entry_id: question.entry_at}):
        return None
    entry = get_look(reader, question.entry_id)
    return look_of(entry, known_of(reader, [entry]), may_ask=False)


def look_as_asked(question: LookQuestion, entry: AuditEntry) -> Look:
    """The look a question is about, in the words its asker reads, for who answers. Gated: record
    the asker's subjects first."""
    known = known_of(reader_for_answer(question), [entry], for_answer=True)
    return look_of(entry, known, may_ask=False)


def other_looks_of_officer(question: LookQuestion, cursor: str = "") -> Looks:
    """What the officer of a question did besides about the same person, in the words that person
    reads: cases of third persons stay veiled, and what is held back is left out."""
    reader = reader_for_answer(question)
    page = looks_of_officer(reader, question, cursor, OTHERS, lines_of)
    known = known_of(reader, page.rows, for_answer=True)
    return Looks(folded(page.rows, known, may_ask=False), page)


def _looks(reader: Reader, lookers: Lookers, cursor: str, size: int) -> Looks:
    page = page_of_looks(reader, lookers, cursor, size, lines_of)
    known = known_of(reader, page.rows)
    return Looks(folded(page.rows, known, may_ask=lookers in ASKED_ABOUT), page)
