"""How well an officer's views fit what came out, against how many persons this officer sees anyway.

Of `asked` persons whose data came out an officer has seen `seen`. Two stories are compared:

* The officer's screen was the source. Then nearly all of them were seen: each with the chance
  `SOURCE_SEES` (nine in ten; the rest may come from elsewhere).
* It was not. Then they are a draw from all persons who were looked at in this time by those who
  saw any of them (`known`), of whom this officer saw `persons`: each was seen with the chance
  p = (persons + 1) / (known + 2), and `asked` × p are seen by chance alone. (The draw is without
  putting back; p is taken as the same for each, which is right as long as `asked` is small beside
  `known` and errs in the officer's favour otherwise.)

The logarithm of how much likelier the first story makes what was seen is the weight:

    weight = seen × ln(0.9 / p) + (asked - seen) × ln(0.1 / (1 - p))

Two things are not known from these counts, and p is held at one half for want of better:

* Nobody else saw half as many of the persons or more (`is_alone`). Then the persons known are
  mostly those this officer saw, and p near 1 would clear the only one who can have been it: p is
  at most one half.
* The officer looked more often than is counted (`Habit.is_more`): p is at least one half, so that
  nobody who is busier than can be counted is weighed as if that were all.

Who sees everybody has p near 1, so every person seen adds nothing and every person missed speaks
against it; who sees few has a small p, so each hit counts.

Where something came out that not every look shows, having opened it is weighed the same way: a
source has opened it for one person in two of those seen (it may also have stood elsewhere on the
page), others for one in ten.

A weight is no finding. It orders a list of people to ask, and never says that somebody did it.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log

SOURCE_SEES = 0.9
REVEALED_BY_SOURCE, REVEALED_BY_OTHERS = 0.5, 0.1
UNTOLD = 0.5  # the chance where the counts do not tell it
FITS_FROM = log(20)  # twenty times likelier than chance
EVEN = 0.0


class Verdict(StrEnum):
    """What a weight says, from the most to the least: twenty times likelier than chance, likelier
    than chance but not by so much, and no likelier."""

    FITS = "fits"
    CHANCE = "chance"
    HARDLY = "hardly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How many different persons an officer saw in the time asked about; `is_more`: at least, since
    there are entries that were not gone through."""

    persons: int
    is_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How many would be seen by chance, and the weight: above nought it fits better than that."""

    expected: float
    weight: float
    verdict: Verdict


def fit_of(
    *,
    seen: int,
    asked: int,
    habit: Habit,
    known: int,
    in_full: int | None = None,
    is_alone: bool = False,
) -> Fit:
    """Weigh one officer. `in_full`: of the persons seen, those whose covered value was asked for;
    None where nothing that is covered came out."""
    by_chance = (habit.persons + 1) / (max(known, habit.persons, asked) + 2)
    if habit.is_more:
        by_chance = max(by_chance, UNTOLD)
    if is_alone:
        by_chance = min(by_chance, UNTOLD)
    weight = seen * log(SOURCE_SEES / by_chance)
    weight += (asked - seen) * log((1 - SOURCE_SEES) / (1 - by_chance))
    if in_full is not None:
        weight += in_full * log(REVEALED_BY_SOURCE / REVEALED_BY_OTHERS)
        weight += (seen - in_full) * log((1 - REVEALED_BY_SOURCE) / (1 - REVEALED_BY_OTHERS))
    return Fit(expected=asked * by_chance, weight=weight, verdict=_verdict(weight))


def _verdict(weight: float) -> Verdict:
    if weight >= FITS_FROM:
        return Verdict.FITS
    return Verdict.CHANCE if weight > EVEN else Verdict.HARDLY
