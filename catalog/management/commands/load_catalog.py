"""Load the catalogue."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.kernel.file_faults import typed_path
from catalog.loading.report import BrokenFile, FileReport
from catalog.loading.run import load_default, load_file

SHOWN = 50


class Command(BaseCommand):
    """Reports rows read, made, changed and refused. A broken file changes nothing."""

    help = "Load the catalogue: the files that come with the portal, or one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=typed_path, help="one file instead of the default set"
        )
        parser.add_argument(
            "--again", action="store_true", help="compare every row even if no file changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"]:
                reports = load_file(options["file"])
            else:
                reports = load_default(again=options["again"])
        except BrokenFile as problem:
            raise CommandError(f"Nothing was changed. {problem}") from problem
        if not reports:
            self.stdout.write("Nothing new since the last loading.")
        for report in reports:
            self._say(report)

    def _say(self, report: FileReport) -> None:
        self.stdout.write(str(report))
        for refusal in report.refused[:SHOWN]:
            self.stdout.write(f"  {report.counted} {refusal.line}: {refusal.reason}")
        if len(report.refused) > SHOWN:
            self.stdout.write(f"  and {len(report.refused) - SHOWN} more")
