"""Checking the trail: everything is computed anew, and the first bad entry is named.

Nothing that was written down is believed but what a trusted key has signed. Keys follow from the
first one; heads that somebody outside has kept are compared with ours, so that not even whoever
owns the database and the key can rewrite what was published.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.keeping.ordered import VERBS, Orders, gone_words
from audit.sealing.faults import Fault, first_entry, last_good
from audit.sealing.head_walk import HeadWalk, PutBack
from audit.sealing.heads import Head
from audit.sealing.keys import KnownKey, trusted
from audit.sealing.leaves import Leaf
from audit.sealing.pass_walk import PassWalk
from audit.sealing.sources import Away, Source

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check."""

    entries: int
    heads: int
    faults: list[Fault]
    away: int = 0  # entries that left with archived months, and were not looked at here
    later: int = 0  # heads published after the newest one here, where that is no fault
    put_right: Sequence[PutBack] = ()  # where the trail says that the clock was put right

    @property
    def first_entry(self) -> int | None:
        """The first bad entry."""
        return first_entry(self.faults)

    @property
    def last_good(self) -> int | None:
        """The last entry before what names none, 0 if there is none before; None without such."""
        return last_good(self.faults)


def verify(
    source: Source,
    *,
    published: Iterable[Head] = (),
    archived: Container[int] | None = None,
    proven: Iterable[Leaf] = (),
    wordless: Iterable[Leaf] = (),
    ends_early: bool = False,
    progress: Progress = lambda done: None,
) -> Report:
    """Check keys, heads, and every sealed entry. `published` are heads kept outside, in the order
    of their epochs and numbers.

    `archived` are the ids that were found, and found good, in the files of archived months. Without
    them it is only held against the trail how many entries left. `wordless` are those of them whose
    words are not in the files either. `proven`: entries about orders to erase that are under seal
    though not here, from archives and from the register of erasures. `ends_early`: heads published
    after the newest one here are no fault, because an export ends when it was written.
    """
    keys = source.known_keys()
    accepted = {known.key_id: known.key for known in trusted(keys)}
    away = source.away()
    amiss = list(source.words_amiss())  # before the entries: what is erased later is not in it
    orders = Orders([*proven, *source.waiting(VERBS)])
    heads = HeadWalk(source.heads(), accepted, published)
    gone = {entry for entry, is_gone in amiss if is_gone}
    trail = PassWalk(source, heads, away, archived, orders, gone)
    for count in trail.run():
        progress(count)
    heads.finish(ends_early=ends_early)
    faults = [
        *_faults_of_keys(keys, accepted),
        *heads.faults,
        *trail.faults,
        *_faults_of_time(heads, trail),
        *_faults_of_archives(away, trail, archived or ()),
        *_faults_of_passes(source),
        *_faults_of_tiles(source, trail.inner),
    ]
    removed = {fault.entry_id for fault in faults if fault.kind == "removed"}
    faults += _faults_of_words(amiss, trail, removed)
    faults += orders.faults_of([*trail.wordless, *wordless])
    put_right = [one for one in heads.put_back if one.head.epoch in trail.put_right]
    entries = trail.checked - trail.away
    return Report(entries, heads.count, faults, trail.away, heads.later, put_right)


def _faults_of_keys(keys: Iterable[KnownKey], accepted: Container[str]) -> Iterator[Fault]:
    for known in keys:
        if known.key_id not in accepted:
            yield Fault("foreign key", f"key {known.key_id} is vouched for by nobody we trust")


def _faults_of_time(heads: HeadWalk, trail: PassWalk) -> Iterator[Fault]:
    """Heads that somebody outside has and we have not, and such as go back in time unsaid."""
    if heads.gone is not None:
        where = f"head {heads.gone.number} of epoch {heads.gone.epoch} was published and is gone"
        yield Fault("cut tail", where, after=trail.last)
    for one in heads.put_back:
        if one.head.epoch not in trail.put_right:
            where = f"head {one.head.number}, and no entry says the clock was put right"
            yield Fault("goes back", where)


def _faults_of_archives(
    months: list[Away], trail: PassWalk, archived: Container[int]
) -> Iterator[Fault]:
    """What tells of an archive may itself have left, with a later one that was checked."""
    for month in months:
        if not month.is_told and month.told_by not in archived:
            yield Fault("removed", f"month {month.name} left, and no entry says so")
    left = sum(month.entries for month in months)
    if left != trail.away:
        yield Fault("removed", f"{trail.away} entries are away, and {left} were archived")
    for month in months:
        if month in trail.here and month in trail.gone:
            where = f"month {month.name} left, and entries of it are here"
            yield Fault("removed", where, trail.gone[month])


def _faults_of_passes(source: Source) -> Iterator[Fault]:
    """Which entries they took, and from which transactions: no hash says the last."""
    for entry in source.strays():
        yield Fault("inserted", "an entry in no pass", entry)
    for entry in source.unsealed():
        yield Fault("unsealed", "ten minutes older than the newest head", entry)
    for entry in source.other_transactions():
        yield Fault("another transaction", "not one its pass took", entry)
    for epoch, leaf in source.loose_passes():
        where = f"leaf {leaf} goes on with another transaction, epoch {epoch}"
        yield Fault("changed pass", where)


def _faults_of_words(
    amiss: Iterable[tuple[int, bool]], trail: PassWalk, removed: Container[int | None]
) -> Iterator[Fault]:
    """Words that are not those that were hashed. Of an entry that is gone they say no more."""
    theirs = [one for one in amiss if one[0] not in removed]
    yield from (
        Fault("changed words", "not what was hashed", one) for one, gone in theirs if not gone
    )
    found = {leaf.entry_id for leaf in trail.wordless}
    yield from (gone_words(one) for one in sorted({one for one, gone in theirs if gone} - found))


def _faults_of_tiles(source: Source, inner: dict[tuple[int, int], bytearray]) -> Iterator[Fault]:
    """What lies above the leaves serves proofs only; it must follow from them all the same."""
    kept: dict[tuple[int, int], bytearray] = {}
    for epoch, level, _place, hashes in source.inner_tiles():
        kept.setdefault((epoch, level), bytearray()).extend(hashes)
    for epoch, level in sorted(kept.keys() | inner.keys()):
        if kept.get((epoch, level)) != inner.get((epoch, level)):
            yield Fault("changed tile", f"level {level}, epoch {epoch}")
