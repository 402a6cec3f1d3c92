"""English names and address words, written by hand in `names_en.csv`."""

from dataclasses import dataclass
from pathlib import Path

from catalog.loading.files import read_table
from catalog.loading.report import FileReport

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in English, and the word they have in addresses."""

    english: dict[tuple[str, str], str]
    slugs: dict[tuple[str, str], str]

    def of(self, kind: str, key: str) -> str:
        return self.english.get((kind, key), "")


def read_names(folder: Path = DATA) -> Names:
    """The hand-written names; what is not there has only its Chinese name."""
    rows = list(
        read_table(
            folder / "names_en.csv", ("kind", "key", "name_en", "slug"), FileReport("names_en.csv")
        )
    )
    return Names(
        english={(row["kind"], row["key"]): row["name_en"] for row in rows},
        slugs={(row["kind"], row["key"]): row["slug"] for row in rows if row["slug"]},
    )
