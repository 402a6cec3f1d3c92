"""Lines of the log without anybody's data.

A database that refuses a row repeats it in its words ("Failing row contains …"): hashes, numbers,
names. So of its errors only the kind is written down, and the way through the code.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

import psycopg2
from django.db import Error

from audit.kernel.plain import UNSEEN

REPEATED = "DETAIL:"
# What could begin a line of its own, or turn one round: an address somebody asked for is in it.
NOT_SEEN = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{UNSEEN}]")
KINDS = (Error, psycopg2.Error)
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlainFormatter(logging.Formatter):
    """Writes errors of the database by their kind, wherever in a chain of errors they stand."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - the library's name
        parts = [_one(error) for error in _chain(ei[1])]
        return "\nwhich led to:\n".join(reversed(parts))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = _on_one_line(record.message.partition(REPEATED)[0].rstrip())
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _kind(one) if isinstance(one, KINDS) else one for one in record.args
            )
        record.exc_text = None
        return super().format(record)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _one(error: BaseException) -> str:
    way = "".join(traceback.format_tb(error.__traceback__))
    said = _kind(error) if isinstance(error, KINDS) else _words(error)
    return f"Traceback (most recent call last):\n{way}{said}"


def _words(error: BaseException) -> str:
    words = "".join(traceback.format_exception_only(error))
    return _on_one_line(words.partition(REPEATED)[0].rstrip())


def _on_one_line(words: str) -> str:
    """The same with what cannot be seen written out."""
    return NOT_SEEN.sub(lambda found: found.group().encode("unicode_escape").decode(), words)


def _kind(error: BaseException) -> str:
    code = getattr(error, "pgcode", None)
    return f"{type(error).__module__}.{type(error).__qualname__}" + (f" ({code})" if code else "")
