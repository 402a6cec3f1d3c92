"""Write everything the portal knows into one file."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.kernel.file_faults import typed_path
from audit.trail import record
from audit.transaction import in_one_transaction
from portal.backup import database
from portal.backup.archive import Manifest, key_checks, write


class Command(BaseCommand):
    help = "Writes database and files into one tar file, with hashes. Keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=typed_path, help="the file to write: a new one")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        if target.exists():
            raise CommandError(f"{target} exists already: choose another name.")
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        database.require_owner()
        with in_one_transaction():
            record(actor=Actor.system("backup"), verb="backup.made")
        try:
            last_entry, files = self.write(target)
        except OSError as error:
            raise CommandError(f"{target} could not be written: {error.strerror}.") from error
        self.stdout.write(
            f"Wrote {target}: the database up to trail entry {last_entry}; files: {files}.\n"
            "It holds personal data: keep it closed, and away from this machine.\n"
            "Not in it: the keys for sealed values, blind index and signing. Without them sealed "
            "values cannot be read again: keep them apart from this file."
        )

    def write(self, target: Path) -> tuple[int, int]:
        """Under another name until it is whole, readable for us alone."""
        unfinished = target.with_name(f".{target.name}.part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with (
                os.fdopen(handle, "wb") as file,
                tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder,
            ):
                # Files come after the dump: every file a dumped row names is there by then.
                dump = Path(folder) / "database.dump"
                last_entry = database.last_entry()
                database.dump(dump)
                manifest = Manifest(timezone.now().isoformat(), last_entry, key_checks())
                write(file, dump, Path(settings.FILES_ROOT), manifest)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
        return last_entry, len(manifest.hashes) - 1
