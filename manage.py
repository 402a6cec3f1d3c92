#!/usr/bin/env python
"""Django's commands, with the database they need.

Without DATABASE_URL the portal's own database runs for as long as the command does.
"""

import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

if find_spec("django") is None:
    if not OWN_PYTHON.exists() or Path(sys.executable) == OWN_PYTHON:
        sys.exit("Django is not installed here: run `make run` or `make test` once first.")
    os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])  # noqa: S606 - this program again

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.db import DatabaseError  # noqa: E402

from portal.engine.environment import (  # noqa: E402
    OWNER_SETTINGS,
    SEALER_SETTINGS,
    database,
    settings_asked_for,
)
from portal.engine.errors import EngineError, refusal_in_words  # noqa: E402
from portal.engine.stopping import stop_signals_as_exit  # noqa: E402


def default_settings(arguments: list[str]) -> str:
    """Changing tables and copying them whole is the owner's work, sealing the sealer's."""
    command = arguments[1] if len(arguments) > 1 else ""
    if command in ("migrate", "backup", "restore") and "--check" not in arguments:
        return OWNER_SETTINGS
    return SEALER_SETTINGS if command in ("seal", "rotate_keys") else "portal.settings"


def main() -> None:
    settings = settings_asked_for(sys.argv, default_settings(sys.argv))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    try:
        with stop_signals_as_exit(signals=[signal.SIGTERM]), database() as addresses:
            os.environ.update(addresses.given_to(settings))
            execute_from_command_line(sys.argv)
    except (EngineError, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        words = refusal_in_words(error.__cause__)
        if not words:
            raise
        sys.exit(words)


if __name__ == "__main__":
    main()
