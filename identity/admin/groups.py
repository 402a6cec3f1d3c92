"""What the holders of a post may do in these tables."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.kept import KeptAdmin
from identity.models.posting import ADMINISTRATION_OF
from identity.rights import capacity_of_group

OPEN_TO_GROUPS = ("catalog",)  # cases are read at the desk, rules change with a release


class PermissionsField(forms.ModelMultipleChoiceField):
    """Rights in words; the framework keeps its own sentences in English only."""

    ACTS = {
        "add": _("%(table)s: add rows"),
        "change": _("%(table)s: change rows"),
        "delete": _("%(table)s: delete rows"),
        "view": _("%(table)s: look at rows"),
    }

    def label_from_instance(self, obj: Model) -> str:
        right = cast(Permission, obj)
        words = self.ACTS.get(right.codename.partition("_")[0])
        table = right.content_type.model_class()
        return str(words) % {"table": table._meta.verbose_name} if words and table else right.name


@admin.register(Group)
class GroupAdmin(KeptAdmin):
    """What the holders of a post may do in these tables. The powers of administration come with the
    posting and are not widened here, by nobody and least of all by who holds one."""

    about = _(
        "One group for each post of each department: what its holders may do in the tables of the"
        " catalogue. Groups of administration are not widened."
    )
    list_display = ["name"]
    ordering = ["name"]
    search_fields = ["name"]
    search_help_text = _("Name of the group, or a part of it.")
    filter_horizontal = ["permissions"]

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        if obj is not None and capacity_of_group(obj) in ADMINISTRATION_OF:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        """The name says which post the group belongs to."""
        return ["name"] if obj else []

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "permissions":
            tables = Permission.objects.filter(content_type__app_label__in=OPEN_TO_GROUPS)
            kwargs["queryset"] = tables.select_related("content_type")
            kwargs["form_class"] = PermissionsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)
