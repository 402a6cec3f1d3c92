"""Collect the sentences of the product and keep their Chinese translations complete."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.messages_catalog import PACKAGES, contradictions, problems, write


class Command(BaseCommand):
    help = "Collects every sentence into the PO files; with --check only says what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("packages", nargs="*", metavar="package", help=", ".join(PACKAGES))
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing, fail if a translation is missing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["packages"] or PACKAGES
        unknown = sorted(set(chosen) - set(PACKAGES))
        if unknown:
            raise CommandError(f"Unknown: {', '.join(unknown)}. Known: {', '.join(PACKAGES)}.")
        if options["check"]:
            self.check_all(chosen)
            return
        for package in chosen:
            self.stdout.write(f"{package}: {write(package)} sentences still to translate")

    def check_all(self, packages: Sequence[str]) -> None:
        found = [line for package in packages for line in problems(package)] + contradictions()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every sentence has its translation.")
