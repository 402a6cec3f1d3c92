"""Measuring two things in turns, so that both meet the same noise."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: medians in milliseconds; `ratio` is bare time by our time."""

    name: str
    ours: float
    bare: float
    target: float | None = None

    @property
    def ratio(self) -> float:
        return self.bare / self.ours

    def line(self) -> str:
        wanted = f"  (wanted ≥ {self.target:.2f})" if self.target else ""
        times = f"{self.ours:9.3f} ms   bare {self.bare:9.3f} ms"
        return f"{self.name:44} {times}   ratio {self.ratio:5.2f}{wanted}"


def in_turns(ours: Act, bare: Act, rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, taken alternately after a warm-up of each."""
    ours()
    bare()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for taken, act in zip(times, (ours, bare), strict=True):
            begun = time.perf_counter()
            act()
            taken.append(time.perf_counter() - begun)
    return statistics.median(times[0]) * 1000, statistics.median(times[1]) * 1000
