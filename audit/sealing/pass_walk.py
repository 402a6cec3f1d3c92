"""One walk over all passes of a trail, each entry and head held against what was sealed."""

from collections.abc import Container, Iterator
from datetime import UTC, datetime, timedelta

from audit.keeping.ordered import Orders
from audit.sealing.ahead import FOLLOWED, says_put_right
from audit.sealing.faults import Fault
from audit.sealing.head_walk import HeadWalk, Said
from audit.sealing.heads import Head
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


class PassWalk:
    """The tree grows from the hashes that were written down; heads say
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


def _first_out_of_order(entries: list[int]) -> int:
    pairs = zip(sorted(entries), entries, strict=True)
    return next((min(pair) for pair in pairs if pair[0] != pair[1]), min(entries))
