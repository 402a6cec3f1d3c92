"""Turn the PO files into the binary files Django reads."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.messages_catalog import PACKAGES, compile_package


class Command(BaseCommand):
    help = "Writes the .mo file of every package whose .po file changed. Needs no GNU gettext."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        written = [package for package in PACKAGES if compile_package(package)]
        self.stdout.write(f"Compiled: {', '.join(written)}" if written else "All up to date.")
