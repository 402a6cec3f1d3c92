"""Figures with their unit: `{}` stands for the figure; English has two forms, divided by a bar."""

from collections.abc import Mapping
from typing import Any

from catalog.text import Text, local


def in_unit(words: str, value: Any, unit: Text | Mapping[str, Any] | None) -> str:
    """The figure as a page shows it; `words` alone where there is no unit or no figure."""
    pattern = local(unit)
    if not pattern or not isinstance(value, int | float):
        return words
    one, _bar, many = pattern.partition("|")
    return (many if many and value != 1 else one).replace("{}", words)
