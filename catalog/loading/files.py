"""Reading the files themselves: encoding, columns, control characters."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.kernel.plain import UNSEEN, normalised
from catalog.loading.report import BrokenFile, FileReport

NUL = "\x00"
LARGEST = 50 * 1024 * 1024
CONTROL = re.compile(f"[\x00-\x1f\x7f-\x9f{UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the line it stands on."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def parts(self, column: str) -> list[str]:
        """A cell that lists several things, separated by a bar."""
        return [part.strip() for part in self.values[column].split("|") if part.strip()]


def read_text(path: Path) -> str:
    """The whole file as text, or BrokenFile."""
    data = _bytes_of(path)
    if len(data) > LARGEST:
        raise BrokenFile(path.name, f"larger than {LARGEST // 1024 // 1024} MB")
    if not data.strip():
        raise BrokenFile(path.name, "the file is empty", 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise BrokenFile(path.name, "not UTF-8 text", line) from problem
    if NUL in text:
        raise BrokenFile(path.name, "not text: it holds a zero byte", _line_of(text, NUL))
    return text


def columns_of(path: Path) -> list[str]:
    """The names in the first line of a table."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        return [name.strip() for name in next(reader, [])]
    except csv.Error as problem:
        raise BrokenFile(path.name, f"not a CSV table ({problem})", 1) from problem


def read_table(path: Path, columns: Iterable[str], report: FileReport) -> Iterator[Row]:
    """The rows of a CSV file. A bad row is refused with its line; a bad file is BrokenFile."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        absent = [name for name in columns if name not in header]
        if absent:
            raise BrokenFile(path.name, f"columns missing: {', '.join(absent)}", 1)
        if len(set(header)) < len(header):
            raise BrokenFile(path.name, "two columns have the same name", 1)
        for cells in reader:
            if not cells:
                continue
            report.read += 1
            reason = _fault(cells, header)
            if reason:
                report.refuse(reader.line_num, reason)
                continue
            values = (normalised(cell.strip(), "NFC") for cell in cells)
            yield Row(reader.line_num, dict(zip(header, values, strict=True)))
    except csv.Error as problem:
        raise BrokenFile(path.name, f"not a CSV table ({problem})", reader.line_num) from problem


def _fault(cells: list[str], header: list[str]) -> str:
    if len(cells) != len(header):
        return f"{len(cells)} cells where the first line names {len(header)}"
    for name, cell in zip(header, cells, strict=True):
        if CONTROL.search(cell):
            return f"{name}: characters that cannot be seen or printed"
    return ""


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BrokenFile(path.name, problem.strerror or "cannot be read") from problem


def _line_of(text: str, part: str) -> int:
    return text.count("\n", 0, max(text.find(part), 0)) + 1


def digest_of(paths: Iterable[Path], salt: str) -> str:
    """One SHA-256 over names and contents: the same files give the same value."""
    digest = hashlib.sha256(salt.encode())
    for path in paths:
        digest.update(path.name.encode() + b"\0")
        digest.update(hashlib.sha256(_bytes_of(path)).digest())
    return digest.hexdigest()
