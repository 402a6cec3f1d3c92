"""The back office's tables: which there are, and that nobody widens the own power with them."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission

from audit.models import AuditEntry
from identity.actions.enter_posting import enter_posting
from identity.rights import group_of_post
from tests.factories.identity import ARRANGING, make_posting, sign_in

pytestmark = pytest.mark.django_db


def test_every_table_keeps_its_changes_in_the_trail_and_none_is_a_librarys():
    tables = [type(table) for table in admin.site._registry.values()]

    assert Group in admin.site._registry
    assert [one for one in tables if one.log_change is admin.ModelAdmin.log_change] == []
    assert {"account", "mfa", "usersessions", "sessions", "guardian"}.isdisjoint(
        model._meta.app_label for model in admin.site._registry
    )


def test_a_group_of_administration_cannot_be_widened(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="secadmin"))
    own = group_of_post("secadmin", posting.department)
    clerks = group_of_post("clerk", posting.department)
    of_accounts = Permission.objects.get(codename="change_account")
    of_queues = Permission.objects.get(codename="view_queue")
    before = set(own.permissions.all())
    sign_in(client, posting.account)

    def give(group, permission):
        address = f"/admin/auth/group/{group.pk}/change/"
        return client.post(address, {"permissions": [permission.pk]}).status_code

    assert give(own, of_queues) == 403
    assert give(clerks, of_accounts) == 200  # the page again, with a sentence
    assert give(clerks, of_queues) == 302
    assert set(own.permissions.all()) == before
    assert set(clerks.permissions.all()) == {of_queues}
    assert not LogEntry.objects.exists()
    assert AuditEntry.objects.filter(verb="group.changed", actor=posting.account_id).count() == 1
