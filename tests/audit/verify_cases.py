"""What can be done to entries by whoever owns the database, and what a check says of it.

`docs/guides/what-audit-verify-finds.md` shows these lines and those of `verify_cases_of_the_seal`;
`test_verify_table.py` carries out each on a sealed trail and compares the guide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.sealing import sealer
from audit.sealing.leaves import COLUMNS
from audit.sealing.store import grow, last_head, leaves_of
from tests.factories.sealing import KEY

SLIPPED = 900_000
NOTHING = "nothing"
Act = str | Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One line: what is done, what is found, and which entry is named first (none: a head, a key).
    `after`: no entry is bad or it has no number any more, and the last good one is named, if
    there is one.

    `outside`: only a head that somebody has kept shows it. `large`: the trail has over 256 entries.
    """

    what: str
    act: Act
    finds: tuple[str, ...]
    first: str | None = "third"
    after: str | None = None
    outside: bool = False
    large: bool = False


def run(statement: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


CHANGES = {
    "at": "at - interval '1 second'",
    "actor": "gen_random_uuid()",
    "actor_label": "'somebody else'",
    "capacity": "'clerk'",
    "department": "'elsewhere'",
    "region": "'110000'",
    "principal": "gen_random_uuid()",
    "mandate": "gen_random_uuid()",
    "sign_in": "'another'",
    "verb": "'test.other'",
    "object_kind": "'another.kind'",
    "object_id": "'77'",
    "purpose_kind": "'case'",
    "purpose": "'YB-0000'",
    "outcome": "'refused'",
    "request_id": "'another'",
    "detail_hash": "sha256('x')",
}
# A moment that was changed leaves the entry's subjects and words behind, at the old one.
ALSO = {
    "at": ("changed", "changed words", "inserted", "removed words"),
    "detail_hash": ("changed", "changed words"),
}
FIELDS = [
    Case(
        f"the field `{column}` of an entry changed",
        f"update audit_entry set {column} = {CHANGES[column]} where id = %(third)s",
        ALSO.get(column, ("changed",)),
    )
    for column in COLUMNS
    if column != "id"
]

ONE_SUBJECT = (
    "(entry_id, subject::text) in (select entry_id, min(subject::text) from audit_subject"
    " where entry_id = %(third)s group by 1)"
)
ABOUT_WHOM = [
    Case(
        "a person added to an entry",
        "insert into audit_subject(entry_id, subject, at)"
        " select id, gen_random_uuid(), at from audit_entry where id = %(third)s",
        ("changed", "changed words"),
    ),
    Case(
        "a person added under another moment",
        "insert into audit_subject(entry_id, subject, at) select id, gen_random_uuid(),"
        " at - interval '1 second' from audit_entry where id = %(third)s",
        ("inserted",),
    ),
    Case(
        "a person exchanged for another",
        f"update audit_subject set subject = gen_random_uuid() where {ONE_SUBJECT}",
        ("changed", "changed words"),
    ),
    Case(
        "a person taken out",
        f"delete from audit_subject where {ONE_SUBJECT}",
        ("changed", "changed words"),
    ),
]

WORDS = [
    Case(
        "the words of an entry changed",
        'update audit_detail set body = \'{"why": "another"}\' where entry_id = %(third)s',
        ("changed words",),
    ),
    Case(
        "the salt of the words changed",
        "update audit_detail set salt = gen_random_uuid() where entry_id = %(third)s",
        ("changed words",),
    ),
    Case(
        "the words of an entry removed",
        "delete from audit_detail where entry_id = %(third)s",
        ("removed words",),
    ),
    Case(
        "the words of an entry removed, and said to be erased by an entry that says no such thing",
        "delete from audit_detail where entry_id = %(third)s;"
        " insert into audit_erasure(entry_id, erased_by) values (%(third)s, %(first)s)",
        ("removed words",),
    ),
    Case(
        "other words put beside those of an entry, under another moment",
        "insert into audit_detail(entry_id, at, salt, body, subjects)"
        " select entry_id, at - interval '1 second', salt, body, subjects from audit_detail"
        " where entry_id = %(third)s",
        ("changed words",),
    ),
    Case(
        "the words of an entry shown for nobody, and so to everybody",
        "update audit_detail set subjects = '{}' where entry_id = %(third)s",
        ("changed words",),
    ),
    Case(
        "the words of an entry shown for one person more",
        "update audit_detail set subjects = subjects || gen_random_uuid()"
        " where entry_id = %(third)s",
        ("changed words",),
    ),
    Case(
        "words put to an entry that had none",
        "insert into audit_detail(entry_id, at, salt, body, subjects) select id, at,"
        " gen_random_uuid(), '{}', '{}' from audit_entry where id = %(second)s",
        ("changed words",),
        "second",
    ),
]

TWO = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")
SAY = (
    "insert into audit_entry(at, actor, actor_label, capacity, department, region, sign_in, verb,"
    " object_kind, object_id, purpose_kind, purpose, outcome, request_id)"
    " values (clock_timestamp(), %s, %s, %s, '', '', '', %s, %s, %s, %s, %s, 'done', %s)"
    " returning id, at"
)
NUMBER = "TE-2026-AAAA-0009"


def _say(*values: Any) -> None:
    """An entry of an order or an erasure, about the first person of the third entry."""
    with connection.cursor() as cursor:
        cursor.execute(SAY, values)
        said = cursor.fetchone()
        cursor.execute(
            "insert into audit_subject(entry_id, subject, at)"
            " select %s, min(subject::text)::uuid, %s from audit_subject"
            " where entry_id = (select max(entry_id) from audit_erasure)",
            said,
        )


def erased(
    *,
    asked: str | None = TWO[0],
    confirmed: str | None = TWO[1],
    what: str = "trail.words",
    capacity: str = "supervisor",
    number: str = NUMBER,
    then: str = "",
    about_another: bool = False,
    days: int = 1,
) -> Callable[[dict[str, Any]], None]:
    """The words of the third entry go, and an entry says that they were erased; with these of an
    order, which would be good as it stands here."""

    def act(places: dict[str, Any]) -> None:
        day = timezone.localdate() + timedelta(days=1)
        run("insert into audit_erasure(entry_id, erased_by) values (%(third)s, 0)", places)
        ordered = timezone.localdate() + timedelta(days=days)
        scope = f"erasure/{ordered}/{what}/pipl47_withdrawn"
        order = "portal.erasureorder", number, "duty"
        if asked:
            _say(asked, "A-1", capacity, "erasure.asked", *order, "erasure", "")
        if confirmed:
            code = "A-1" if confirmed == asked else "A-2"
            _say(confirmed, code, capacity, "erasure.confirmed", *order, scope, "")
        if then:
            _say(asked, "A-1", capacity, then, *order, "erasure", "")
        if about_another:
            others = "update audit_subject set subject = gen_random_uuid()"
            run(f"{others} where entry_id > %(last)s", places)
        done = None, "erase_words", "system", "trail.words_erased", "trail.words", str(day)
        _say(*done, "reason", "pipl47_withdrawn", NUMBER)
        run("delete from audit_detail where entry_id = %(third)s", places)

    return act


GONE_WITHOUT_ORDER = [
    Case(f"words erased, {why}", erased(**how), ("erased without order",))
    for why, how in {
        "as nobody ordered": {"asked": None, "confirmed": None},
        "as one supervisor asked and nobody confirmed": {"confirmed": None},
        "as one supervisor confirmed and nobody asked": {"asked": None},
        "as one supervisor asked and confirmed": {"confirmed": TWO[0]},
        "as two ordered who are no supervisors": {"capacity": "clerk"},
        "by the number of another order": {"number": "TE-2026-AAAA-0008"},
        "of other persons than were ordered": {"about_another": True},
        "of later days than were ordered": {"days": 0},
        "those about others too, where only the person's own were ordered": {
            "what": "trail.own_words"
        },
        "after the order was taken back": {"then": "erasure.ended"},
        "after the order was turned down": {"then": "erasure.turned_down"},
    }.items()
]

COPY = "create temporary table copy as select * from audit_entry where id = %(third)s;"
INSERT = "insert into audit_entry select * from copy"


def slip_in_sealed(places: dict[str, Any], ago: str = "3 hours") -> None:
    """With the real key: an entry of some time ago becomes the next leaf, under a good head."""
    run(COPY, places)
    run(
        f"update copy set id = {SLIPPED}, at = at - interval '{ago}', detail_hash = null,"
        f" xid = pg_current_xact_id(); {INSERT}"
    )
    newest = last_head()
    run(
        "insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries, earliest,"
        " latest) select 1, %s, 1, max(p.upto_xid), (c.xid::text::bigint + 1)::text::xid8,"
        " array[c.id], c.at, c.at from audit_pass p, copy c group by c.id, c.at, c.xid::text",
        [newest.size],
    )
    grow(1, newest.size, (leaf.hash() for leaf in leaves_of([SLIPPED])))
    sealer._sign(KEY, 1, newest.size + 1, newest, sealer._moments()[1])


def _said_to_be_archived(places: dict[str, Any]) -> None:
    """One entry goes, and a month with one entry is said to have left with a file."""
    name = "encode(sha256('x'), 'base64')"
    run(
        "select audit_record(null, 'months', 'system', '', '', null, null, '', 'trail.archived',"
        " 'audit.month', to_char(now(), 'YYYY-MM') || '/1/'"
        f" || translate(rtrim({name}, '='), '+/', '-_'), '', '', 'done', '', null, '{{}}')"
    )
    run(
        "insert into audit_archive(month, entries, sha256, archived_by)"
        " select date_trunc('month', now()), 1, sha256('x'), max(id) from audit_entry;"
        " delete from audit_subject where entry_id = %(third)s;"
        " delete from audit_detail where entry_id = %(third)s;"
        " delete from audit_entry where id = %(third)s",
        places,
    )


ENTRIES = [
    Case(
        "the first entry removed",
        "delete from audit_entry where id = %(first)s",
        ("inserted", "removed"),
        "first",
    ),
    Case(
        "an entry in the middle removed",
        "delete from audit_entry where id = %(third)s",
        ("inserted", "removed"),
    ),
    Case(
        "the last entry removed",
        "delete from audit_entry where id = %(last)s",
        ("inserted", "removed"),
        "last",
    ),
    Case(
        "an entry removed with the persons it was about and its words",
        "delete from audit_subject where entry_id = %(third)s;"
        " delete from audit_detail where entry_id = %(third)s;"
        " delete from audit_entry where id = %(third)s",
        ("removed",),
    ),
    Case(
        "an entry removed, and its month said to have left with a file",
        _said_to_be_archived,
        ("removed",),
    ),
    Case(
        "two entries exchanged",
        "update audit_entry e set request_id = o.request_id, verb = o.verb, object_id = o.id"
        " from audit_entry o"
        " where (e.id, o.id) in ((%(first)s, %(third)s), (%(third)s, %(first)s))",
        ("changed",),
        "first",
    ),
    Case(
        "an entry numbered anew",
        f"update audit_entry set id = {SLIPPED} where id = %(third)s",
        ("inserted", "removed", "removed words"),
    ),
    Case(
        "an entry slipped in with a pass that no head covers",
        f"{COPY} update copy set id = {SLIPPED}, detail_hash = null; {INSERT};"
        " insert into audit_pass(epoch, first_leaf, size, from_xid, upto_xid, entries)"
        f" select 1, max(first_leaf + size), 1, '1', '2', '{{{SLIPPED}}}' from audit_pass",
        ("another transaction", "changed", "changed pass", "inserted", "removed hashes"),
        "slipped",
    ),
    Case(
        "an entry repeated under another number",
        f"{COPY} update copy set id = {SLIPPED}; {INSERT}",
        ("inserted", "removed words"),
        "slipped",
    ),
    Case(
        "an entry repeated under its own number at another moment",
        f"{COPY} update copy set at = at - interval '1 second'; {INSERT}",
        ("inserted", "removed words"),
    ),
    Case(
        "an entry inserted with an old transaction number",
        f"{COPY} update copy set id = {SLIPPED}, detail_hash = null; {INSERT}",
        ("inserted",),
        "slipped",
    ),
    Case(
        "an entry inserted with a transaction number of the future",
        f"{COPY} update copy set id = {SLIPPED}, detail_hash = null,"
        f" xid = '999999999999'; {INSERT}",
        ("inserted",),
        "slipped",
    ),
    Case(
        "an entry back-dated by hours inserted and sealed with the real key",
        slip_in_sealed,
        ("back-dated",),
        "slipped",
    ),
    Case(
        "an entry back-dated by two minutes inserted under the next number, and sealed so",
        lambda places: slip_in_sealed(places, "2 minutes"),
        ("back-dated",),
        "slipped",
    ),
]

ORDER = [
    Case(
        "the entries of a pass put in another order",
        "update audit_pass set entries = array(select e from unnest(entries) e order by e desc)"
        " where first_leaf = 0",
        ("changed", "reordered"),
        "first",
    ),
    Case(
        "two entries of different passes exchanged",
        "update audit_pass set entries = array_replace(array_replace(array_replace("
        "entries, %(third)s::bigint, -1::bigint), %(last)s::bigint, %(third)s::bigint),"
        " -1::bigint, %(last)s::bigint)",
        ("another transaction", "changed", "reordered"),
    ),
    Case(
        "a pass removed",
        "delete from audit_pass where first_leaf = 0",
        ("changed pass", "cut tail", "inserted", "removed pass"),
        "first",
    ),
    Case(
        "the last pass removed, its entries left",
        "delete from audit_pass where first_leaf = (select max(first_leaf) from audit_pass)",
        ("cut tail",),
        None,
        after="sixth",
    ),
    Case(
        "everything removed but the heads",
        "delete from audit_entry; delete from audit_subject; delete from audit_detail;"
        " delete from audit_pass; delete from audit_tile",
        ("cut tail",),
        None,
        after=NOTHING,
    ),
]
