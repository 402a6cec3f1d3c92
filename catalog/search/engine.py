"""The search itself: a numpy copy of the postings, one a process."""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from catalog.kept import current_mark
from catalog.models import SearchTerm, ServiceItem
from catalog.models.region import levels_above
from catalog.search.terms import (
    CHARACTER,
    INITIALS,
    PAIR,
    SOUNDS,
    WORD,
    core_of,
    typed_terms_of,
)

# How much each kind of term says about what was meant.
STRENGTH = {CHARACTER: 0.25, PAIR: 1.0, SOUNDS: 0.3, INITIALS: 0.35, WORD: 1.0}
GUIDE_BONUS = 1.12
SURE = 0.36  # the share of the query's own weight the best hit must explain
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found. `confident` says whether it explains enough of what was typed."""

    item: ServiceItem
    score: float
    confident: bool


@dataclass(frozen=True, slots=True)
class _Term:
    rarity: float
    places: NDArray[np.int32]
    weights: Floats


class Index:
    """All postings of one version of the catalogue, in memory."""

    def __init__(self, mark: UUID | None) -> None:
        self.mark = mark
        items = list(
            ServiceItem.objects.offered()
            .order_by("code")
            .values_list("pk", "listed_only", "department__region_id")
        )
        place_of = {pk: place for place, (pk, _listed, _region) in enumerate(items)}
        self.items: list[int] = [pk for pk, _listed, _region in items]
        self.regions = np.array([region for _pk, _listed, region in items])
        self.bonus: Floats = np.array(
            [1.0 if listed else GUIDE_BONUS for _pk, listed, _region in items], dtype=np.float32
        )
        self.terms = self._read_terms(place_of)

    def _read_terms(self, place_of: dict[int, int]) -> dict[str, _Term]:
        terms: dict[str, tuple[list[int], list[float]]] = {}
        rows = SearchTerm.objects.values_list("term", "item_id", "weight")
        for term, item, weight in rows.iterator(chunk_size=20_000):
            if item in place_of:
                places, weights = terms.setdefault(term, ([], []))
                places.append(place_of[item])
                weights.append(weight)
        count = len(self.items)
        return {
            term: _Term(
                rarity=math.log(1 + (count - len(places) + 0.5) / (len(places) + 0.5)),
                places=np.array(places, dtype=np.int32),
                weights=np.array(weights, dtype=np.float32),
            )
            for term, (places, weights) in terms.items()
        }

    def score(self, sentence: str) -> tuple[Floats, float]:
        """A score for every item, and the most an item could reach by explaining everything.

        A single character explains nothing, so for it the most is 0 and no hit is confident.
        """
        scores: Floats = np.zeros(len(self.items), dtype=np.float32)
        possible: dict[str, float] = dict.fromkeys(STRENGTH, 0.0)
        unknown = math.log(1 + len(self.items))
        known: set[str] = set()
        for text, times in typed_terms_of(core_of(sentence)).items():
            kind = text[:2]
            strength = STRENGTH[kind] * min(times, 2)
            term = self.terms.get(text)
            possible[kind] += strength * (term.rarity if term else unknown)
            if term is not None:
                known.add(kind)
                scores[term.places] += strength * term.rarity * term.weights
        said = _said(possible, known)
        return scores, (said + possible[CHARACTER]) if said else 0.0


def _said(possible: dict[str, float], known: set[str]) -> float:
    """How much a query says, read as what it most likely is: words, else sounds, else initials.

    Initials alone fit by accident, so no hit ever explains them.
    """
    if possible[PAIR]:
        return possible[PAIR] + possible[WORD]
    for kind in (WORD, SOUNDS):
        if kind in known:
            return possible[kind]
    return math.inf if possible[INITIALS] else 0.0


_lock = threading.Lock()
_current: Index | None = None


def current_index() -> Index:
    """The copy in this process; read anew when the catalogue's version has moved."""
    global _current  # one copy a process is the point
    mark = current_mark()
    index = _current
    if index is None or index.mark != mark:
        with _lock:
            index = _current
            if index is None or index.mark != mark:
                index = _current = Index(mark)
    return index


def find(sentence: str, *, limit: int = 10, region: str | None = None) -> list[Hit]:
    """The items a sentence most likely means, best first. Nothing for an empty sentence."""
    index = current_index()
    best, scores, possible = rank(index, sentence, limit=limit, region=region)
    items = ServiceItem.objects.select_related("department").in_bulk(
        [index.items[place] for place in best]
    )
    return [
        Hit(
            item=items[index.items[place]],
            score=float(scores[place]),
            confident=bool(possible and scores[place] / possible >= SURE),
        )
        for place in best
        if index.items[place] in items
    ]


def rank(
    index: Index, sentence: str, *, limit: int, region: str | None = None
) -> tuple[Sequence[int], Floats, float]:
    """The best places in the index, without touching the database."""
    scores, possible = index.score(sentence)
    scores = scores * index.bonus
    if region is not None:
        scores = np.where(np.isin(index.regions, levels_above(region)), scores, 0)
    count = min(limit, len(index.items))
    if not count:
        return [], scores, possible
    best = np.argpartition(-scores, count - 1)[:count]
    best = best[np.lexsort((best, -scores[best]))]
    return [int(place) for place in best if scores[place] > 0], scores, possible
