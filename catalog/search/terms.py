"""From words to search terms: characters, pairs, sounds, initials, English words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from audit.kernel.plain import normalised

CHARACTER, PAIR, SOUNDS, INITIALS, WORD = "c:", "b:", "s:", "i:", "e:"
LONGEST_TERM = 40
HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z0-9]+")
LONGEST_SYLLABLE = 6
SHORT_WORD = 4
LONGEST_QUERY = 200
MOST_INITIALS = 8

_simplify = OpenCC("t2s")


def normalise(text: str) -> str:
    """Simplified, narrow, lower case."""
    plain = normalised(text, "NFKC").lower()
    return str(_simplify.convert(plain)) if HAN.search(plain) else plain


def terms_of(text: str) -> Counter[str]:
    """Every term a normalised text holds, with how often."""
    found: Counter[str] = Counter()
    for run in HAN.findall(text):
        found.update(CHARACTER + char for char in run)
        found.update(PAIR + pair for pair in _windows(run, 2))
        syllables = lazy_pinyin(run, style=Style.NORMAL)
        found.update(_sounds(syllables))
        found.update(_initials("".join(syllable[:1] for syllable in syllables)))
    for word in LATIN.findall(text):
        found[WORD + stem(word)[: LONGEST_TERM - 2]] += 1
    return found


def typed_terms_of(text: str) -> Counter[str]:
    """The terms of a query: Latin letters may be English, sounds or initials, so all three."""
    found = terms_of(text)
    runs = LATIN.findall(text)
    letters = "".join(runs)
    if letters.isalpha() and not HAN.search(text):
        found.update(_sounds(split_sounds(letters)))
    for run in runs:
        if run.isalpha() and len(set(run)) > 1 and len(run) <= MOST_INITIALS:
            found.update(_initials(run))
    return found


def _sounds(syllables: list[str]) -> Iterator[str]:
    for first, second in pairwise(syllables):
        yield f"{SOUNDS}{first}{second}"[:LONGEST_TERM]


def _initials(letters: str) -> Iterator[str]:
    yield from (INITIALS + part for part in _windows(letters, 3))


def _windows(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(len(text) - size + 1))


def stem(word: str) -> str:
    """An English word without its commonest endings, so that plural and singular meet."""
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > SHORT_WORD else word


@lru_cache(maxsize=1)
def syllables_known() -> frozenset[str]:
    """Every syllable of Mandarin, without tones."""
    marked = {sound for sounds in PINYIN_DICT.values() for sound in sounds.split(",")}
    plain = {
        "".join(c for c in normalised(one, "NFD") if not unicodedata.combining(c)) for one in marked
    }
    return frozenset(
        one for one in plain if one.isascii() and one.isalpha() and len(one) <= LONGEST_SYLLABLE
    )


def split_sounds(letters: str) -> list[str]:
    """Letters as syllables, the fewest that fit; empty when they are no pinyin."""
    best: list[list[str] | None] = [[], *([None] * len(letters))]
    known = syllables_known()
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            before, part = best[start], letters[start:end]
            if before is None or (part not in known):
                continue
            if len(part) == 1 and part not in "aeo":
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, part]
    return best[-1] or []


# What people wrap their need in. It says nothing about which item they mean.
_FILLERS = (
    *(
        "请问",
        "我想",
        "我要",
        "想要",
        "需要",
        "怎么办理",
        "如何办理",
        "怎么样",
        "怎么办",
        "怎样",
        "怎么",
    ),
    *(
        "如何",
        "哪里",
        "在哪",
        "什么",
        "多少",
        "能不能",
        "可不可以",
        "可以",
        "要不要",
        "是不是",
        "有没有",
    ),
    *("一下", "办理", "申请", "手续", "流程", "材料"),
    *"吗呢吧了的我您你要想去给能办个得啊呀",
)
_FILLER = re.compile("|".join(sorted(map(re.escape, _FILLERS), key=len, reverse=True)))
_ENGLISH_FILLERS = frozenset(
    (
        *("a", "an", "the", "i", "my", "me", "to", "for", "of", "in", "on", "at", "is", "it", "do"),
        *("how", "can", "get", "want", "need", "where", "what", "with", "and", "or", "not"),
    )
)


def core_of(query: str) -> str:
    """The query without filler; the whole query when nothing else is left."""
    text = normalise(query[:LONGEST_QUERY])
    bare = _FILLER.sub(" ", text)
    words = [word for word in bare.split() if word not in _ENGLISH_FILLERS]
    return " ".join(words) or text


def merged(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Weights of terms over several texts: each text speaks with its own strength.

    A term that stands in two texts counts with the stronger one and a little of the other.
    """
    weights: dict[str, float] = {}
    for text, strength in parts:
        normal = normalise(text)
        length = max(len(normal), 2)
        for term, times in terms_of(normal).items():
            weight = strength * saturated(times, length)
            before = weights.get(term, 0.0)
            weights[term] = max(before, weight) + 0.15 * min(before, weight)
    return weights


def saturated(times: int, length: int) -> float:
    """BM25's damping: a second mention adds less, a long text says less."""
    k, b, usual = 1.2, 0.6, 8.0
    return times * (k + 1) / (times + k * (1 - b + b * length / usual))
