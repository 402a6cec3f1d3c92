"""The public API of the catalogue: every field named, both languages, pages by key."""

import pytest
from django.test import Client

from catalog.models import Alias, LifeEvent
from catalog.models.life_event import LifeEventMember
from catalog.search.build import build_postings
from tests.factories.catalog import make_department, make_item, make_release

pytestmark = pytest.mark.django_db

LIST = "/api/v1/items/"
AROUND = 4  # each request: a savepoint taken and left, the gate closed before and after


def get(client: Client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_row_says_what_a_list_needs_and_nothing_else(client):
    item = make_item(code="CN014", name="居住证申领", name_en="Residence permit")
    make_release(item)

    [row] = get(client, LIST)["results"]

    assert row == {
        "code": "CN014",
        "name": "居住证申领",
        "name_en": "Residence permit",
        "plain_name": {"zh": "办样例", "en": "Do the sample"},
        "item_type": "20",
        "audience": "person",
        "status": "active",
        "guide_published": True,
        "online": True,
        "department": {
            "code": item.department.code,
            "name": item.department.name,
            "name_en": item.department.name_en,
            "region": "511602000000",
        },
        "address": "/services/CN014/",
    }


def test_pages_follow_one_another_without_a_gap(client):
    codes = sorted(make_item().code for _ in range(7))
    address, seen = f"{LIST}?page_size=3", []
    while address:
        page = get(client, address)
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert seen == codes


def test_the_list_can_be_narrowed_by_department_and_life_event(client):
    mine, other = make_item(), make_item()
    event = LifeEvent.objects.create(slug="newborn", source_id="LE01", name="x", audience="person")
    LifeEventMember.objects.create(event=event, item=other, position=0)

    by_office = get(client, f"{LIST}?department={mine.department.code}")["results"]
    by_event = get(client, f"{LIST}?life_event=newborn")["results"]

    assert [row["code"] for row in by_office] == [mine.code]
    assert [row["code"] for row in by_event] == [other.code]
    assert get(client, f"{LIST}?department=nobody")["results"] == []


def test_the_list_can_be_asked_in_peoples_own_words(client):
    item = make_item(name="食品经营许可")
    Alias.objects.create(item=item, words="开饭店")
    build_postings()
    assert [row["code"] for row in get(client, f"{LIST}?q=开饭店")["results"]] == [item.code]
    nobody = make_department().code
    assert get(client, f"{LIST}?q=开饭店&department={nobody}")["results"] == []


def test_one_item_comes_whole_with_its_form(client):
    item = make_item(code="CN014")
    release = make_release(item)

    whole = get(client, f"{LIST}CN014/")

    guide = whole["guide"]
    assert guide["release"]["number"] == 1
    assert guide["release"]["content_hash"] == release.content_hash
    assert guide["form"]["$schema"].endswith("2020-12/schema")
    assert list(guide["form"]["properties"]) == ["name"]
    assert guide["limits"]["promised"] == {"amount": 5, "unit": "working_days", "note": None}
    assert guide["steps"][0]["department"]["code"] == item.department.code
    assert whole["explained_by"] == []


def test_a_listed_item_names_the_guide_that_explains_it(client):
    listed = make_item(code="GA0029", listed_only=True)
    guide = make_item(code="CN014")
    make_release(guide)
    guide.similar.add(listed)
    whole = get(client, f"{LIST}GA0029/")
    assert (whole["guide"], whole["explained_by"]) == (None, ["CN014"])


@pytest.mark.parametrize("code", ["XX999", "%00", "😀", "a" * 300])
def test_an_unknown_item_is_not_there(client, code):
    assert client.get(f"{LIST}{code}/").status_code in {400, 404}


@pytest.mark.parametrize(
    "query",
    ["cursor=%F0%9F", "cursor=abc", "page_size=-1", "page_size=x", "q=%00", "life_event=%00"],
)
def test_garbage_in_the_query_is_never_a_fault(client, query):
    assert client.get(f"{LIST}?{query}").status_code in {200, 400, 404}


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_costs_the_same_however_long(client, count, django_assert_num_queries):
    office = make_department()
    for _ in range(count):
        make_release(make_item(department=office))
    with django_assert_num_queries(2 + AROUND):  # the items with their office, their releases
        get(client, LIST)


def test_nothing_can_be_written(client):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(LIST).status_code == 405
