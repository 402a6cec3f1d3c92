"""Files and folders that people name at a terminal, and what went wrong with them, in words."""

import errno
from argparse import ArgumentTypeError
from pathlib import Path


def typed_path(written: str) -> Path:
    """The `type` of an argument that names a file or folder. Nothing typed names none: an empty
    variable of a shell would otherwise mean the folder one happens to be in."""
    if not written.strip():
        raise ArgumentTypeError("no file or folder is named: it is empty")
    return Path(written)


def in_words(error: OSError) -> str:
    """What is wrong and what to do, for people who never saw an error number."""
    name = error.filename or "the file"
    if error.errno == errno.ENOSPC:
        return "The disk is full: make room, then repeat the command."
    if isinstance(error, FileNotFoundError):
        folder = Path(name).parent
        if not folder.exists():
            return f"There is no folder {folder}: check how it is written, or make it first."
        return f"There is no {name}: check how it is written."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder: name one file in it."
    if isinstance(error, FileExistsError):
        return f"Something else is at {name} already: name another place."
    if isinstance(error, NotADirectoryError):
        return f"{name} cannot be: part of its path is a file and no folder."
    if isinstance(error, PermissionError):
        return f"You may not open {name}: run this as the user it belongs to."
    return f"{name} cannot be read or written: {error.strerror or error}."
