"""`make reset`: empty the folder the portal writes to."""

import shutil
import sys
from pathlib import Path

from portal.engine.cluster import Cluster
from portal.engine.environment import announce
from portal.engine.errors import EngineError, in_words
from portal.engine.locks import Only
from portal.engine.paths import is_ours, var_folder


def main() -> int:
    var = var_folder()
    try:
        if var.exists():
            _empty(var)
    except EngineError as error:
        announce(str(error))
        return 1
    except OSError as error:
        announce(str(in_words(error, var)))
        return 1
    announce(f"{var} is empty.")
    return 0


def _empty(var: Path) -> None:
    if not is_ours(var):
        raise EngineError(f"{var} was not made by the portal: empty it by hand.")
    only = Only(var / "run.lock")
    if only.taken:
        raise EngineError("The portal is running: stop it first, then reset.")
    try:
        for home in (var / "postgres", *sorted((var / "postgres-test").glob("*"))):
            if home.is_dir():
                Cluster(home).remove()
        for path in var.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    finally:
        only.leave()


if __name__ == "__main__":
    sys.exit(main())
