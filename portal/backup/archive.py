"""The file of a backup: a tar with the dump, the files handed in, and what each must hash to.

Keys are never part of it. Whoever finds the file alone cannot read sealed values or sign a head;
the manifest holds check values by which a restore can tell whether the right keys are there.
"""

import hashlib
import hmac
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
BLOCK = 1024 * 1024
LARGEST_MANIFEST = 64 * BLOCK


class Damaged(Exception):  # noqa: N818 - a finding, not a fault of ours
    """The file is no backup of ours, or not as it was written."""


@dataclass(slots=True)
class Manifest:
    """What the archive holds: member name to SHA-256, and a few facts for people."""

    made_at: str
    last_entry: int
    keys: dict[str, str]
    hashes: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write(target: IO[bytes], dump: Path, files: Path, manifest: Manifest) -> None:
    """Write the archive; the manifest comes last, when every hash is known."""
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, path in [(DUMP, dump), *_files_below(files)]:
            manifest.hashes[name] = _add(archive, name, path)
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(text), 0o600
        archive.addfile(member, BytesIO(text))


def unpack(source: Path, folder: Path) -> Manifest:
    """Write what the archive holds below `folder`; raises Damaged at the first difference."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            members = _members(archive)
            manifest = _manifest(archive, members.pop(MANIFEST, None))
            if set(members) != set(manifest.hashes):
                raise Damaged("its content is not what its manifest lists")
            for name, member in members.items():
                if _extract(archive, member, folder / name) != manifest.hashes[name]:
                    raise Damaged(f"{name} was changed after the backup was made")
    except (tarfile.TarError, EOFError) as error:
        raise Damaged("it cannot be read to its end") from error
    return manifest


def key_checks() -> dict[str, str]:
    """A value for each key by which it is recognised and from which it cannot be found."""
    keys = {f"sealed values {name}": key for name, key in settings.SEALED_KEYS.items()}
    keys["blind index"] = settings.BLIND_INDEX_KEY
    return {
        name: hmac.new(key, f"portal backup {name}".encode(), hashlib.sha256).hexdigest()[:16]
        for name, key in keys.items()
    }


def missing_keys(manifest: Manifest) -> list[str]:
    """Keys the backup was made with and this installation does not have."""
    here = key_checks()
    return [name for name, check in manifest.keys.items() if here.get(name) != check]


def _files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield FILES + path.relative_to(folder).as_posix(), path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    """Add one file under our own name, and hash exactly the bytes that went in."""
    member = tarfile.TarInfo(name)
    with path.open("rb") as file:
        member.size = path.stat().st_size
        member.mode = 0o600
        reader = _Hashing(file)
        archive.addfile(member, reader)
    return reader.digest.hexdigest()


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


def _members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """Plain files under plain names only, each once."""
    members: dict[str, tarfile.TarInfo] = {}
    for member in archive:
        path = PurePosixPath(member.name)
        if not member.isreg() or path.is_absolute() or ".." in path.parts:
            raise Damaged("it holds something that is no plain file")
        if member.name in members:
            raise Damaged(f"it holds {member.name} twice")
        members[member.name] = member
    return members


def _manifest(archive: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    if member is None or member.size > LARGEST_MANIFEST:
        raise Damaged("it has no manifest")
    try:
        manifest = Manifest(**json.loads(_open(archive, member).read()))
    except (ValueError, TypeError) as error:
        raise Damaged("its manifest cannot be understood") from error
    if manifest.format != FORMAT or DUMP not in manifest.hashes:
        raise Damaged("its manifest is of another kind")
    return manifest


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    source = _open(archive, member)
    with target.open("wb") as file:
        while block := source.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = archive.extractfile(member)
    if file is None:
        raise Damaged(f"{member.name} is no plain file")
    return file
