"""Put the trail right after the server's clock had been far ahead; shows first what there is."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.keeping.alone import CannotBeKeptError, alone
from audit.keeping.clock import Ahead, ahead_of_clock, put_right

HOUR = timedelta(hours=1)


class Command(BaseCommand):
    """For the owner, with the sealer running. Nothing is changed without --begin; then a new epoch
    begins at the time the clock says now, for good."""

    help = __doc__
    requires_system_checks: list[str] = []  # they load every page, which this needs none of

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Example: manage.py put_clock_right --settings portal.settings_owner shows both times;"
            " the same with --begin begins the epoch."
        )
        parser.add_argument(
            "--begin", action="store_true", help="begin the epoch, and not only show"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with alone():
                self._say(ahead_of_clock())
                if options["begin"]:
                    epoch = put_right()
                    self.stdout.write(
                        f"Epoch {epoch} has begun, and the trail says so. The sealer signs its"
                        " first head within seconds; then entries are taken again."
                    )
        except CannotBeKeptError as error:
            raise CommandError(str(error)) from error
        if not options["begin"]:
            self.stdout.write(
                "Is the clock right now? Then repeat with --begin. Is it not? Set it first."
            )

    def _say(self, ahead: Ahead) -> None:
        self.stdout.write(
            f"The newest seal (number {ahead.head.number}) says {ahead.head.moment:%Y-%m-%d %H:%M}"
            f" UTC, the clock of the database {ahead.now:%Y-%m-%d %H:%M} UTC: it is ahead by"
            f" {ahead.by // HOUR} hours, and no entry is taken."
        )
