"""Plain tables of the back office under the trail: every change is an entry like any other act."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.kernel.actors import Actor, Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from audit.words import words_of

ADDED = "table.added"
CHANGED = "table.changed"
DELETED = "table.deleted"
TABLES = Purpose.duty("tables")
HISTORY_ROWS = 100
PLAIN_LOOKUPS = frozenset(
    {"", "exact", "in", "isnull", "gte", "gt", "lte", "lt", "year", "month", "day"}
    | {"id__exact", "pk__exact"}
)


class RecordedAdmin(admin.ModelAdmin):
    """A table whose changes go through `record()`. The framework's own editable log stays empty.

    For tables without personal content only: its lists read without a subject.
    """

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    empty_value_display = "—"
    about: str | Promise = ""
    """What the table holds and how its rows come and go, in a sentence or two above the list."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        own = {"title": capfirst(self.opts.verbose_name_plural), "about": self.about}
        return super().changelist_view(request, {**own, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        name = self.opts.verbose_name
        title = capfirst(name) if object_id else _("Add: %(name)s") % {"name": name}
        own = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, own)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The page's own filters and no other: whoever may ask a column about anything reads it
        letter by letter, whether it is shown or not."""
        names = [one[0] if isinstance(one, tuple) else one for one in self.list_filter]
        if lookup in (getattr(one, "parameter_name", None) for one in names):
            return True  # a filter with choices of its own asks no column
        for name in [*names, self.date_hierarchy]:
            if isinstance(name, str) and (lookup == name or lookup.startswith(f"{name}__")):
                return lookup.removeprefix(name).removeprefix("__") in PLAIN_LOOKUPS
        return False

    def construct_change_message(  # type: ignore[override]
        self, request: HttpRequest, form: forms.Form, formsets: Any, add: bool = False
    ) -> list[str]:
        """Which columns were filled in or changed, by name; what they hold is not kept."""
        return sorted(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        _record(request, ADDED, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        _record(request, CHANGED, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        for obj in queryset:
            _record(request, DELETED, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed this row, from the trail."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        target = ObjectRef.of(row)
        entries = AuditEntry.objects.filter(object_kind=target.kind, object_id=target.id)
        words = {ADDED: _("Added"), CHANGED: _("Changed"), DELETED: _("Deleted")}
        newest = entries.order_by("-at", "-id")[:HISTORY_ROWS]
        context = {
            "title": _("Changes of %(row)s") % {"row": row},
            "entries": [(entry, words.get(entry.verb) or words_of(entry.verb)) for entry in newest],
        }
        return render(request, "audit/history.html", context)


class ReadOnlyAdmin(RecordedAdmin):
    """A window: rows can be found and read, nothing can be done to them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}


def _record(request: HttpRequest, verb: str, row: Model, columns: Sequence[str] = ()) -> None:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    detail = {"columns": list(columns)} if columns else None
    record(actor=actor, verb=verb, on=row, purpose=TABLES, detail=detail)
