"""The directory for those who are given none by an address: actions, selectors and jobs.

The floor knows nobody. The top layer says once, when it is loaded, whom to ask for names.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.selectors import Directory

_known: list["Directory"] = []


def use_directory(directory: "Directory") -> None:
    """Ask this one from now on."""
    _known[:] = [directory]


def the_directory() -> "Directory":
    """The one in use; LookupError if the top layer has named none."""
    if not _known:
        raise LookupError("no directory: call use_directory() when the top layer is ready")
    return _known[0]
