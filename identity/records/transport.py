"""How a register is reached: the sample registers in this tree, or an https address."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

SAMPLE = "sample:"
REGISTERS = Path(__file__).resolve().parents[1] / "data" / "registers"
LARGEST_ANSWER = 256 * 1024
PORTION = 16 * 1024


class SourceUnavailable(Exception):  # noqa: N818 - a state of the world, not a bug
    """The source cannot answer now: it is down, slow, or says things that make no sense."""


class Transport(ABC):
    """Asks one source for the entry under a number; no entry is an empty mapping."""

    @abstractmethod
    def ask(self, number: str) -> Mapping[str, Any]: ...


class SampleTransport(Transport):
    """The registers of the sample: made-up people with numbers that pass every check."""

    def __init__(self, source_code: str) -> None:
        self.source_code = source_code

    def ask(self, number: str) -> Mapping[str, Any]:
        return sample_register(self.source_code).get(number, {})


class HttpsTransport(Transport):
    """A register behind an address: POST {"number": …}, answered by one JSON object."""

    def __init__(self, endpoint: str, seconds: float) -> None:
        self.endpoint = endpoint
        self.seconds = seconds

    def ask(self, number: str) -> Mapping[str, Any]:
        deadline = time.monotonic() + self.seconds
        request = Request(  # noqa: S310 - the table only admits https addresses
            self.endpoint,
            data=json.dumps({"number": number}).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            with build_opener(_NoRedirect).open(request, timeout=self.seconds) as response:
                raw = _read_until(response, deadline)
            answer = json.loads(raw)
        except (URLError, OSError, ValueError, RecursionError) as fault:
            raise SourceUnavailable(type(fault).__name__) from None
        if not isinstance(answer, dict):
            raise SourceUnavailable("the answer is not one entry")
        return answer


class _NoRedirect(HTTPRedirectHandler):
    """A register that sends us elsewhere would send a number elsewhere."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def transport_for(source_code: str, endpoint: str, seconds: float) -> Transport:
    if endpoint == SAMPLE:
        return SampleTransport(source_code)
    return HttpsTransport(endpoint, seconds)


@cache
def sample_register(source_code: str) -> Mapping[str, Mapping[str, Any]]:
    """All entries of one sample register, keyed by number."""
    path = REGISTERS / f"{source_code}.json"
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return cast(Mapping[str, Mapping[str, Any]], document["entries"])


def _read_until(response: Any, deadline: float) -> bytes:
    """The whole answer, unless it is too long or only trickles in."""
    raw = b""
    while portion := response.read1(PORTION):
        raw += portion
        if len(raw) > LARGEST_ANSWER or time.monotonic() > deadline:
            raise SourceUnavailable("the answer is too long or too slow")
    return raw
