"""Checking the trail: everything is computed anew, and the first bad entry is named.

Nothing that was written down is believed but what a trusted key has signed. Keys follow from the
first one; heads that somebody outside has kept are compared with ours, so that not even whoever
owns the database and the key can rewrite what was published.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from audit.keeping.ordered import VERBS, Orders, gone_words
from audit.sealing.ahead import FOLLOWED, says_put_right
from audit.sealing.faults import Fault, first_entry, last_good
from audit.sealing.head_walk import HeadWalk, PutBack, Said
from audit.sealing.heads import Head
from audit.sealing.keys import trusted
from audit.sealing.leaves import Leaf
from audit.sealing.merkle import EMPTY_ROOT, Frontier, in_pieces
from audit.sealing.order import BEGINNING, NUMBERS_DIFFER, Order
from audit.sealing.sources import Away, Pass, Source
from audit.sealing.store import Span

# The longest a transaction may have been open when its entries are sealed.
LONGEST_TRANSACTION = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(seconds=5)
LAST_EPOCH = 1 << 31
END = datetime.max.replace(tzinfo=UTC)
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
    faults = [
        Fault("foreign key", f"key {known.key_id} is vouched for by nobody we trust")
        for known in keys
        if known.key_id not in accepted
    ]
    away = source.away()
    amiss = list(source.words_amiss())  # before the entries: what is erased later is not in it
    orders = Orders([*proven, *source.waiting(VERBS)])
    heads = HeadWalk(source.heads(), accepted, published)
    gone = {entry for entry, is_gone in amiss if is_gone}
    trail = _Trail(source, heads, away, archived, orders, gone)
    for count in trail.run():
        progress(count)
    heads.finish(ends_early=ends_early)
    faults += heads.faults + trail.faults
    if heads.gone is not None:
        where = f"head {heads.gone.number} of epoch {heads.gone.epoch} was published and is gone"
        faults.append(Fault("cut tail", where, after=trail.last))
    faults += [
        Fault("goes back", f"head {one.head.number}, and no entry says the clock was put right")
        for one in heads.put_back
        if one.head.epoch not in trail.put_right
    ]
    faults += _faults_of_archives(away, trail.away, archived or ())
    faults += [
        Fault("removed", f"month {month.name} left, and entries of it are here", trail.gone[month])
        for month in away
        if month in trail.here and month in trail.gone
    ]
    faults += [Fault("inserted", "an entry in no pass", entry) for entry in source.strays()]
    faults += [
        Fault("unsealed", "ten minutes older than the newest head", entry)
        for entry in source.unsealed()
    ]
    faults += [
        Fault("another transaction", "not one its pass took", entry)
        for entry in source.other_transactions()
    ]
    faults += [
        Fault("changed pass", f"leaf {leaf} goes on with another transaction, epoch {epoch}")
        for epoch, leaf in source.loose_passes()
    ]
    faults += _faults_of_tiles(source, trail.inner)
    removed = {fault.entry_id for fault in faults if fault.kind == "removed"}
    faults += [
        Fault("changed words", "not what was hashed", entry)
        for entry, is_gone in amiss
        if not is_gone and entry not in removed  # then its words say no more
    ]
    found = {leaf.entry_id for leaf in trail.wordless}
    faults += [gone_words(entry) for entry in sorted(gone - found - removed)]
    faults += orders.faults_of([*trail.wordless, *wordless])
    entries = trail.checked - trail.away
    put_right = [one for one in heads.put_back if one.head.epoch in trail.put_right]
    return Report(entries, heads.count, faults, trail.away, heads.later, put_right)


def _faults_of_archives(
    months: list[Away], missing: int, archived: Container[int]
) -> Iterator[Fault]:
    """What tells of an archive may itself have left, with a later one that was checked."""
    for month in months:
        if not month.is_told and month.told_by not in archived:
            yield Fault("removed", f"month {month.name} left, and no entry says so")
    left = sum(month.entries for month in months)
    if left != missing:
        yield Fault("removed", f"{missing} entries are away, and {left} were archived")


def _faults_of_tiles(source: Source, inner: dict[tuple[int, int], bytearray]) -> Iterator[Fault]:
    """What lies above the leaves serves proofs only; it must follow from them all the same."""
    kept: dict[tuple[int, int], bytearray] = {}
    for epoch, level, _place, hashes in source.inner_tiles():
        kept.setdefault((epoch, level), bytearray()).extend(hashes)
    for epoch, level in sorted(kept.keys() | inner.keys()):
        if kept.get((epoch, level)) != inner.get((epoch, level)):
            yield Fault("changed tile", f"level {level}, epoch {epoch}")


def _first_out_of_order(entries: list[int]) -> int:
    pairs = zip(sorted(entries), entries, strict=True)
    return next((min(pair) for pair in pairs if pair[0] != pair[1]), min(entries))


class _Trail:
    """One walk over all passes. The tree grows from the hashes that were written down; heads say
    whether those are the right ones, and every entry is held against its own."""

    def __init__(
        self,
        source: Source,
        heads: HeadWalk,
        months_away: list[Away],
        archived: Container[int] | None,
        orders: Orders,
        gone_words: set[int],
    ) -> None:
        self._source = source
        self._heads = heads
        self._months_away = months_away
        self._archived = archived
        self._orders = orders
        self._gone_words = gone_words
        self.wordless: list[Leaf] = []  # good entries whose words are gone
        self.away = 0
        self.here: set[Away] = set()  # months said to have left of which there are entries
        self.gone: dict[Away, int] = {}  # the first entry that may have left with each month
        self._epoch = 0
        self._tree = Frontier()
        self._since = 0  # the first entry no good head has covered yet
        self.last = 0  # the last entry in any pass
        self._vouched = 0  # the last one under a head that is also kept outside
        self._met: Head | None = None
        self._order = Order()
        self.put_right: set[int] = set()  # epochs whose first entry says that the clock was
        self.inner: dict[tuple[int, int], bytearray] = {}
        self.checked = 0
        self.faults: list[Fault] = []

    def run(self) -> Iterator[int]:
        """Walk; gives the number of entries seen after each pass."""
        for one in self._source.passes():
            if one.epoch != self._epoch:
                self._close(one.epoch)
                self._epoch, self._tree = one.epoch, Frontier()
                self._meet_heads()
            if one.first != self._tree.size:
                self._fault("removed pass", f"leaf {self._tree.size}")
            self._since = self._since or min(one.entries, default=0)
            self.last = one.entries[-1] if one.entries else self.last
            self._check_entries(one)
            self._tree.add(in_pieces(self._source.hashes(one)))
            self._meet_heads()
            self.checked += len(one.entries)
            yield self.checked
        self._close(LAST_EPOCH)

    def _check_entries(self, one: Pass) -> None:
        if sorted(set(one.entries)) != one.entries:
            self._fault("reordered", f"pass at leaf {one.first}", _first_out_of_order(one.entries))
        hashes = in_pieces(self._source.hashes(one))
        if len(hashes) != len(one.entries):
            self._fault(
                "removed hashes", f"pass at leaf {one.first}", min(one.entries, default=None)
            )
        sealed = dict(zip(one.entries, hashes, strict=False))
        self._check_leaves(one, sealed)
        months = [month for month in self._months_away if month.touches(one.span)]
        for entry_id in sorted(sealed):
            if months and (self._archived is None or entry_id in self._archived):
                self.away += 1
                for month in months:
                    self.gone.setdefault(month, entry_id)
                if not one.first and entry_id == one.entries[0]:
                    self.put_right.add(one.epoch)  # what may tell so has left with its month
            else:
                self._fault("removed", "sealed, and no longer there", entry_id)

    def _check_leaves(self, one: Pass, sealed: dict[int, bytes]) -> None:
        """Each entry that is there against its hash and its time; `sealed` keeps the others."""
        earliest, latest = self._bounds(one)
        if not one.first and self._heads.goes_back_with(one.epoch):
            self._order = Order()
        number, moment, moments = 0, BEGINNING, []
        for leaf in self._source.leaves(one):
            written, at = sealed.pop(leaf.entry_id, None), leaf.at
            if self._months_away:
                self.here.update(month for month in self._months_away if month.has(at))
            if leaf.hash() != written:
                self._fault("changed", "not what was sealed", leaf.entry_id)
                continue
            moments.append(at)
            self._keep(one, leaf)
            before = self._order.before(leaf.entry_id)
            before = max(before, moment) if leaf.entry_id > number else before
            if not earliest <= at <= latest or before - at > NUMBERS_DIFFER:
                self._fault("back-dated", f"says {leaf.values[1]}", leaf.entry_id)
            else:
                number, moment = max(number, leaf.entry_id), max(moment, at)
        if number:
            self._order.add(number, moment)
        self._check_span(one, moments)

    def _keep(self, one: Pass, leaf: Leaf) -> None:
        """What of a good entry is asked for at the end."""
        self._orders.take(leaf)
        if leaf.entry_id in self._gone_words:
            self.wordless.append(leaf)
        if not one.first and says_put_right(leaf, one.epoch, one.entries):
            self.put_right.add(one.epoch)

    def _check_span(self, one: Pass, moments: list[datetime]) -> None:
        """What a pass says of the moments of its entries, where all of them are here and good."""
        is_whole = len(moments) == len(one.entries) > 0
        if is_whole and Span(min(moments), max(moments)) != one.span:
            self._fault("changed pass", f"leaf {one.first} says other moments than its entries")

    def _bounds(self, one: Pass) -> tuple[datetime, datetime]:
        """Between which moments the entries of a pass can have been written."""
        end = one.first + len(one.entries)
        head = self._heads.covering(one.epoch, end)
        met = self._met
        earliest = met.moment - LONGEST_TRANSACTION if met else BEGINNING
        if head and met and met.epoch < one.epoch and self._heads.goes_back_with(one.epoch):
            earliest = head.moment - FOLLOWED
        return earliest, head.moment + CLOCKS_DIFFER if head else END

    def _meet_heads(self) -> None:
        """Compare the tree with every head signed at just this size."""
        while (head := self._heads.next_of(self._epoch)) is not None:
            if head.epoch < self._epoch or head.size > self._tree.size:
                return
            self._take()
            if head.size < self._tree.size or head.root != self._tree.root().hex():
                self._fault("rewritten", f"head {head.number} signed another tree", self._since)
            else:
                self._since = 0
            self._met = head

    def _close(self, upto: int) -> None:
        """Heads left over before an epoch speak of entries that are gone, unless of none."""
        for level, hashes in self._tree.inner.items():
            self.inner[self._epoch, level] = hashes
        met = (self._met.epoch, self._met.size) if self._met else (0, 0)
        if self._tree.size and met < (self._epoch, self._tree.size):
            self._fault("inserted", f"no head covers leaf {met[1]} and on", self._since)
        gone: Head | None = None
        while self._heads.next_of(upto - 1) is not None:
            head = self._met = self._take()
            if head.size or head.root != EMPTY_ROOT.hex():
                gone = gone or head
        if gone is not None:
            where = f"head {gone.number} speaks of {gone.size} entries, epoch {self._epoch}"
            self.faults.append(Fault("cut tail", where, after=self.last))

    def _take(self) -> Head:
        """The next head. One that is not as it was published leaves open what was rewritten since
        the last that is."""
        met = self._heads.take()
        if met.said is Said.ANOTHER:
            where = f"head {met.head.number} is not the one that was published"
            where = f"{where}, epoch {self._epoch}"
            self.faults.append(Fault("rewritten", where, after=self._vouched))
        elif met.said is Said.SAME:
            self._vouched = self.last
        return met.head

    def _fault(self, kind: str, where: str, entry_id: int | None = None) -> None:
        where = f"{where}, epoch {self._epoch}"
        self.faults.append(Fault(kind, where, entry_id or None))
