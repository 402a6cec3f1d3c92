"""The back office: one admin site, in our dress, behind the staff door."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import STAFF_CAPACITIES


class StaffAdminSite(admin.AdminSite):
    """Plain tables for those who keep them; the desk and the trail are pages of their own inside.

    Signing in happens at the staff door (`/admin/sign-in/`), with a second factor; being let in
    means holding a posting, not a flag on the account.
    """

    site_header = _("Back office")
    site_title = _("Back office")
    index_title = _("Tables")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        return actor is not None and actor.capacity in STAFF_CAPACITIES


class StaffAdminConfig(AdminConfig):
    default_site = "portal.admin_site.StaffAdminSite"
