"""Walking along all heads once, a few in memory: a trail of years has millions of them."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.sealing.faults import Fault
from audit.sealing.heads import NO_HEAD, Head


@dataclass(frozen=True, slots=True)
class PutBack:
    """The first head of an epoch that says an earlier time than the one before it. Right where the
    clock had been ahead and an entry of that epoch says so (`audit.sealing.ahead`)."""

    head: Head
    before: Head


class Said(Enum):
    """What those who keep heads outside say of one of ours."""

    NOTHING = "nothing"
    SAME = "the same"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Met:
    """A head of ours, and what is said outside of it."""

    head: Head
    said: Said


class HeadWalk:
    """Our heads in their order. Each is checked as it comes: who signed it, what it is chained to,
    and whether those kept outside say the same of it.

    `published` come in the order of their epochs and numbers.
    """

    def __init__(
        self,
        heads: Iterator[Head],
        accepted: Mapping[str, Ed25519PublicKey],
        published: Iterable[Head],
    ) -> None:
        self._heads = heads
        self._accepted = accepted
        self._published = iter(published)
        self._theirs = next(self._published, None)
        self._before: Head | None = None
        self._ahead: deque[Met] = deque()
        self.count = 0
        self.gone: Head | None = None  # the first that was published and is none of ours
        self.later = 0  # heads published after the newest of ours
        self.put_back: list[PutBack] = []  # where an epoch began at an earlier time
        self.faults: list[Fault] = []

    def next_of(self, epoch: int) -> Head | None:
        """The next head, if it is of this epoch or of one before."""
        head = self._ahead[0].head if self._ahead else self._read()
        return head if head is not None and head.epoch <= epoch else None

    def take(self) -> Met:
        """Go past the next head. IndexError if `next_of` has not shown one."""
        return self._ahead.popleft()

    def covering(self, epoch: int, size: int) -> Head | None:
        """The first head to come that was signed when this epoch had at least `size` leaves."""
        ahead = 0
        while True:
            head = self._ahead[ahead].head if ahead < len(self._ahead) else self._read()
            if head is None or head.epoch > epoch:
                return None
            if head.epoch == epoch and head.size >= size:
                return head
            ahead += 1

    def goes_back_with(self, epoch: int) -> bool:
        """Whether the first head of this epoch, once read, is earlier than the one before it."""
        return any(one.head.epoch == epoch for one in self.put_back)

    def finish(self, *, ends_early: bool) -> None:
        """Read ours to the end. Heads published later are gone, unless ours may end early; but
        not that there is none at all."""
        while self._read() is not None:
            pass
        newest = self._before.number if self._before and ends_early else None
        while self._theirs is not None:
            if newest is None or self._theirs.number <= newest:
                self._lose(self._theirs)
                return
            self.later += 1
            self._theirs = next(self._published, None)

    def _read(self) -> Head | None:
        head = next(self._heads, None)
        if head is None:
            return None
        self._check(head)
        self._ahead.append(Met(head, self._compare(head)))
        self._before = head
        self.count += 1
        return head

    def _check(self, head: Head) -> None:
        before, where = self._before, f"head {head.number}"
        key = self._accepted.get(head.key_id)
        if key is None:
            self._fault("foreign key", f"{where} is signed with {head.key_id}")
        elif not head.is_signed_by(key):
            self._fault("forged signature", where)
        if head.number != (before.number + 1 if before else 1):
            self._fault("removed head", f"before {where}")
        elif head.previous != (before.hash() if before else NO_HEAD):
            self._fault("broken chain", where)
        if before is not None and _goes_back(before, head):
            self._fault("goes back", where)
        elif before is not None and head.moment < before.moment:
            self.put_back.append(PutBack(head, before))

    def _compare(self, head: Head) -> Said:
        """Hold it against those published up to it, until the first that differs."""
        said = Said.NOTHING
        while self._theirs is not None and self._theirs.place <= head.place:
            if self._theirs.place < head.place:
                self._lose(self._theirs)
                return said
            if self._theirs.hash() != head.hash():
                self._theirs = None
                return Said.ANOTHER
            said, self._theirs = Said.SAME, next(self._published, None)
        return said

    def _lose(self, head: Head) -> None:
        self.gone, self._theirs = head, None

    def _fault(self, kind: str, where: str) -> None:
        self.faults.append(Fault(kind, where))


def _goes_back(before: Head, head: Head) -> bool:
    shrinks = head.epoch == before.epoch and head.size < before.size
    is_earlier = head.epoch == before.epoch and head.moment < before.moment
    return head.epoch < before.epoch or shrinks or is_earlier
