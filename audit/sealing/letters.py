"""A head as a letter: words for the person who keeps it, one line of JSON for the program.

Reading takes a mail as it was saved, whatever the mail program did to it: encoded, quoted, folded.
Pure: no database.
"""

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from audit.sealing.heads import Head

BLOCK = re.compile(r"\{[^{}]*\}")  # a head has no braces inside
QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
FOLD = re.compile(r"[ \t]*\r?\n[ \t]*")


def line_of(head: Head) -> str:
    """The head as it stands in letters and in the file of published heads."""
    return json.dumps(head.as_dict(), sort_keys=True)


def heads_in_mail(raw: bytes) -> list[Head]:
    """Every head in a saved mail, or in a text it was copied to, each once."""
    found: dict[str, Head] = {}
    for text in _texts(raw):
        for block in BLOCK.findall(QUOTED.sub("", text)):
            head = _read(FOLD.sub("", block))
            if head is not None:
                found[head.hash()] = head
    return list(found.values())


def _texts(raw: bytes) -> Iterator[str]:
    mail = message_from_bytes(raw, EmailMessage, policy=policy.default)
    if not any(part.get("Content-Transfer-Encoding") for part in mail.walk()):
        yield raw.decode("utf-8", "replace")  # copied out of a mail, or never encoded
        return
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content.decode("utf-8", "replace")


def _read(block: str) -> Head | None:
    try:
        return Head.read(json.loads(block))
    except ValueError:
        return None
