"""The back office's tables: which there are, and that nobody widens the own power with them."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from applications.admin import QueueAdmin
from applications.models import Queue
from audit.admin import RecordedAdmin
from audit.models import AuditDetail, AuditEntry
from identity.actions.enter_posting import enter_posting
from identity.models import Account
from identity.rights import group_of_post
from portal.admin_site import StaffAdminSite
from tests.factories.catalog import make_release
from tests.factories.desk import make_rule
from tests.factories.identity import ARRANGING, make_citizen, make_posting, sign_in

LINK = re.compile(r'<a\b[^>]*href="([^"]*)"')
MOST_PAGES = 120

pytestmark = pytest.mark.django_db


def test_every_table_keeps_its_changes_in_the_trail_and_none_is_a_librarys():
    tables = [type(table) for table in admin.site._registry.values()]

    assert Group in admin.site._registry
    assert [one for one in tables if not issubclass(one, RecordedAdmin)] == []
    assert {"account", "mfa", "usersessions", "sessions", "guardian"}.isdisjoint(
        model._meta.app_label for model in admin.site._registry
    )


def test_what_a_library_would_add_is_not_taken_in_and_our_own_tables_are():
    site = StaffAdminSite()

    site.register(EmailAddress, EmailAddressAdmin)
    site.register(LogEntry)
    site.register([Permission], admin.ModelAdmin)
    site.register(Queue, QueueAdmin)

    assert set(site._registry) == {Queue}


@pytest.mark.parametrize("send", ["get", "post"])
@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("password_change/", "account/password/"),
        ("password_change/done/", "account/password/"),
        ("login/", "sign-in/"),
        ("logout/", "sign-out/"),
    ],
)
def test_an_account_has_one_page_for_each_of_its_needs(client, address, ours, send):
    posting = make_posting()
    sign_in(client, posting.account)
    before = posting.account.password

    answer = getattr(client, send)(f"/admin/{address}", {"new_password1": "x", "username": "y"})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/{ours}")
    assert client.get("/admin/desk/").status_code == 200
    posting.account.refresh_from_db()
    assert posting.account.password == before


@pytest.mark.parametrize("capacity", ["sysadmin", "secadmin", "catalogue"])
def test_no_page_of_the_tables_has_a_link_that_leads_nowhere(client, capacity):
    make_release()
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity=capacity))
    sign_in(client, posting.account)
    to_see, seen, dead = ["/admin/tables/"], set(), []

    while to_see:
        address = to_see.pop()
        seen.add(address)
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            dead.append(address)
        for link in LINK.findall(answer.content.decode()):
            plain = urljoin(address, unescape(link)).partition("#")[0].partition("?")[0]
            if plain.startswith("/admin/") and plain not in seen and len(seen) < MOST_PAGES:
                to_see.append(plain)

    assert dead == []
    assert len(seen) > 10


def test_who_enters_postings_sees_the_departments_and_changes_none(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)
    address = f"/admin/catalog/department/{posting.department_id}/change/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Ours"}).status_code == 403
    assert client.get("/admin/catalog/department/add/").status_code == 403


def test_a_group_of_administration_cannot_be_widened(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="secadmin"))
    own = group_of_post("secadmin", posting.department)
    clerks = group_of_post("clerk", posting.department)
    of_accounts = Permission.objects.get(codename="change_account")
    of_items = Permission.objects.get(codename="view_serviceitem")
    of_rules = Permission.objects.get(codename="change_rule")
    before = set(own.permissions.all())
    sign_in(client, posting.account)

    def give(group, permission):
        address = f"/admin/auth/group/{group.pk}/change/"
        return client.post(address, {"permissions": [permission.pk]}).status_code

    assert give(own, of_items) == 403
    assert give(clerks, of_accounts) == 200  # the page again, with a sentence
    assert give(clerks, of_rules) == 200
    assert give(clerks, of_items) == 302
    assert set(own.permissions.all()) == before
    assert set(clerks.permissions.all()) == {of_items}
    assert not LogEntry.objects.exists()
    entry = AuditEntry.objects.get(verb="table.changed", actor=posting.account_id)
    assert (entry.object_kind, entry.object_id) == ("auth.group", str(clerks.pk))
    assert AuditDetail.objects.get(entry_id=entry.pk).body == {"columns": ["permissions"]}


def who_opens_every_table() -> Account:
    """More than any post may: nobody in the back office can give these rights."""
    posting = make_posting(capacity="catalogue")
    group = group_of_post(posting.capacity, posting.department)
    group.permissions.set(Permission.objects.all())
    return posting.account


def test_no_table_answers_questions_about_columns_it_does_not_filter_by(client):
    """`?password__startswith=a` would give any column away, letter by letter."""
    sign_in(client, who_opens_every_table())
    given_away = []
    for model, table in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        named = [one[0] if isinstance(one, tuple) else one for one in table.list_filter]
        named.append(table.date_hierarchy)
        for field in model._meta.get_fields():
            for how in ("", "__startswith", "__isnull", "__pk"):
                plain = field.name in named and how in ("", "__isnull")
                answer = client.get(address, {f"{field.name}{how}": "1"})
                if answer.status_code != 400 and not plain:
                    given_away.append((address, field.name + how, answer.status_code))

    assert given_away == []


def test_the_filters_of_a_table_work(client):
    sign_in(client, who_opens_every_table())
    make_citizen()

    staff = client.get("/admin/identity/account/", {"kind__exact": "staff"})

    assert staff.status_code == 200
    assert {one.kind for one in staff.context["cl"].queryset} == {"staff"}


def test_nobody_switches_a_rule_off_by_a_click(client):
    sign_in(client, who_opens_every_table())
    rule = make_rule()
    address = f"/admin/applications/rule/{rule.pk}/change/"

    assert client.get(address).status_code == 200
    assert client.post(address, {"is_active": ""}).status_code == 403
    assert client.get("/admin/applications/rule/add/").status_code == 403
    rule.refresh_from_db()
    assert rule.is_active
