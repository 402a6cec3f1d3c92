"""`make bench`: one line a figure. SCALE=full is for millions of rows."""

import os
import shutil
import sys

from portal.engine.cluster import Cluster
from portal.engine.environment import OWNER_SETTINGS, SEALER_SETTINGS, announce, database
from portal.engine.paths import make_var_folder
from portal.engine.preparation import prepare


def main() -> int:
    """Bring up a portal with sample data in a folder of its own, measure, leave nothing running."""
    folder = make_var_folder() / "bench"
    if folder.exists():  # what an earlier state of the code has left would be measured with it
        Cluster(folder / "postgres").remove()
        shutil.rmtree(folder)
    folder.mkdir()
    os.environ.update(
        PORTAL_VAR=str(folder),
        PORTAL_ENV="sample",
        PORTAL_SAMPLE="1",
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    with database() as addresses:
        prepare(addresses, folder, announce)
        # The trail is measured in every role it knows: only a bench may hold all three.
        os.environ.update(addresses.given_to(OWNER_SETTINGS) | addresses.given_to(SEALER_SETTINGS))
        from tests.benchmarks.figures import all_figures  # noqa: PLC0415 - settings exist now

        for figure in all_figures():
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
    shutil.rmtree(folder)  # millions of rows are gigabytes
    return 0


if __name__ == "__main__":
    sys.exit(main())
