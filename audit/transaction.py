"""One request, one task: one transaction each, and what was seen is never forgotten."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse

from audit.kernel.errors import Refused
from audit.trail import Remembered, record

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]
SERVER_ERROR = 500


def one_transaction(get_response: View) -> View:
    """Innermost middleware: view, its exceptions and its rendering share one transaction.

    Answers below 500 commit, so that a refusal keeps its entry; from 500 on everything is undone
    and what had been looked at is recorded again as undone. The answer leaves after the commit.
    Where the trail took no entry, nothing is kept and nothing made of it may leave, whatever
    a view made of the refusal: `request.trail_refusal` tells those outside to answer instead.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        connection.trail_refusal = None  # type: ignore[attr-defined]
        with _remembering() as outcome, transaction.atomic(durable=True):
            response = get_response(request)
            refusal = connection.trail_refusal  # type: ignore[attr-defined]
            request.trail_refusal = refusal  # type: ignore[attr-defined]
            if response.status_code >= SERVER_ERROR or refusal is not None:
                transaction.set_rollback(True)
            else:
                outcome.kept = True
        return response

    return middleware


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """The same promise for a task, a command or a test: commit, or undo and say so in the trail."""
    with _remembering() as outcome, transaction.atomic(durable=True):
        yield
        outcome.kept = True


@contextmanager
def attempt() -> Iterator[None]:
    """A part that may fail without taking the rest along; what it saw is remembered."""
    with _remembering() as outcome, transaction.atomic():
        yield
        outcome.kept = True


def if_undone(act: Callable[[], object]) -> None:
    """Call `act` should the request or task not keep what it does now: for what a transaction does
    not bring back by itself, such as files."""
    acts = getattr(connection, "trail_undoing", None)
    if acts is not None:
        acts.append(act)


class _Outcome:
    kept = False


@contextmanager
def _remembering() -> Iterator[_Outcome]:
    """Collect the recorded calls; if the transaction did not keep them, write them as undone."""
    outcome = _Outcome()
    seen: list[Remembered] = []
    before = getattr(connection, "trail_seen", None)
    connection.trail_seen = seen  # type: ignore[attr-defined]
    undoing: list[Callable[[], object]] = []
    undoing_before = getattr(connection, "trail_undoing", None)
    connection.trail_undoing = undoing  # type: ignore[attr-defined]
    try:
        yield outcome
    except BaseException:
        outcome.kept = False  # the commit itself may have failed
        raise
    finally:
        connection.trail_seen = before  # type: ignore[attr-defined]
        connection.trail_undoing = undoing_before  # type: ignore[attr-defined]
        if outcome.kept and undoing_before is not None:
            undoing_before.extend(undoing)
        if not outcome.kept:
            for act in undoing:
                act()
        if outcome.kept and before is not None:
            before.extend(seen)
        if seen and not outcome.kept:
            _write_as_undone(seen)


def _write_as_undone(seen: list[Remembered]) -> None:
    """Nobody was shown what was seen; where not even that can be written, the log says so."""
    try:
        with transaction.atomic():
            for one in seen:
                record(**one.call, outcome="undone")
    except (Refused, Error) as fault:
        logger.error("%d looks could not be recorded as undone: %s", len(seen), fault)
