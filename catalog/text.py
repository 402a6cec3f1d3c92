"""Text with two languages, as releases keep it: {"zh": …, "en": …}."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import get_language


def in_english() -> bool:
    """Whether the reader asked for English."""
    return (get_language() or "").startswith("en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in both languages; the English one may be missing."""

    zh: str
    en: str = ""

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> "Text":
        return cls(zh=str(value.get("zh", "")), en=str(value.get("en", "")))

    def __str__(self) -> str:
        return self.en if in_english() and self.en else self.zh

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    @property
    def is_foreign(self) -> bool:
        """Whether the reader gets Chinese although English was asked for."""
        return in_english() and not self.en


def local(text: Text | Mapping[str, Any] | None) -> str:
    """The text for the reader's language; Chinese where there is no other."""
    if text is None:
        return ""
    return str(text if isinstance(text, Text) else Text.read(text))


class Named(Protocol):
    """Anything with a Chinese name and perhaps an English one."""

    name_en: str


def lang_of(thing: Text | Named) -> str:
    """The language to mark on an element that shows this; empty when it is the page's own."""
    foreign = thing.is_foreign if isinstance(thing, Text) else in_english() and not thing.name_en
    return "zh-Hans" if foreign else ""
