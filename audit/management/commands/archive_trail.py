"""Let old months of the trail leave the database, each as a file with its proof."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.keeping.alone import CannotBeKeptError, alone
from audit.keeping.archive import BrokenArchiveError
from audit.keeping.months import Month
from audit.keeping.shelf import archive_month, finish_interrupted, months_before
from audit.kernel.file_faults import in_words, typed_path


class Command(BaseCommand):
    """For the owner. Six years stay unless said otherwise. Stopped in the middle, it goes on when
    it is started again with the same folder."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "Example: manage.py archive_trail /archive --settings portal.settings_owner"
        parser.add_argument("folder", type=typed_path, help="where the files go: one that is there")
        parser.add_argument(
            "--before",
            metavar="YYYY-MM",
            help="let go of everything before this month, such as 2020-06",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}: make it first, or name another.")
        limit = self._limit(options["before"])
        try:
            with alone():
                for month in finish_interrupted(folder):
                    self.stdout.write(f"{month}: had left already; its file has its name now")
                self._archive(months_before(limit), folder, limit)
        except OSError as error:
            raise CommandError(in_words(error)) from error
        except (CannotBeKeptError, BrokenArchiveError) as error:
            raise CommandError(str(error)) from error

    def _limit(self, asked: str | None) -> Month:
        """The first month that stays: this one at the latest."""
        this_month = Month.of(timezone.now())
        if asked is None:
            return this_month.after(-settings.TRAIL_KEPT_MONTHS)
        try:
            limit = Month.read(asked)
        except ValueError as error:
            raise CommandError(f"{error}.") from error
        if limit > this_month:
            raise CommandError(f"{limit} has not begun: name {this_month} or a month before it.")
        return limit

    def _archive(self, months: list[Month], folder: Path, limit: Month) -> None:
        if not months:
            self.stdout.write(f"Nothing before {limit} is in the database.")
        for month in months:
            gone = archive_month(month, folder, partial(self._say, month))
            self.stderr.write("")
            self.stdout.write(f"{month}: {gone.entries} entries, now in {gone.path}")

    def _say(self, month: Month, done: int) -> None:
        self.stderr.write(f"\r{month}: {done} entries written", ending="")
