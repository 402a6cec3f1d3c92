"""On which device something was done: by the sign-in of the entry, which the trail has sealed.

A device is shown by the beginning of its digest. That is enough to tell two of them apart and to
find the same one again in other entries; it says nothing about the device or its owner.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from audit.models import AuditEntry
from audit.sentinel.surroundings import Terminal, surroundings

SHOWN = 6  # hexadecimal figures


@dataclass(frozen=True, slots=True)
class Where:
    """The devices a sign-in had been seen on by then: as a rule one.

    `is_strange`: its officer has a usual device, and one of these is another one.
    """

    devices: tuple[str, ...] = ()
    is_strange: bool = False


NOWHERE = Where()


def where_done(entries: Collection[AuditEntry]) -> Mapping[int, Where]:
    """For each entry its device; nothing where no browser was used. Two queries for all."""
    sign_ins = {entry.sign_in for entry in entries if entry.sign_in}
    known = surroundings().terminals(sign_ins) if sign_ins else {}
    return {entry.pk: _where(entry, known.get(entry.sign_in, ())) for entry in entries}


def _where(entry: AuditEntry, terminals: Sequence[Terminal]) -> Where:
    """A sign-in that was carried to a second device had been on both when it was seen there."""
    seen = [one for one in terminals if one.first_seen <= entry.at] or list(terminals[:1])
    return Where(
        tuple(one.device[:SHOWN].upper() for one in seen),
        any(one.is_strange for one in seen),
    )
