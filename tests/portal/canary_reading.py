"""What can be read of an answer, and which pages are of one kind."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlsplit

import pikepdf
from django.http import HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from identity.doors import CITIZENS_DOOR, STAFF_DOOR, STAFF_PREFIX, Door

LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
HEADERS = ("Content-Disposition", "Location")
LESS_COVERED = re.compile(r"[0-9A-Za-z]{4}\*{3}|\*{4}[0-9A-Za-z]{3}")


def text_of(response: HttpResponse) -> str | None:
    """What can be read of an answer, with the name under which it would be kept and the address it
    leads to: words, the text layer of a document, the cells of a sheet. None of a picture."""
    content = b"".join(response)
    kind = response.get("Content-Type", "text/html")
    said = _words(kind, content)
    if said is None:
        return None
    return "\n".join([said, *(unquote(response.get(name, "")) for name in HEADERS)])


def _words(kind: str, content: bytes) -> str | None:
    if "json" in kind and content:
        return json.dumps(json.loads(content), ensure_ascii=False)
    if content.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(content)) as document:
            pages = [page.contents_coalesce() or page.Contents for page in document.pages]
            return "\n".join(one.read_bytes().decode("latin-1") for one in pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as sheet:
            return "\n".join(sheet.read(one).decode() for one in sheet.namelist())
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def name_of(response: HttpResponse) -> str:
    """Under which name an answer would be kept: all that can be read of a picture."""
    return unquote(response.get("Content-Disposition", ""))


def links_of(response: HttpResponse, text: str | None) -> list[str]:
    """Where an answer leads."""
    if response.status_code in (301, 302):
        return [response["Location"]]
    return [link.replace("&amp;", "&") for link in LINK.findall(text or "")]


def route_of(address: str) -> str:
    """The pattern behind an address, at the door it lies behind; nothing where there is none."""
    path = urlsplit(address).path
    door = STAFF_DOOR if path.startswith(STAFF_PREFIX) else CITIZENS_DOOR
    try:
        return resolve(path, door.urlconf).route
    except Resolver404:
        return ""


def kind_of(address: str) -> str:
    """Pages of one kind have the same pattern and ask the same questions of it."""
    asked = sorted(parse_qs(urlsplit(address).query, keep_blank_values=True))
    return "?".join([route_of(address), *asked])


def routes_at(door: Door) -> list[str]:
    """Every named pattern behind this door, in the order in which it is looked for."""
    every = dict.fromkeys(_named(get_resolver(door.urlconf)))
    behind = STAFF_PREFIX.lstrip("/")
    return [one for one in every if one.startswith(behind) == (door is STAFF_DOOR)]


def plain_addresses(door: Door) -> list[str]:
    """Every address behind this door that asks for nothing further."""
    return [f"/{one}" for one in routes_at(door) if not re.search(r"[<^(]", one)]


def _named(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _named(one, here)
        elif isinstance(one, URLPattern) and one.name:
            yield here
