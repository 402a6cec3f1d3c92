"""What the tables of identity are built on: rows stay, and who acts is the officer at work."""

from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from audit.admin import RecordedAdmin
from audit.kernel.actors import Actor
from identity.http import PortalRequest


class KeptAdmin(RecordedAdmin):
    """A table whose rows stay: what has been is ended or closed, never deleted. One row is entered
    at a time, so that saving has one button."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        one = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(
            request, object_id, form_url, {**one, **(extra_context or {})}
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def actor_of(request: HttpRequest) -> Actor:
    """The officer at work; the admin types its requests loosely."""
    return cast(PortalRequest, request).actor
