"""What the trail costs an act, and how fast it is sealed, checked and proven."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.http import HttpResponse

from applications.actions.save_answers import Typed, save_answers
from applications.models import Application
from audit import trail
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.sealing.proofs import proof_of
from audit.sealing.sealer import seal
from tests.benchmarks.measure import Figure, in_turns
from tests.benchmarks.trail_rows import write_now
from tests.conftest import as_owner, as_sealer

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ROUNDS = 40
KIB = 1024
SMALL, FULL = 50_000, 1_000_000
# A program says at its end how large it was. What the system counts of a child begins with the size
# of the process that started it, and the bench is larger than the command.
_LARGEST = "VmHWM:"
_MEASURED = f"""
import runpy, sys
del sys.argv[0]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(next(line for line in status if line.startswith("{_LARGEST}")))
"""


def cost_of_an_act(
    hand_in: Callable[[], HttpResponse], actor: Actor, draft: Application, texts: Mapping[str, str]
) -> Iterator[Figure]:
    """An act with its entry against the same act without one, both as the owner.

    The owner is not bound by the gate, so the same code runs with nothing recorded: what is left
    out is the one statement, and nothing else.
    """
    page = draft.release.content["pages"][0]
    shown = [question["key"] for question in page["questions"]]
    typed = Typed(shown=shown, texts=texts)

    def save() -> object:
        return save_answers(actor=actor, reference=draft.reference, slug=page["slug"], typed=typed)

    with as_owner():
        for name, act in (("hand in a case", hand_in), ("save a page, committed", save)):
            yield Figure(f"{name} (bare: no trail)", *in_turns(act, _untraced(act), ROUNDS), 0.8)


def _untraced(act: Callable[[], Any]) -> Callable[[], Any]:
    """The act, leaving no entry."""

    def acted() -> Any:
        with _nothing_written():
            return act()

    return acted


@contextmanager
def _nothing_written() -> Iterator[None]:
    write = trail._call
    trail._call = lambda *_args: 0
    try:
        yield
    finally:
        trail._call = write


def seal_and_check() -> Iterator[str]:
    """Seal many entries, check the whole trail, and prove single entries."""
    with as_owner():
        write_now(FULL if os.environ.get("SCALE") == "full" else SMALL, lambda _written: None)
    with as_sealer():
        begun, sealed = time.perf_counter(), 0
        while entries := seal(KEY).entries:
            sealed += entries
        taken = time.perf_counter() - begun
    yield f"seal: {sealed:,} entries, {sealed / taken:,.0f} a second"
    yield _checked(AuditEntry.objects.count())
    newest = AuditEntry.objects.order_by("-id").values_list("id", flat=True)[0]
    wanted = iter(range(newest - 1000, newest))
    yield Figure(
        "proof of one entry (bare: the entry)",
        *in_turns(
            lambda: proof_of(next(wanted)),
            lambda: AuditEntry.objects.get(pk=newest),
            ROUNDS,
        ),
    ).line()


def _checked(entries: int) -> str:
    """What the command takes and says, run as a supervisor or an outsider would run it."""
    begun = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURED, "manage.py", "audit_verify"],
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - begun
    largest = int(ran.stderr.rpartition(_LARGEST)[2].split()[0])
    return (
        f"audit_verify: {taken:.1f} s ({taken / entries * 1_000_000:.1f} s a million),"
        f" {largest / KIB:.0f} MB; says: {ran.stdout.strip()}"
    )
