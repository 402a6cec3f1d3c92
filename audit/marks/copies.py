"""Marks on exported files: each copy says by which entry of the trail it was saved.

Two signs. The *copy number* (`FB-…`) can be read by everybody and stands in the name of the file
and in a line of its own: the last, or the first of a file of the trail. The *hidden* one is 64
signs without width at the end of the first heading, or of that first line; spreadsheet programs
keep it when they open and save a file or copy the heading. Both carry the number of the entry under
the same keyed check as the marks of pages.

What they do not survive: whoever cuts that line off, renames the file and types the heading anew,
or takes single rows out, has a file without a mark. Rows and values themselves are never changed to
hide anything: an export must be true. Who fetched a file with these people is found all the same
(`audit.leaks.looks`).
"""

import re

from audit.kernel.ids import ALPHABET, normalise
from audit.kernel.plain import normalised
from audit.marks.payload import bits_of, view_id_in
from audit.marks.size import BITS

LENGTH = 13  # characters of five bits that hold 64
SIGN_BITS = 5
NOUGHT, ONE = "\u200b", "\u200c"
_NUMBER = re.compile("FB-?([0-9A-Z]{4})-?([0-9A-Z]{4})-?([0-9A-Z]{5})")
_HIDDEN = re.compile(f"[{NOUGHT}{ONE}]{{{BITS}}}")


def mark_copy(entry_id: int) -> str:
    """The copy number of the file saved by an entry, such as FB-0000-04QG-3T5Z1."""
    whole = int("".join(str(bit) for bit in bits_of(entry_id)), 2)
    places = range(SIGN_BITS * (LENGTH - 1), -1, -SIGN_BITS)
    code = "".join(ALPHABET[whole >> place & (1 << SIGN_BITS) - 1] for place in places)
    return f"FB-{code[:4]}-{code[4:8]}-{code[8:]}"


def hide_copy(entry_id: int) -> str:
    """The same as signs without width, to stand at the end of a heading."""
    return "".join(ONE if bit else NOUGHT for bit in bits_of(entry_id))


def read_copy(text: str) -> int | None:
    """The entry by which the file a text comes from was saved; None if it carries no mark of ours.

    A damaged mark is no mark: nothing is guessed.
    """
    found = [[sign == ONE for sign in hidden] for hidden in _HIDDEN.findall(text)]
    plain = normalised(text, "NFKC").upper()
    found += [_bits("".join(number)) for number in _NUMBER.findall(plain)]
    entries = (view_id_in([1 if bit else -1 for bit in bits], most_wrong=0) for bits in found)
    return next((entry for entry in entries if entry is not None), None)


def _bits(code: str) -> list[bool]:
    """The bits of a copy number; of one that is too large or mistyped none that fit."""
    signs = [ALPHABET.index(sign) for sign in normalise(code)]
    whole = sum(sign << SIGN_BITS * place for place, sign in enumerate(reversed(signs)))
    if whole >> BITS:
        return []
    return [bool(whole >> place & 1) for place in reversed(range(BITS))]
