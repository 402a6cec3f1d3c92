"""The back office: one admin site, in our dress, behind the staff door."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.core.checks import CheckMessage
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import STAFF_CAPACITIES

OWN = frozenset({"portal", "applications", "identity", "catalog", "audit"})


class StaffAdminSite(admin.AdminSite):
    """Plain tables for those who keep them; the desk and the trail are pages of their own inside.

    Signing in happens at the staff door (`/admin/sign-in/`), with a second factor; being let in
    means holding a posting, not a flag on the account.
    """

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Tables")
    enable_nav_sidebar = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Our own tables only: what libraries would add (addresses, second factors, sessions) is a
        way into somebody's account, and its changes would leave no entry in the trail."""
        if admin_class is not None and admin_class.__module__.partition(".")[0] in OWN:
            super().register(model_or_iterable, admin_class, **options)

    def check(self, app_configs: Sequence[AppConfig] | None) -> list[CheckMessage]:
        """Of every table, whether or not an address was read before."""
        admin.autodiscover()
        return super().check(app_configs)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one page for every need of an account, and it stands at the staff door."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_login")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.capacity in STAFF_CAPACITIES


class StaffAdminConfig(SimpleAdminConfig):
    """The tables are read with the addresses (`portal.urls`), and by checks. Processes that answer
    no requests, such as the sealer, do without them and all they lead to."""

    default_site = "portal.admin_site.StaffAdminSite"

    def ready(self) -> None:
        """Django's checks ask the sites there are, and ours is only made when it is first used."""
        super().ready()
        admin.site.check  # noqa: B018 - its first use
