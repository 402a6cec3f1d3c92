"""Tell the code of the second factor of a sample account, for whoever tries the sample."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from identity.sample import code_of


class Command(BaseCommand):
    help = "Prints the code of the second factor of an officer of the sample. It holds for seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the officer, such as clerk1")

    @no_translations  # commands speak one language, in a terminal of whatever kind
    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            self.stdout.write(code_of(username))
        except LookupError:
            raise CommandError(f"The sample has no officer {username!r} with a code.") from None
