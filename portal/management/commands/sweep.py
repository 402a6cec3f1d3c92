"""Do what the outbox promised, once through: where there is no worker, and in emergencies."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.outbox import take_all


class Command(BaseCommand):
    help = "Does every job of the outbox that is due, and ends."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = take_all()
        self.stdout.write(f"Jobs taken: {taken}.")
