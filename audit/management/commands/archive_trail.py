"""Let old months of the trail leave the database, each as a file with its proof."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.keeping.archive import BrokenArchiveError
from audit.keeping.months import Month
from audit.keeping.shelf import CannotBeMovedError, archive_month, months_before


class Command(BaseCommand):
    """For the owner: `--settings portal.settings_owner`. Six years stay unless said otherwise."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go")
        parser.add_argument(
            "--before", metavar="YYYY-MM", help="let go of everything before this month"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        this_month = Month.of(timezone.now())
        try:
            asked = options["before"]
            limit = Month.read(asked) if asked else this_month.after(-settings.TRAIL_KEPT_MONTHS)
            limit = min(limit, this_month)
            months = months_before(limit)
            for month in months:
                gone = archive_month(month, folder)
                self.stdout.write(f"{month}: {gone.entries} entries, now in {gone.path}")
        except (CannotBeMovedError, BrokenArchiveError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if not months:
            self.stdout.write(f"Nothing before {limit} is in the database.")
