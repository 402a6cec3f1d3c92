"""Fill an installation with the sample: catalogue, people, registers, offices, cases."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from catalog.loading.report import BrokenFile
from portal.sample.load import load_sample


class Command(BaseCommand):
    help = "Loads the sample; a second time it finds everything in place. Sample mode only."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in load_sample():
                self.stdout.write(line)
        except (ImproperlyConfigured, BrokenFile) as error:
            raise CommandError(str(error)) from error
