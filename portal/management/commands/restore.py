"""Bring a backup into an empty database."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.kernel.actors import Actor
from audit.kernel.file_faults import typed_path
from audit.trail import record
from audit.transaction import in_one_transaction
from portal.backup import database
from portal.backup.archive import DUMP, FILES, Damaged, missing_keys, unpack


class Command(BaseCommand):
    help = (
        "Brings a backup into an empty database and an empty folder of files, or changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=typed_path, help="a file written by `backup`")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        files = Path(settings.FILES_ROOT)
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        database.require_owner()
        if not database.is_empty():
            raise CommandError("The database is not empty: restore into a new one.")
        if files.is_dir() and any(files.iterdir()):
            raise CommandError(f"{files} is not empty: restore beside it, not into it.")
        files.mkdir(parents=True, exist_ok=True)
        try:
            # Inside the folder of files: it may be a volume, and moving within it needs no room.
            with tempfile.TemporaryDirectory(dir=files, prefix=".restore-") as folder:
                manifest = unpack(source, Path(folder))
                database.load(Path(folder) / DUMP)
                self.put_files(Path(folder) / FILES, files)
        except Damaged as finding:
            raise CommandError(f"{source} was not restored: {finding}.") from finding
        with in_one_transaction():
            record(actor=Actor.system("restore"), verb="backup.restored")
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}, up to trail entry {manifest.last_entry}."
        )
        missing = missing_keys(manifest)
        if missing:
            self.stderr.write(
                f"Other keys than those of the backup are here ({', '.join(missing)}): put the "
                "right ones back before anybody signs in, or sealed values stay closed."
            )

    @staticmethod
    def put_files(unpacked: Path, files: Path) -> None:
        if unpacked.is_dir():
            for path in unpacked.iterdir():
                path.rename(files / path.name)
