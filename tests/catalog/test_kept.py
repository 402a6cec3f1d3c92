"""What a process keeps of the catalogue is never older than the catalogue."""

from gc import collect
from weakref import ref

import pytest
from django.apps import apps
from django.db import connection, transaction

from audit.kernel.errors import Refused
from catalog.kept import current_mark, kept
from catalog.models import CatalogVersion, Department, Rating
from catalog.selectors.guide import offer_of
from tests.factories.catalog import BEGINNING, make_department, make_item, make_release

pytestmark = pytest.mark.django_db

GUIDE = "/services/CN014/"
# pg_trigger.tgtype: before (2), insert (4), delete (8), update (16), truncate (32); no row bit
BEFORE_EVERY_STATEMENT = 62
AROUND = 4  # each request: a savepoint taken and left, the gate closed before and after


@pytest.fixture
def item():
    found = make_item(code="CN014")
    make_release(found)
    return found


def test_every_table_of_the_catalogue_moves_its_mark():
    unmoved = {Rating._meta.db_table, CatalogVersion._meta.db_table}
    models = apps.get_app_config("catalog").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models} - unmoved
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text from pg_trigger"
            " where tgname = 'catalog_moves' and tgenabled = 'O' and tgtype = %s",
            [BEFORE_EVERY_STATEMENT],
        )
        moved = {row[0] for row in cursor.fetchall()}
    assert moved == tables


def test_the_mark_stands_still_until_something_is_written(item):
    before = current_mark()
    assert current_mark() == before
    Department.objects.filter(pk=item.department_id).update(phone="0826-1")
    assert current_mark() not in {before, None}


def test_a_change_made_past_the_back_office_is_on_the_next_page(client, item):
    assert item.department.name in client.get(GUIDE).content.decode()
    Department.objects.filter(pk=item.department_id).update(name="改了名的局")
    assert "改了名的局" in client.get(f"{GUIDE}?again").content.decode()


def test_what_a_transaction_took_back_is_not_kept(item):
    with transaction.atomic():
        Department.objects.filter(pk=item.department_id).update(name="没有成立的局")
        assert offer_of("CN014", BEGINNING).item.department.name == "没有成立的局"
        transaction.set_rollback(True)
    assert offer_of("CN014", BEGINNING).item.department.name == item.department.name


def test_a_code_that_was_unknown_is_asked_again():
    with pytest.raises(Refused):
        offer_of("CN014", BEGINNING)
    made = make_item(code="CN014", department=make_department())
    assert offer_of("CN014", BEGINNING).item == made


def test_a_guide_that_was_read_before_costs_one_statement(client, item, django_assert_num_queries):
    client.get(GUIDE)
    with django_assert_num_queries(1 + AROUND):
        client.get(f"{GUIDE}?again")


def test_each_language_has_its_own_page(client, item):
    chinese = client.get(GUIDE, headers={"accept-language": "zh-hans"}).content.decode()
    english = client.get(GUIDE, headers={"accept-language": "en"}).content.decode()
    assert "要准备什么" in chinese
    assert "What to prepare" in english


class Answer:
    """Something that can be seen to be gone."""


def test_what_no_longer_holds_is_not_held_in_memory(item):
    answer = kept(lambda code: Answer())
    before = ref(answer("CN014"))
    assert answer("CN014") is before()
    Department.objects.filter(pk=item.department_id).update(phone="0826-2")
    answer("CN014")
    collect()
    assert before() is None
