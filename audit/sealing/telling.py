"""Telling witnesses of new heads beside the passes of the sealer, each in a thread of its own.

A witness that answers slowly, or never ends its answer, holds up neither the seal nor the others:
it is told the newest head once it is done with the last, and is noted as silent meanwhile.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection

from audit.sealing.heads import Head
from audit.sealing.places import FILE, forget_other_places, note_silence
from audit.sealing.publish import tell_witness

PATIENCE = 10.0  # seconds for one head
log = logging.getLogger("audit.sealing")


class Telling:
    """What goes on with each witness. Its threads end with the process."""

    def __init__(self, tell_one: Callable[[str, Head], None] = tell_witness) -> None:
        self._tell_one = tell_one
        self._threads: dict[str, Thread] = {}
        self._newest: dict[str, Head] = {}
        self._since: dict[str, float] = {}

    def tell(self, head: Head) -> None:
        """Have every witness told, now or when it is done with the last head; waits for none."""
        forget_other_places([FILE, *settings.WITNESSES])
        for address in settings.WITNESSES:
            self._newest[address] = head
            if not self._is_busy(address):
                self._since[address] = time.monotonic()
                name = f"witness {address}"
                thread = Thread(target=self._run, args=(address,), name=name, daemon=True)
                self._threads[address] = thread
                thread.start()
            elif time.monotonic() - self._since[address] >= PATIENCE:
                log.warning("witness %s does not end its answer", address)
                note_silence(address)

    def wait(self) -> None:
        """Until every witness has answered."""
        for address, thread in self._threads.items():
            thread.join()
            self._run(address)  # what came as the thread was ending

    def _is_busy(self, address: str) -> bool:
        thread = self._threads.get(address)
        return thread is not None and thread.is_alive()

    def _run(self, address: str) -> None:
        try:
            while (head := self._newest.pop(address, None)) is not None:
                self._since[address] = time.monotonic()
                self._tell_one(address, head)
        except DatabaseError as fault:
            log.error("what witness %s said was not noted: %s", address, type(fault).__name__)
        finally:
            connection.close()
