"""One loading run: the default set, or a single file, all of it or nothing."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from catalog.loading.calendar import load_calendar
from catalog.loading.elements import load_elements
from catalog.loading.files import columns_of, digest_of
from catalog.loading.guides import COLUMNS as GUIDE_COLUMNS
from catalog.loading.guides import load_guides
from catalog.loading.json_files import read_json
from catalog.loading.life_events import load_life_events
from catalog.loading.listed import COLUMNS as LISTED_COLUMNS
from catalog.loading.listed import load_listed
from catalog.loading.names import DATA, Names, read_names
from catalog.loading.regions import COLUMNS as REGION_COLUMNS
from catalog.loading.regions import load_regions
from catalog.loading.releases import load_releases
from catalog.loading.report import BrokenFile, FileReport
from catalog.models import CatalogVersion
from catalog.search.build import build_postings

READERS = (
    "5"  # raise it when loading or the search index changes: the default set is then loaded again
)


def default_files(folder: Path = DATA) -> list[Path]:
    """Every file of the default set."""
    names = (
        "departments.csv",
        "names_en.csv",
        "aliases_en.csv",
        "divisions_cn.csv",
        "catalog_cn_guangan.csv",
        "services_cn_core.csv",
        "life_event_bundles.json",
        "elements.json",
    )
    return [*(folder / name for name in names), *sorted((folder / "releases").glob("*.json"))]


@transaction.atomic
def load_default(*, again: bool = False) -> list[FileReport]:
    """Load the default set. Without `again`, nothing is read when no file changed since."""
    digest = digest_of(default_files(), READERS)
    version, _made = CatalogVersion.objects.select_for_update().get_or_create(id=1)
    if version.inputs_hash == digest and not again:
        return []
    names = read_names()
    reports = [
        load_elements(DATA / "elements.json"),
        load_regions(DATA / "divisions_cn.csv", names),
        load_listed(DATA / "catalog_cn_guangan.csv", names),
    ]
    guides, rows = load_guides(DATA / "services_cn_core.csv", names)
    reports += [
        guides,
        load_releases(sorted((DATA / "releases").glob("*.json")), rows, names),
        load_life_events(DATA / "life_event_bundles.json", names),
        load_calendar(),
    ]
    _finish(digest)
    return reports


def load_file(path: Path) -> list[FileReport]:
    """Load one file, known by its columns or its shape."""
    load = _loader_of(path)
    with transaction.atomic():
        CatalogVersion.objects.select_for_update().get_or_create(id=1)
        reports = load(path, read_names())
        _finish("")
    return reports


def _finish(digest: str) -> None:
    build_postings()
    CatalogVersion.objects.filter(id=1).update(inputs_hash=digest)


Loader = Callable[[Path, Names], list[FileReport]]


def _loader_of(path: Path) -> Loader:
    if path.is_dir():
        raise BrokenFile(path.name, "this is a folder; name one file in it")
    if not path.is_file():
        raise BrokenFile(path.name, "there is no such file")
    if path.suffix.lower() == ".json":
        return _json_loader_of(path)
    columns = set(columns_of(path))
    for needed, loader in TABLES:
        if set(needed) <= columns:
            return loader
    expected = " or ".join(", ".join(needed) for needed, _loader in TABLES)
    raise BrokenFile(path.name, f"columns missing; a table of the catalogue has {expected}", 1)


def _json_loader_of(path: Path) -> Loader:
    content = read_json(path)
    if isinstance(content, list):
        return lambda file, names: [load_life_events(file, names)]
    if isinstance(content, dict) and "elements" in content:
        return lambda file, names: [load_elements(file)]
    if isinstance(content, dict) and "content" in content:
        return lambda file, names: [_release(file, names)]
    raise BrokenFile(path.name, "neither life events, nor elements, nor a release")


def _release(path: Path, names: Names) -> FileReport:
    """One release stands or falls as a whole."""
    report = load_releases([path], {}, names)
    if report.refused:
        raise BrokenFile(path.name, report.refused[0].reason)
    return report


def _guides(path: Path, names: Names) -> list[FileReport]:
    report, rows = load_guides(path, names)
    written = {file.stem: file for file in (DATA / "releases").glob("*.json")}
    return [report, load_releases([written[code] for code in rows if code in written], rows, names)]


TABLES: list[tuple[tuple[str, ...], Loader]] = [
    (LISTED_COLUMNS, lambda path, names: [load_listed(path, names)]),
    (GUIDE_COLUMNS, _guides),
    (REGION_COLUMNS, lambda path, names: [load_regions(path, names)]),
]
