"""What hangs on the guides: people's words, subjects, papers, the items they explain."""

import hashlib
from collections.abc import Mapping

from catalog.loading.files import Row, read_table
from catalog.loading.names import DATA, Names
from catalog.loading.report import FileReport
from catalog.loading.upsert import bring, bring_pairs
from catalog.models import Alias, RequiredDocument, ServiceItem, Subject

Rows = Mapping[str, Row]
Items = Mapping[str, ServiceItem]
Links = dict[tuple[int, int], dict[str, int]]


def bring_words(rows: Rows, items: Items) -> None:
    """The words citizens use, from the rows and from the English list."""
    said = {
        (items[code].pk, words): {"language": "zh-hans"}
        for code, row in rows.items()
        for words in row.parts("colloquial")
    }
    english = read_table(DATA / "aliases_en.csv", ("item", "words"), FileReport("aliases_en.csv"))
    said |= {
        (items[row["item"]].pk, row["words"]): {"language": "en"}
        for row in english
        if row["item"] in items
    }
    bring_pairs(Alias, ("item_id", "words"), _keys(items), said)


def bring_subjects(rows: Rows, items: Items, names: Names) -> None:
    """The fields of life the guides belong to."""
    tags = list(dict.fromkeys(tag for row in rows.values() for tag in row.parts("life_events")))
    order = [tag for kind, tag in names.slugs if kind == "subject"]
    subjects = bring(
        Subject,
        "name",
        {
            tag: {
                "name_en": names.of("subject", tag),
                "slug": names.slugs.get(("subject", tag), f"subject-{short_hash(tag)}"),
                "position": order.index(tag) if tag in order else len(order),
            }
            for tag in tags
        },
    )
    links: Links = {
        (items[code].pk, subjects[tag].pk): {}
        for code, row in rows.items()
        for tag in row.parts("life_events")
    }
    bring_pairs(Subject.items.through, ("serviceitem_id", "subject_id"), _keys(items), links)


def bring_matches(rows: Rows, items: Items, listed: Items) -> None:
    """The listed items each guide explains."""
    links: Links = {
        (items[code].pk, listed[other].pk): {}
        for code, row in rows.items()
        for other in row.parts("similar_real_item_ids")
        if other in listed
    }
    ends = ("from_serviceitem_id", "to_serviceitem_id")
    bring_pairs(ServiceItem.similar.through, ends, _keys(items), links)


def bring_papers(rows: Rows) -> None:
    """The papers the guides ask for, each once."""
    papers = dict.fromkeys(paper for row in rows.values() for paper in row.parts("materials"))
    bring(RequiredDocument, "code", {document_code(paper): {"name": paper} for paper in papers})


def document_code(name: str) -> str:
    """A code for a paper the source only names."""
    return f"paper-{short_hash(name)}"


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _keys(items: Items) -> set[int]:
    return {item.pk for item in items.values()}
