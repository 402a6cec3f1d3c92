"""Bring a month of the trail back from the file it left in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.keeping.archive import BrokenArchiveError
from audit.keeping.shelf import CannotBeMovedError, restore_month


class Command(BaseCommand):
    """For the owner: `--settings portal.settings_owner`. Only the very file that left is taken."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            back = restore_month(options["file"])
        except (CannotBeMovedError, BrokenArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{back.month}: {back.entries} entries are back")
