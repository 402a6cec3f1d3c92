"""Numbers people read aloud: Crockford base32 with a check character.

Crockford's alphabet has no I, L, O and U; on reading, I and L count as 1 and O as 0.
The characters are read as elements of the field GF(32) and the check character closes a
polynomial over it, so that every single wrong character and every swap of neighbours is noticed.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_REFERENCE = re.compile("YB([0-9]{4})([0-9A-Z]{4})([0-9A-Z]{4})")
_FIELD_POLYNOMIAL = 0b100101  # x⁵ + x² + 1, primitive over GF(2)


def random_code(length: int) -> str:
    """`length` characters, the last a check character; (length - 1) × 5 bits of chance."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The check character of a body written in the alphabet."""
    value = 0
    for character in body:
        value = _times_x(value ^ ALPHABET.index(character))
    return ALPHABET[value]


def _times_x(value: int) -> int:
    """Multiply an element of GF(32) by x."""
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value


def is_well_formed(code: str) -> bool:
    """Whether every character belongs to the alphabet and the check character fits."""
    return (
        len(code) > 1
        and all(character in ALPHABET for character in code)
        and check_character(code[:-1]) == code[-1]
    )


def normalise(typed: str) -> str:
    """What somebody typed or read aloud, without spaces and dashes, look-alikes replaced."""
    plain = "".join(character for character in typed.upper() if character.isalnum())
    return plain.translate(_READ_AS)


def read_reference(typed: str) -> str | None:
    """A case reference as it is written; None for what cannot be one.

    Small letters, spaces, missing dashes and look-alikes are understood.
    """
    found = _REFERENCE.fullmatch(normalise(typed))
    if found is None or not is_well_formed(found[2] + found[3]):
        return None
    return "-".join(["YB", *found.groups()])


def new_reference(year: int) -> str:
    """A case reference such as YB-2026-7Q4K-2M9D: unguessable (35 bits), with a check character."""
    code = random_code(8)
    return f"YB-{year}-{code[:4]}-{code[4:]}"
