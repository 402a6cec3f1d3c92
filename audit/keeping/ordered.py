"""Which erasures two supervisors have ordered, by what sealed entries say and nothing else.

Orders are rows, and so is that one was carried out: whoever owns the database can write both. An
erasure counts if its own entry is one that the product writes, and if its order was asked for by
one supervisor and confirmed by another, for just what it took, and not taken back before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from audit.keeping.erasing import ERASED, KIND_OF_ALL, KIND_OF_OWN, Erasure
from audit.kernel.actors import Capacity, Purpose
from audit.sealing.faults import Fault
from audit.sealing.leaves import COLUMNS, Leaf

ORDER = "portal.erasureorder"
ASKED, CONFIRMED = "erasure.asked", "erasure.confirmed"
ENDED, TURNED_DOWN = "erasure.ended", "erasure.turned_down"
DUTY = "erasure"
OF_ORDERS = frozenset({ASKED, CONFIRMED, ENDED, TURNED_DOWN})
VERBS = OF_ORDERS | {ERASED}


def purpose_of(erasure: Erasure) -> Purpose:
    """What is confirmed, in the entry that confirms it: from before which day, whether words about
    others go too, and the ground. The number and the person stand there as well."""
    kind = KIND_OF_ALL if erasure.with_others else KIND_OF_OWN
    return Purpose.duty(f"{DUTY}/{erasure.before.isoformat()}/{kind}/{erasure.ground}")


@dataclass(frozen=True, slots=True)
class _Carried:
    erasure: Erasure
    said: Leaf
    is_ordered: bool

    def takes(self, leaf: Leaf) -> bool:
        return leaf.at <= self.said.at and self.erasure.takes(leaf.at, leaf.subjects)


class Orders:
    """Entries of orders and erasures, as they come; then what they cover."""

    def __init__(self, leaves: Iterable[Leaf] = ()) -> None:
        self._of_orders: dict[str, list[Leaf]] = defaultdict(list)
        self._of_erasures: list[Leaf] = []
        for leaf in leaves:
            self.take(leaf)

    def take(self, leaf: Leaf) -> None:
        """Keep it, if it is about an order or an erasure. It has to be under seal, or to wait."""
        if leaf.verb == ERASED:
            self._of_erasures.append(leaf)
        elif leaf.verb in OF_ORDERS:
            self._of_orders[_said(leaf)["object_id"]].append(leaf)

    def faults_of(self, wordless: Iterable[Leaf]) -> Iterator[Fault]:
        """Words of entries may be gone where two supervisors have ordered it, and nowhere else."""
        for leaf in wordless:
            if any(one.is_ordered for one in self._taking(leaf)):
                continue
            if any(True for _one in self._taking(leaf)):
                why = "no order of two supervisors for it is under seal"
                yield Fault("erased without order", why, leaf.entry_id)
            else:
                yield gone_words(leaf.entry_id)

    def _taking(self, leaf: Leaf) -> Iterable[_Carried]:
        for subject in leaf.subjects:
            yield from (one for one in self._carried.get(UUID(subject), ()) if one.takes(leaf))

    @cached_property
    def _carried(self) -> Mapping[UUID, list[_Carried]]:
        found: dict[UUID, list[_Carried]] = defaultdict(list)
        for leaf in self._of_erasures:
            try:
                erasure = Erasure.of(leaf)
            except ValueError:  # no erasure of ours
                continue
            is_ordered = self._is_ordered(erasure, leaf)
            found[erasure.subject].append(_Carried(erasure, leaf, is_ordered))
        return found

    def _is_ordered(self, erasure: Erasure, carried: Leaf) -> bool:
        said = [
            (leaf, one)
            for leaf in self._of_orders.get(erasure.number, ())
            if _is_of_supervisor(one := _said(leaf)) and leaf.subjects == [str(erasure.subject)]
        ]
        if any(one["verb"] in (ENDED, TURNED_DOWN) and leaf.at < carried.at for leaf, one in said):
            return False
        code = purpose_of(erasure).code
        asked = [one for _leaf, one in said if one["verb"] == ASKED]
        confirmed = [
            one for _leaf, one in said if one["verb"] == CONFIRMED and one["purpose"] == code
        ]
        return any(_are_two(one, other) for one in asked for other in confirmed)


def gone_words(entry_id: int) -> Fault:
    return Fault("removed words", "hashed, and no longer there", entry_id)


def _said(leaf: Leaf) -> dict[str, Any]:
    return dict(zip(COLUMNS, leaf.values, strict=True))


def _is_of_supervisor(said: Mapping[str, Any]) -> bool:
    return (said["capacity"], said["outcome"], said["object_kind"]) == (
        Capacity.SUPERVISOR,
        "done",
        ORDER,
    )


def _are_two(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """By account and by code. Two accounts of one person nobody can tell from here."""
    return bool(
        one["actor"]
        and other["actor"]
        and one["actor"] != other["actor"]
        and one["actor_label"] != other["actor_label"]
    )
