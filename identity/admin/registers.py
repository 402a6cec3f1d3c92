"""Registers and the kinds of proof they give."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from identity.admin.kept import KeptAdmin
from identity.models import RecordSource, RecordType


@admin.register(RecordSource)
class RecordSourceAdmin(KeptAdmin):
    """Which registers are asked. Where one answers, whoever runs the portal says by command."""

    about = _(
        "Which registers are asked for what people need not type. One that is not in use is not"
        " asked, and its values are typed. Who runs the portal adds registers by command."
    )
    list_display = ["code", "name_zh", "record_type", "endpoint", "enabled"]
    list_filter = ["enabled"]
    raw_id_fields = ["department"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: RecordSource | None = None
    ) -> list[str]:
        return ["code", "record_type", "endpoint"]


@admin.register(RecordType)
class RecordTypeAdmin(KeptAdmin):
    """The kinds of proof that registers give."""

    about = _("The kinds of proof that registers give, in both languages.")
    list_display = ["code", "name_zh", "name_en"]
