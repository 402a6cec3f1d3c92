"""Say where a register answers. By command only: numbers of people are sent to that address."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations

from audit.kernel.actors import Actor
from audit.kernel.sentences import in_a_row
from audit.transaction import in_one_transaction
from identity.actions.set_register import set_register
from identity.models import RecordSource

BY_COMMAND = Actor.system("set_register")


class Command(BaseCommand):
    help = "Sets the https address at which a register answers; the change is in the trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="the register, such as household")
        parser.add_argument("address", help="an https address")

    @no_translations  # commands speak one language, in a terminal of whatever kind
    def handle(self, *args: Any, code: str, address: str, **options: Any) -> None:
        try:
            with in_one_transaction():
                set_register(actor=BY_COMMAND, code=code, address=address)
        except RecordSource.DoesNotExist:
            known = ", ".join(RecordSource.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"There is no register {code!r}. There are: {known}.") from None
        except ValidationError as fault:
            raise CommandError(in_a_row(*fault.messages)) from None
        self.stdout.write(f"{code} is asked at {address} from now on.")
