"""Plain tables of the catalogue in the back office. Releases can be read and never edited."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from audit.admin import ReadOnlyAdmin, RecordedAdmin
from catalog.loading.calendar import HOLIDAYS
from catalog.models import (
    Alias,
    CalendarDay,
    DataElement,
    Department,
    LifeEvent,
    Rating,
    Region,
    Release,
    RequiredDocument,
    ServiceItem,
    StandardItem,
    Subject,
)
from catalog.search.build import build_postings
from catalog.text import in_english


class CatalogAdmin(RecordedAdmin):
    """A table of the catalogue: rows are changed or retired, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class SearchedAdmin(CatalogAdmin):
    """A table whose words are searched: a change reaches the search at once."""

    def save_related(
        self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        build_postings(self.searched(form.instance))

    def searched(self, row: Any) -> list[int]:
        """The items whose postings may have changed."""
        return [row.pk]


@admin.register(ServiceItem)
class ServiceItemAdmin(SearchedAdmin):
    list_display = ("code", "name", "department", "item_type", "status", "listed_only")
    list_filter = ("listed_only", "status", "item_type", "department")
    list_select_related = ("department",)
    search_fields = ("code", "name", "name_en")
    raw_id_fields = ("standard", "similar")
    readonly_fields = ("code", "local_code", "listed_only")


@admin.register(Alias)
class AliasAdmin(SearchedAdmin):
    list_display = ("words", "item", "language")
    list_select_related = ("item",)
    search_fields = ("words", "item__name", "item__code")
    raw_id_fields = ("item",)

    def searched(self, row: Any) -> list[int]:
        return [row.item_id]


@admin.register(StandardItem)
class StandardItemAdmin(CatalogAdmin):
    list_display = ("code", "name", "item_type", "legal_basis")
    list_filter = ("item_type",)
    search_fields = ("code", "name", "name_en")


@admin.register(Department)
class DepartmentAdmin(CatalogAdmin):
    list_display = ("name", "code", "has_temporary_code", "region", "phone", "is_sample")
    list_filter = ("has_temporary_code", "is_sample")
    list_select_related = ("region",)
    search_fields = ("name", "name_en", "code")
    raw_id_fields = ("region", "parent")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Department | None = None
    ) -> tuple[str, ...]:
        """The trail says by these whose entries are: an office that moves is another office."""
        return ("code", "region") if obj else ()


@admin.register(Region)
class RegionAdmin(CatalogAdmin):
    list_display = ("code", "full_name", "level", "hue", "chroma")
    list_filter = ("level",)
    search_fields = ("code", "full_name", "name_en")
    raw_id_fields = ("parent",)


@admin.register(LifeEvent)
class LifeEventAdmin(CatalogAdmin):
    list_display = ("name", "name_en", "slug", "audience", "lead_department")
    list_filter = ("audience",)
    search_fields = ("name", "name_en", "slug")


@admin.register(Subject)
class SubjectAdmin(CatalogAdmin):
    list_display = ("name", "name_en", "slug", "position")
    search_fields = ("name", "name_en")
    exclude = ("items",)


@admin.register(DataElement)
class DataElementAdmin(CatalogAdmin):
    list_display = ("code", "name", "kind", "sensitivity", "reuse", "record_type")
    list_filter = ("kind", "sensitivity", "reuse", "record_type")
    search_fields = ("code", "name", "name_en")


@admin.register(RequiredDocument)
class RequiredDocumentAdmin(CatalogAdmin):
    list_display = ("name", "code", "issuer", "record_type")
    search_fields = ("name", "name_en", "code")


@admin.register(CalendarDay)
class CalendarDayAdmin(CatalogAdmin):
    list_display = ("day", "is_worked", "holiday", "provisional")
    list_filter = ("is_worked", "provisional")
    date_hierarchy = "day"

    @admin.display(description=_("name"), ordering="name")
    def holiday(self, row: CalendarDay) -> str:
        """The announcement names holidays in both languages; the row keeps the English one."""
        return row.name if in_english() else HOLIDAYS.get(row.name, row.name)


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """What was published stays as it was published."""

    list_display = ("item", "number", "in_force_from", "in_force_to", "is_sample", "content_hash")
    list_filter = ("is_sample",)
    list_select_related = ("item",)
    search_fields = ("item__code", "item__name", "content_hash")


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    """Marks people gave, by month and in an order that tells nothing.

    Whoever knows when a case was rated must not find its mark here, so no row has a page of its own
    and no address with a number that counts up.
    """

    list_display = ("item", "score", "month")
    list_display_links = None
    list_filter = ("score",)
    list_select_related = ("item",)
    ordering = ("item__code", "score")

    @admin.display(description=_("month"))
    def month(self, rating: Rating) -> str:
        return date_format(localtime(rating.created), "YEAR_MONTH_FORMAT")

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return obj is None and super().has_view_permission(request)
