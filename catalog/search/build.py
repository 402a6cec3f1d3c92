"""Writing the postings: only what differs from what is already there."""

from collections.abc import Collection, Iterator

from django.db import connection
from django.utils import timezone

from catalog.models import Release, SearchTerm, ServiceItem
from catalog.search.terms import LONGEST_TERM, merged

NAME, PLAIN_NAME, ALIAS, ENGLISH = 1.0, 1.1, 1.25, 1.0
MAIN_ITEM, LISTED_NAME, DEPARTMENT = 0.45, 0.35, 0.12
DIGITS = 4

INSERT = (
    "insert into catalog_searchterm (item_id, term, weight)"
    " select * from unnest(%s::bigint[], %s::text[], %s::float8[])"
)


def build_postings(only: Collection[int] | None = None) -> int:
    """Bring the postings to what the items say now; returns how many rows moved.

    `only` are the keys of the items to look at, all of them when it is not given.
    """
    wanted = {
        (item, term): weight for item, term, weight in _wanted(only) if len(term) <= LONGEST_TERM
    }
    stale: list[int] = []
    present = SearchTerm.objects.all() if only is None else SearchTerm.objects.filter(item__in=only)
    rows = present.values_list("pk", "item_id", "term", "weight")
    for pk, item, term, weight in rows.iterator(chunk_size=20_000):
        if wanted.get((item, term)) == weight:
            del wanted[(item, term)]
        else:
            stale.append(pk)
    if stale:
        SearchTerm.objects.filter(pk__in=stale).delete()
    if wanted:
        items, terms = zip(*wanted, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [list(items), list(terms), list(wanted.values())])
    return len(stale) + len(wanted)


def _wanted(only: Collection[int] | None) -> Iterator[tuple[int, str, float]]:
    plain_names = dict(
        Release.objects.in_force(timezone.localdate()).values_list("item_id", "content__plain_name")
    )
    items = ServiceItem.objects.offered()
    if only is not None:
        items = items.filter(pk__in=only)
    items = items.select_related("department").prefetch_related("aliases", "similar")
    for item in items.order_by("pk"):
        texts = [(item.name, NAME), (item.name_en, ENGLISH), (item.main_item, MAIN_ITEM)]
        texts += [(alias.words, ALIAS) for alias in item.aliases.all()]
        texts += [(other.name, LISTED_NAME) for other in item.similar.all()]
        plain = plain_names.get(item.pk, {})
        texts += [(plain.get("zh", ""), PLAIN_NAME), (plain.get("en", ""), PLAIN_NAME)]
        texts.append((item.department.name, DEPARTMENT))
        for term, weight in merged(text for text in texts if text[0]).items():
            yield item.pk, term, round(weight, DIGITS)
