"""The words of the product in Chinese: collected from the code, kept in one PO file per package.

English sentences in the code are the keys, so English needs no file. Everything here runs on
Babel: GNU gettext is not needed on the machine that builds, checks or runs the portal.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("audit", "catalog", "identity", "applications", "portal")
LANGUAGE = "zh_Hans"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Template folders that are not named after a package: the ones of other people's pages.
BORROWED_TEMPLATES = {
    "account": "identity",
    "allauth": "identity",
    "mfa": "identity",
    "oauth2_provider": "identity",
    "socialaccount": "identity",
    "usersessions": "identity",
}
HEADER = (
    'msgid ""\n'
    'msgstr ""\n'
    f'"Language: {LANGUAGE}\\n"\n'
    '"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]


def root() -> Path:
    return Path(settings.BASE_DIR)


def po_path(package: str) -> Path:
    return root() / package / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def package_of_template(path: Path) -> str:
    """Which package answers for the words of a template; blocks shared by all are the portal's."""
    folder = path.relative_to(root() / "templates").parts[0]
    return folder if folder in PACKAGES else BORROWED_TEMPLATES.get(folder, "portal")


def sources_of(package: str) -> Iterator[tuple[Path, bytes]]:
    """Every file whose words belong to the package, as Python the extractor can read."""
    for path in sorted((root() / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_bytes()
    for path in sorted((root() / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"} and package_of_template(path) == package:
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # Indentation means nothing in a template but would be an error in Python.
            yield path, "\n".join(line.strip() for line in calls.splitlines()).encode()


def collect(package: str) -> Catalog:
    """The sentences the package uses now, without translations."""
    catalog = Catalog(locale=LANGUAGE)
    for _path, source in sources_of(package):
        for _line, text, _notes, context in extract(
            "python",
            io.BytesIO(source),
            keywords=KEYWORDS,
            options={"encoding": "utf-8"},
        ):
            if text:
                catalog.add(text, context=context)
    return catalog


def stored(package: str) -> Catalog:
    path = po_path(package)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8", ignore_obsolete=True)


def merged(package: str) -> Catalog:
    """What the package uses now, with every translation that already exists for it."""
    known = stored(package)
    catalog = collect(package)
    for message in texts_of(catalog):
        before = known.get(_first(message.id), message.context)
        if before is not None:
            message.string = _fitting(message, before)
            if before.fuzzy:
                message.flags.add("fuzzy")
    return catalog


def _fitting(message: Message, before: Message) -> str | tuple[str, ...]:
    """The stored translation in the form (one text, or one per plural) the message has now."""
    text = _first(before.string) if before.string else ""
    return (text,) if message.pluralizable else text


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def texts_of(catalog: Catalog) -> list[Message]:
    """Every message but the header."""
    return [message for message in catalog if message.id]


def rendered(catalog: Catalog) -> str:
    """The PO file: sorted and without places, so that a change shows only what changed."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=98, no_location=True, omit_header=True, sort_output=True)
    return HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"


def write(package: str) -> int:
    """Bring the PO file up to date; the number of sentences still without a translation."""
    catalog = merged(package)
    if texts_of(catalog):
        path = po_path(package)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(catalog), encoding="utf-8")
    return sum(1 for message in texts_of(catalog) if not _complete(message))


def _complete(message: Message) -> bool:
    return all(message.string or [""]) and not message.fuzzy


def problems(package: str) -> list[str]:
    """Every sentence of the package a Chinese reader would not get right, one line each."""
    known = stored(package)
    found = []
    for message in texts_of(collect(package)):
        entry = known.get(_first(message.id), message.context)
        trouble = "missing" if entry is None else _trouble(entry)
        if trouble:
            found.append(f"{package}: {trouble}: {_first(message.id)!r}")
    return sorted(found)


def _trouble(entry: Message) -> str:
    if not entry.string or not all(entry.string):
        return "empty"
    if entry.fuzzy:
        return "fuzzy"
    ours = entry.id if isinstance(entry.id, str) else entry.id[-1]
    if set(PLACEHOLDER.findall(ours)) != set(PLACEHOLDER.findall(_first(entry.string))):
        return "placeholders differ"
    return ""


def contradictions() -> list[str]:
    """One sentence translated differently in two packages: only one of them would be shown."""
    seen: dict[Key, tuple[str, str]] = {}
    found = []
    for package in PACKAGES:
        for message in texts_of(stored(package)):
            key = (message.context, _first(message.id))
            text = _first(message.string) if message.string else ""
            other, before = seen.setdefault(key, (package, text))
            if before != text and before and text:
                found.append(f"{package}: not as in {other}: {key[1]!r}")
    return found


def compile_package(package: str) -> bool:
    """Write the binary file Django reads, unless it was made from this very PO file.

    It carries the time of its source, so that an older file put back is noticed as well.
    """
    source = po_path(package)
    target = source.with_suffix(".mo")
    if not source.exists():
        return False
    made = source.stat().st_mtime_ns
    if target.exists() and target.stat().st_mtime_ns == made:
        return False
    buffer = io.BytesIO()
    write_mo(buffer, stored(package))
    draft = target.with_suffix(".mo.part")
    draft.write_bytes(buffer.getvalue())
    os.utime(draft, ns=(made, made))
    draft.replace(target)
    return True
