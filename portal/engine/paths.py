"""Where things lie: the tree, and the one folder the portal writes to."""

import hashlib
import os
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
OURS = ".made-by-the-portal"


def var_folder() -> Path:
    """The folder for everything that is made while running: PORTAL_VAR, else var/."""
    return Path(os.environ.get("PORTAL_VAR") or TREE / "var").resolve()


def short_name(path: Path) -> str:
    """A short, stable name for a path, for folders that cannot lie below it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def make_folder(path: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask; leave one that exists."""
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(exist_ok=True)
    path.chmod(mode)


def make_var_folder() -> Path:
    """The folder itself, made if missing, with a mark that it is ours to empty.

    Others may pass through it, as the server's account must, and list nothing.
    """
    var = var_folder()
    if not var.exists() or not any(var.iterdir()):
        make_folder(var, 0o711)
        (var / OURS).touch()
    return var


def is_ours(var: Path) -> bool:
    """Whether `make reset` may empty this folder: the tree's own, or one the portal made."""
    return var == TREE / "var" or (var / OURS).is_file()
