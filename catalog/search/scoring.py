"""How good the search is: right answers first or among five, and none where none is right."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from catalog.loading.files import Row, read_table
from catalog.loading.report import FileReport
from catalog.search.engine import find

COLUMNS = ("qid", "query", "kind", "catalog", "relevant_ids", "also_acceptable_ids")
CATALOG = "cn"
DEPTH = 10


@dataclass(slots=True)
class Score:
    """The figures of one kind of query."""

    queries: int = 0
    first: int = 0
    among_five: int = 0
    reciprocal: float = 0.0
    unsure: int = 0
    missed: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, float | int]:
        count = max(self.queries, 1)
        return {
            "queries": self.queries,
            "top1": round(self.first / count, 3),
            "top5": round(self.among_five / count, 3),
            "mrr10": round(self.reciprocal / count, 3),
            "right_but_unsure": self.unsure,
        }


@dataclass(slots=True)
class Figures:
    """All kinds together, and the confident answers to questions that have none."""

    kinds: dict[str, Score]
    overall: Score
    no_answer: int
    false_answers: list[str]
    left_out: int


def score_file(path: Path) -> Figures:
    """Ask every query of the file that concerns this catalogue and compare the answers."""
    rows = list(read_table(path, COLUMNS, FileReport(path.name)))
    ours = [row for row in rows if row["catalog"] == CATALOG]
    kinds: dict[str, Score] = defaultdict(Score)
    overall = Score()
    nothing_right = [row for row in ours if not row["relevant_ids"]]
    for row in ours:
        if row["relevant_ids"]:
            _count(row, (kinds[row["kind"]], overall))
    return Figures(
        kinds=dict(kinds),
        overall=overall,
        no_answer=len(nothing_right),
        false_answers=[row["query"] for row in nothing_right if _is_sure(row["query"])],
        left_out=len(rows) - len(ours),
    )


def _is_sure(query: str) -> bool:
    return any(hit.confident for hit in find(query, limit=1))


def _count(row: Row, scores: Iterable[Score]) -> None:
    right = {*row.parts("relevant_ids"), *row.parts("also_acceptable_ids")}
    hits = find(row["query"], limit=DEPTH)
    places = [place for place, hit in enumerate(hits, start=1) if hit.item.code in right]
    place = places[0] if places else None
    for score in scores:
        score.queries += 1
        if place is None or place > 5:  # noqa: PLR2004 - "among the first five"
            found = ", ".join(hit.item.name for hit in hits[:3])
            score.missed.append(f"{row['query']} → {found}")
        if place is None:
            continue
        score.first += place == 1
        score.among_five += place <= 5  # noqa: PLR2004
        score.reciprocal += 1 / place
        score.unsure += not hits[0].confident
