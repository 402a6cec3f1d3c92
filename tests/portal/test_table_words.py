"""The plain tables speak the reader's language: rights, acts, holidays and dates."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from audit.kernel.actors import Actor
from audit.trail import record
from catalog.loading.calendar import LOADED, LOADING
from catalog.models import CalendarDay
from identity.admin.groups import PermissionsField
from identity.rights import group_of_post
from tests.factories.identity import make_posting, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "22 Nov 2026", "22 Nov 2026, 08:05"),
        ("zh-hans", "2026年11月22日", "2026年11月22日 08:05"),
    ],
)
def test_days_and_moments_are_written_one_way_in_each_language(language, day, moment):
    at = localtime(datetime(2026, 11, 22, 0, 5, tzinfo=UTC))
    with translation.override(language):
        for name in ("DATE_FORMAT", "SHORT_DATE_FORMAT"):
            assert date_format(date(2026, 11, 22), name) == day
        for name in ("DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"):
            assert date_format(at, name) == moment


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "可以修改"), ("en", "change rows")])
def test_a_right_is_named_in_words(language, words):
    right = Permission.objects.get(codename="change_alias")
    with translation.override(language):
        label = PermissionsField(Permission.objects.all()).label_from_instance(right)

    assert words in label
    assert "Can change" not in label


def test_what_happened_to_an_account_is_told_in_words(client):
    posting = make_posting(capacity="sysadmin")
    posting.account.groups.add(group_of_post(posting.capacity, posting.department))
    record(actor=Actor.anonymous(), verb="session.opened", on=posting.account)
    sign_in(client, posting.account)

    answer = client.get(f"/admin/identity/account/{posting.account_id}/history/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "session.opened" not in page
    assert "登录" in page


def test_holidays_are_named_in_the_readers_language(client):
    record(actor=LOADING, verb=LOADED)
    CalendarDay.objects.create(day=date(2026, 2, 17), is_worked=False, name="Spring Festival")
    posting = make_posting(capacity="catalogue")
    posting.account.groups.add(group_of_post(posting.capacity, posting.department))
    sign_in(client, posting.account)

    page = client.get("/admin/catalog/calendarday/").content.decode()

    assert "春节" in page
    assert "Spring Festival" not in page
    assert "2026年2月17日" in page
