"""Windows for whoever runs the portal: cases can be found, rules read. Nothing is decided here."""

from django.contrib import admin

from applications.models import Application, Queue, Rule
from audit.admin import ReadOnlyAdmin, RecordedAdmin


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """The index row only: what a case says is behind the gate and shown at the desk."""

    fields = ["reference", "item", "state", "queue", "submitted_at", "due_on", "decided_at"]
    list_display = ["reference", "item", "state", "due_on"]
    list_filter = ["state"]
    list_select_related = ["item"]
    search_fields = ["reference"]


@admin.register(Rule)
class RuleAdmin(ReadOnlyAdmin):
    """National rules as data. They change with a release of the portal and by nobody's click."""

    list_display = ["code", "title", "effect", "is_active", "is_sample"]
    list_filter = ["effect", "is_active"]
    search_fields = ["code", "title", "title_en"]


@admin.register(Queue)
class QueueAdmin(RecordedAdmin):
    """Where the cases of an office wait, and of which office: that stands. Who may work one is
    granted to groups."""

    list_display = ["code", "department"]
    list_select_related = ["department"]
    raw_id_fields = ["department"]

    def get_readonly_fields(self, request: object, obj: object = None) -> list[str]:
        return ["department"] if obj else []

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
