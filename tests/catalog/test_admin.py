"""The plain tables: a change is recorded and searched at once; a release can only be read."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from catalog.models import Alias, DataElement, Rating, Release
from catalog.search.engine import find
from identity.rights import group_of_post
from tests.factories.catalog import make_department, make_item, make_region, make_release
from tests.factories.identity import make_posting, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    posting = make_posting(capacity="catalogue")
    group_of_post(posting.capacity, posting.department)
    sign_in(client, posting.account)
    return client


def test_new_words_are_recorded_and_found_at_once(manager):
    item = make_item(name="野生动物人工繁育许可")

    answer = manager.post(
        reverse("admin:catalog_alias_add"),
        {"item": item.pk, "words": "养孔雀", "language": "zh-hans"},
    )

    assert answer.status_code == 302, answer.content
    assert Alias.objects.get().words == "养孔雀"
    assert find("养孔雀")[0].item == item
    assert AuditEntry.objects.filter(object_kind="catalog.alias").count() == 1


def test_an_office_is_named_anew_and_keeps_its_code_and_region(manager):
    office, region = make_department(), make_region("510100000000")
    change = reverse("admin:catalog_department_change", args=[office.pk])

    answer = manager.post(change, {"name": "另一个名称", "code": "X-ANOTHER", "region": region.pk})

    assert answer.status_code == 302, answer.content
    kept = (office.code, office.region_id)
    office.refresh_from_db()
    assert (office.code, office.region_id, office.name) == (*kept, "另一个名称")
    assert manager.get(reverse("admin:catalog_department_add")).status_code == 200


def test_a_release_can_be_read_and_nothing_else(manager):
    release = make_release()

    assert manager.get(reverse("admin:catalog_release_changelist")).status_code == 200
    change = reverse("admin:catalog_release_change", args=[release.pk])
    assert manager.get(change).status_code == 200
    assert manager.post(change, {"number": 9}).status_code == 403
    assert manager.get(reverse("admin:catalog_release_add")).status_code == 403
    assert Release.objects.get().number == 1


def test_the_table_of_marks_does_not_say_when_or_in_which_order_they_were_given(manager):
    bad, good = sorted([make_item(), make_item()], key=lambda item: item.code)
    for number, (item, score) in enumerate([(good, 5), (bad, 1), (good, 2)]):
        Rating.objects.create(item=item, score=score, application_reference=f"digest-{number}")
    now = timezone.localtime()

    page = manager.get(
        reverse("admin:catalog_rating_changelist"), headers={"accept-language": "en"}
    )
    rows = [(row.item.code, row.score) for row in page.context["cl"].result_list]
    table = (
        page.content.decode().split('id="result_list"')[1].split("<tbody>")[1].split("</table>")[0]
    )

    assert rows == [(bad.code, 1), (good.code, 2), (good.code, 5)]
    assert f"{now:%B %Y}" in table
    assert f"{now.day} {now:%b}" not in table
    assert ":" not in re.sub(r"<[^>]*>", "", table)
    assert "<a " not in table
    for rating in Rating.objects.all():
        for way in ("change", "history"):
            address = reverse(f"admin:catalog_rating_{way}", args=[rating.pk])
            assert manager.get(address).status_code in (403, 404)


def test_every_table_of_the_catalogue_can_be_opened(manager):
    make_release()
    for table in (
        *("alias", "calendarday", "dataelement", "department", "lifeevent", "rating", "region"),
        *("release", "requireddocument", "serviceitem", "standarditem", "subject"),
    ):
        address = reverse(f"admin:catalog_{table}_changelist")
        assert manager.get(address).status_code == 200, table


@pytest.mark.parametrize(
    "key", ["x", "99999999999999999999999", "00000000-0000-0000-0000-000000000000"]
)
def test_the_history_of_a_row_nobody_has_is_not_there(manager, key):
    assert manager.get(f"/admin/catalog/alias/{key}/history/").status_code == 404


def test_the_history_of_a_table_is_for_those_who_may_see_the_table(client, manager):
    item = make_item()
    address = reverse("admin:catalog_serviceitem_history", args=[item.pk])
    assert manager.get(address).status_code == 200
    clerk = make_posting()

    sign_in(client, clerk.account)

    assert client.get(address).status_code == 404


def test_a_filter_names_the_choice_of_rows_that_leave_the_column_empty(manager):
    make_release()
    assert DataElement.objects.filter(record_type="").exists()

    page = manager.get(reverse("admin:catalog_dataelement_changelist")).content.decode()

    filters = page[page.index('id="changelist-filter"') :]
    links = re.findall(r"<a[^>]*>(.*?)</a>", filters, re.DOTALL)
    assert "没填" in links
    assert [words for words in links if not words.strip()] == []
