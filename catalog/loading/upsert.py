"""Bringing tables to what a file says, in a few statements however many rows."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models

from catalog.loading.report import FileReport

Thing = TypeVar("Thing", bound=models.Model)
BATCH = 1000
Wanted = Mapping[str, Mapping[str, Any]]


def too_long(model: type[models.Model], values: Mapping[str, Any]) -> str:
    """Why these values do not fit the columns; empty when they do."""
    for name, value in values.items():
        most = getattr(model._meta.get_field(name), "max_length", None)
        if most is not None and isinstance(value, str) and len(value) > most:
            return f"{name}: {len(value)} characters, at most {most} fit"
    return ""


def bring(
    model: type[Thing], key: str, wanted: Wanted, report: FileReport | None = None
) -> dict[str, Thing]:
    """Make what is missing, change what differs, leave the rest. Returns the rows by key."""
    manager = model._default_manager
    present = {getattr(row, key): row for row in manager.filter(**{f"{key}__in": list(wanted)})}
    made: list[Thing] = []
    changed: list[Thing] = []
    for value, fields in wanted.items():
        row = present.get(value)
        if row is None:
            present[value] = model(**{key: value, **fields})
            made.append(present[value])
        elif any(getattr(row, name) != content for name, content in fields.items()):
            for name, content in fields.items():
                setattr(row, name, content)
            changed.append(row)
    manager.bulk_create(made, batch_size=BATCH)
    if changed:
        names = list(next(iter(wanted.values())))
        manager.bulk_update(changed, _field_names(model, names), batch_size=BATCH)
    if report is not None:
        report.made += len(made)
        report.changed += len(changed)
    return present


def _field_names(model: type[models.Model], names: list[str]) -> list[str]:
    """`department_id` as `department`: bulk_update wants the name of the field."""
    by_column = {
        getattr(field, "attname", field.name): field.name for field in model._meta.get_fields()
    }
    return [by_column.get(name, name) for name in names]


def bring_pairs(
    link: type[models.Model],
    columns: tuple[str, str],
    owners: set[Any],
    wanted: Mapping[tuple[Any, Any], Mapping[str, Any]],
) -> bool:
    """Make the links of these owners the wanted ones; whether anything moved."""
    owner, other = columns
    rows = link._default_manager.filter(**{f"{owner}__in": owners})
    present = {(getattr(row, owner), getattr(row, other)): row for row in rows}
    gone = [row.pk for pair, row in present.items() if _differs(row, wanted.get(pair))]
    if gone:
        link._default_manager.filter(pk__in=gone).delete()
    kept = {pair for pair, row in present.items() if row.pk not in set(gone)}
    missing = [
        link(**{owner: pair[0], other: pair[1], **more})
        for pair, more in wanted.items()
        if pair not in kept
    ]
    link._default_manager.bulk_create(missing, batch_size=BATCH)
    return bool(gone or missing)


def _differs(row: models.Model, wanted: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    return any(getattr(row, name) != value for name, value in wanted.items())
