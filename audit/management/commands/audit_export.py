"""Write the sealed trail into one file that can be checked anywhere, without the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.kernel.file_faults import in_words, typed_path
from audit.sealing.export import write_export
from audit.sealing.sources import DatabaseSource
from audit.trail import record


class Command(BaseCommand):
    """The export holds ids, codes and hashes; the words of entries stay where they are."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=typed_path)

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if path.exists():
            raise CommandError(f"{path} exists already.")
        with transaction.atomic():
            record(
                actor=Actor.system("audit_export"),
                verb="trail.exported",
                purpose=Purpose.duty("trail"),
            )
            try:
                count = write_export(DatabaseSource(), path)
            except OSError as error:
                raise CommandError(in_words(error)) from error
        self.stdout.write(f"{count} entries written to {path}")
