"""Erase the words of the trail about one person, where the law gives them that right."""

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from audit.keeping.erasing import Ground, erase_words
from portal.desk.directory import person_of_number


class Command(BaseCommand):
    """For the owner: `--settings portal.settings_owner`. The number is asked for, not an argument:
    the arguments of a command can be read by everybody on the machine."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--before", required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--ground", required=True, choices=[one.value for one in Ground])

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_date(options["before"])
        if day is None:
            raise CommandError("A day looks like 2026-05-31.")
        person_id = person_of_number(input("Identity number: ").strip())
        if person_id is None:
            raise CommandError("Nobody here has this identity number.")
        before = timezone.make_aware(datetime.combine(day, time.min))
        erased = erase_words(person_id, before, Ground(options["ground"]))
        self.stdout.write(f"The words of {erased} entries are erased; the entries stay.")
