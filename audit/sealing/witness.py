"""A witness: a small program that keeps heads and notices when the trail tells two stories.

It shares nothing with the portal but this code: no database, no Django, a folder and a key of its
own. It accepts a head if it is signed by a key it trusts, later than the last one, and shown to
begin with it (RFC 9162, consistency); it answers with its own signature. What does not fit is kept
as well, in a file of quarrels. Run it as `python -m audit.sealing.witness FOLDER PORT`, elsewhere
if possible and by somebody else.
"""

import errno
import json
import os
import threading
from argparse import ArgumentParser, ArgumentTypeError
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.kernel.file_faults import in_words, typed_path
from audit.sealing.heads import Head, key_id_of
from audit.sealing.keys import KnownKey, trusted
from audit.sealing.merkle import is_consistent

CONTEXT = b"portal-witness/1\n"
LARGEST = 200_000
SECONDS = 5
MACHINE = "127.0.0.1"
LAST_PORT = 65535
Kept = TypeVar("Kept")


class QuarrelError(ValueError):
    """The head does not follow from what this witness has seen; says why."""


class BrokenFolderError(ValueError):
    """A file of the witness holds something a witness never wrote; names it."""


class Witness:
    """What one witness has seen. Everything it accepts is on the disk before it answers.

    OSError: its folder cannot be used. BrokenFolderError: what is in it makes no sense.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._lock = threading.Lock()
        self.key = _own_key(folder / "key")
        self._keys = [_read(KnownKey.read, *line) for line in self._lines("keys.jsonl")]
        self.kept, newest = 0, None
        for line in self._lines("heads.jsonl"):  # millions of them: one at a time
            self.kept, newest = self.kept + 1, line
        self.last = _read(Head.read, *newest) if newest else None

    def attest(self, told: object) -> dict[str, str]:
        """Accept a head and sign it; QuarrelError: it does not follow, ValueError: it is none."""
        if not isinstance(told, dict):
            raise ValueError("not a head with its keys")
        head = Head.read(told.get("head"))
        keys = [KnownKey.read(one) for one in told.get("keys", [])]
        path = [bytes.fromhex(step) for step in told.get("path", [])]
        with self._lock:
            try:
                new_keys = self._followed(keys)
                self._check(head, path, [*self._keys, *new_keys])
            except QuarrelError as quarrel:
                self._write("quarrels.jsonl", {"why": str(quarrel), "told": told})
                raise
            for known in new_keys:
                self._keys.append(known)
                self._write("keys.jsonl", known.as_dict())
            if head != self.last:
                self._write("heads.jsonl", head.as_dict())
                self.last, self.kept = head, self.kept + 1
        signature = b64encode(self.key.sign(statement(head))).decode()
        return {"witness": key_id_of(self.key.public_key()), "signature": signature}

    def _followed(self, keys: list[KnownKey]) -> list[KnownKey]:
        """Keys not seen before, which must follow from those seen."""
        seen = [known.key_id for known in self._keys]
        if [known.key_id for known in keys[: len(seen)]] != seen:
            raise QuarrelError("the keys are not those of before")
        if len(list(trusted(keys))) != len(keys):
            raise QuarrelError("nobody vouches for a key")
        return keys[len(seen) :]

    def _check(self, head: Head, path: list[bytes], keys: list[KnownKey]) -> None:
        signer = next((known.key for known in keys if known.key_id == head.key_id), None)
        if signer is None or not head.is_signed_by(signer):
            raise QuarrelError("the signature is not of a key we trust")
        last = self.last
        if last is None or head == last:
            return
        if head.number <= last.number or head.epoch < last.epoch:
            raise QuarrelError(f"head {last.number} was seen already")
        if head.epoch == last.epoch and not is_consistent(
            last.size, bytes.fromhex(last.root), head.size, bytes.fromhex(head.root), path
        ):
            raise QuarrelError(f"the trail does not begin with that of head {last.number}")

    def _lines(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Where each line of a file stands, and the line."""
        path = self._folder / name
        if path.exists():
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    yield f"{path}, line {number}", line

    def _write(self, name: str, content: object) -> None:
        with (self._folder / name).open("a", encoding="ascii") as file:
            file.write(json.dumps(content, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())


class Door(BaseHTTPRequestHandler):
    """`GET /` tells the last head and how many are kept; `POST /` takes the next."""

    witness: Witness
    timeout = SECONDS
    server_version = "witness"
    sys_version = ""

    def do_GET(self) -> None:
        last = self.witness.last
        public = self.witness.key.public_key().public_bytes_raw().hex()
        told = {"head": last.as_dict() if last else None, "kept": self.witness.kept}
        self._answer(HTTPStatus.OK, {**told, "public": public})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"why": "too large"})
            return
        try:
            answer = self.witness.attest(json.loads(self.rfile.read(int(length))))
        except QuarrelError as quarrel:
            self._answer(HTTPStatus.CONFLICT, {"why": str(quarrel)})
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._answer(HTTPStatus.BAD_REQUEST, {"why": "not a head with its keys"})
        else:
            self._answer(HTTPStatus.OK, answer)

    def _answer(self, status: HTTPStatus, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the files are the log."""


def serve(folder: Path, port: int) -> ThreadingHTTPServer:
    """A witness listening on this machine; the caller runs and ends it."""
    door = type("OwnDoor", (Door,), {"witness": Witness(folder)})
    return ThreadingHTTPServer((MACHINE, port), door)


def statement(head: Head) -> bytes:
    """What a witness signs of a head it has accepted."""
    return CONTEXT + head.hash().encode()


def _read(kind: Callable[[Any], Kept], where: str, line: bytes) -> Kept:
    """What a line of a file of ours says."""
    try:
        if not line.endswith(b"\n"):
            raise ValueError("cut off")
        return kind(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BrokenFolderError(
            f"{where} is damaged. If it is the last line and cut off, take it out: nobody was told"
            " yet that it is kept. Otherwise put the folder back from a copy."
        ) from error


def _own_key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        unfinished = path.with_suffix(".part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        unfinished.rename(path)
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError as error:
        raise BrokenFolderError(f"{path} is no key: put it back from a copy.") from error


def _port(written: str) -> int:
    """A port somebody typed. 0, which means any, is none: nobody would know where to ask."""
    if not written.isascii() or not written.isdigit() or not 0 < int(written) <= LAST_PORT:
        raise ArgumentTypeError(f"{written!r} is no port: give a number from 1 to {LAST_PORT}")
    return int(written)


def _started(folder: Path, port: int) -> ThreadingHTTPServer:
    """The witness, listening. ValueError says in words why it cannot."""
    try:
        return serve(folder, port)
    except OSError as error:
        if error.filename is not None:
            raise ValueError(in_words(error)) from error
        why = "is taken by another program" if error.errno == errno.EADDRINUSE else "is not free"
        raise ValueError(f"Port {port} {why}: name another above 1023.") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until stopped. What cannot be served is said in words, with exit status 2."""
    parser = ArgumentParser(prog="python -m audit.sealing.witness", description=__doc__)
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        type=typed_path,
        help="heads, keys and quarrels are kept here; made if there is none",
    )
    parser.add_argument("port", metavar="PORT", type=_port, help=f"it listens here, on {MACHINE}")
    asked = parser.parse_args(arguments)
    try:
        server = _started(asked.folder, asked.port)
    except ValueError as error:
        parser.error(str(error))
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
