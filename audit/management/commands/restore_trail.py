"""Bring a month of the trail back from the file it left in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.keeping.alone import CannotBeKeptError, alone
from audit.keeping.archive import BrokenArchiveError
from audit.keeping.returning import restore_month
from audit.kernel.file_faults import in_words, typed_path


class Command(BaseCommand):
    """For the owner. Only the very file that left is taken; words erased by law meanwhile stay
    out. Stopped in the middle, it has changed nothing: start it again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Example: manage.py restore_trail /archive/trail-2020-05.jsonl.gz"
            " --settings portal.settings_owner"
        )
        parser.add_argument("file", type=typed_path, help="a file that archive_trail has written")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with alone():
                back = restore_month(options["file"], self._say)
        except OSError as error:
            raise CommandError(in_words(error)) from error
        except (CannotBeKeptError, BrokenArchiveError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write("")
        self.stdout.write(f"{back.month}: {back.entries} entries are back")
        if back.erased:
            self.stdout.write(
                f"The words of {back.erased} of them were erased by law after the month had left;"
                " they stayed out. The file still holds them: archive the month again, then destroy"
                " this file and every copy of it."
            )

    def _say(self, done: int) -> None:
        self.stderr.write(f"\r{done} entries are back", ending="")
