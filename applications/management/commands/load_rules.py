"""Load the rules that stop approvals. By the owner of the database only."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from psycopg2.errors import InsufficientPrivilege

from applications.compliance.loading import RULES, load_rules
from audit.kernel.file_faults import typed_path
from catalog.loading.report import BrokenFile


class Command(BaseCommand):
    """Reports rules read, made and changed. A broken file changes nothing."""

    help = "Load the rules that stop approvals: the file that comes with the portal, or another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=typed_path, default=RULES, help="another file of rules"
        )
        parser.epilog = "Example: manage.py load_rules --settings portal.settings_owner"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(str(load_rules(options["file"])))
        except BrokenFile as problem:
            raise CommandError(f"Nothing was changed. {problem}") from problem
        except ProgrammingError as fault:
            if not isinstance(fault.__cause__, InsufficientPrivilege):
                raise
            raise CommandError(
                "Nothing was changed: this role may not write rules. As the owner of the database,"
                " add --settings portal.settings_owner, and set DATABASE_OWNER_URL where the"
                " database is not the portal's own."
            ) from fault
