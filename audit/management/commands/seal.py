"""Put what has been committed under a signed head; with `--every`, go on until told to stop."""

import logging
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from audit.kernel.file_faults import in_words
from audit.sealing.checks import Beside
from audit.sealing.keyring import NoSigningKeyError, UnvouchedKeyError, signing_key
from audit.sealing.publish import publish
from audit.sealing.sealer import seal
from audit.sealing.telling import Telling

SHORTEST, LONGEST = 0.1, 60  # an older head than that is an alarm
log = logging.getLogger("audit.sealing")


class Command(BaseCommand):
    """The sealer. It is a process of its own, with the one private key and a role of its own.

    While it repeats, it also checks the whole trail once a day.
    """

    help = __doc__
    requires_system_checks: list[str] = []  # they load every page, which this needs none of

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every",
            type=_pause,
            metavar="SECONDS",
            help=f"repeat until stopped, with pauses of {SHORTEST} to {LONGEST} seconds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = signing_key()
            if options["every"] is None:
                telling = Telling()
                self.stdout.write(f"{self._pass(key, telling)} entries sealed")
                telling.wait()
            else:
                self._go_on(key, options["every"])
        except OSError as error:
            raise CommandError(in_words(error)) from error
        except (NoSigningKeyError, UnvouchedKeyError) as error:
            raise CommandError(str(error)) from error

    def _go_on(self, key: Ed25519PrivateKey, pause: float) -> None:
        checks, telling = Beside(), Telling()
        while True:
            try:
                self._pass(key, telling)
                checks.look()
            except OSError as fault:
                log.error("a head is not in the file of heads: %s", in_words(fault))
                connection.close()
            except RuntimeError as fault:  # to end would take the portal of `make run` with it
                log.error("sealing failed: %s", fault)
            except DatabaseError as fault:
                # What cannot be sealed now is sealed later; the age of the newest head tells.
                log.error("sealing failed: %s", type(fault).__name__)
                connection.close()
            time.sleep(pause)

    def _pass(self, key: Ed25519PrivateKey, telling: Telling) -> int:
        """Seal until nothing waits, so that a backlog is not taken at one pass a pause."""
        count = 0
        while True:
            done = seal(key)
            if done.head is not None:
                telling.tell(done.head)  # first: the file may have no room
                publish(done.head)
            count += done.entries
            if not done.entries:
                return count


def _pause(written: str) -> float:
    """Seconds between two passes, as somebody typed them."""
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0
    if not SHORTEST <= seconds <= LONGEST:  # what is no number is neither
        raise ArgumentTypeError(f"{written!r}: give seconds, {SHORTEST} to {LONGEST}, such as 3")
    return seconds
