"""Check the whole trail: every entry, every head, every signature."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.sealing.publish import BrokenHeadsError, published
from audit.sealing.sources import BrokenExportError, DatabaseSource, FileSource, Source
from audit.sealing.verify import verify

SHOWN = 20


class Command(BaseCommand):
    """Says what is wrong and with which entry it begins; the exit status is 1 then."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="export", type=Path, metavar="EXPORT", help="an export, not the database"
        )
        parser.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help="heads kept outside; our own file of published heads unless named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Source = DatabaseSource()
        if options["export"] is not None:
            source = FileSource(options["export"])
        outside = options["heads"] or settings.HEADS_FILE
        if options["heads"] is None and not outside.exists():
            self.stderr.write("No heads from outside: a cut tail would not be noticed.")
            outside = None
        try:
            kept = list(published(outside)) if outside else []
            report = verify(source, published=kept, progress=self._say)
        except (BrokenExportError, BrokenHeadsError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write("")
        if not report.faults:
            self.stdout.write(f"{report.entries} entries, {report.heads} heads: all as sealed")
            return
        for fault in report.faults[:SHOWN]:
            self.stdout.write(str(fault))
        first = report.first_entry
        named = "No entry can be named." if first is None else f"The first bad entry is {first}."
        raise CommandError(f"{len(report.faults)} faults. {named}")

    def _say(self, done: int) -> None:
        self.stderr.write(f"\r{done} entries checked", ending="")
