"""Public figures: true, and unable to point at anybody."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from applications.models import Application
from applications.states import State
from audit.kernel.actors import Actor
from audit.models import AuditEntry
from audit.trail import record
from catalog.models import ServiceItem
from portal.opendata.figures import count, shown_or_withheld, withheld
from tests.factories.desk import make_rows
from tests.factories.portal import make_case, make_item, make_office, make_release

pytestmark = pytest.mark.django_db

AROUND = 4  # each request: a savepoint taken and left, the gate closed before and after
FAR = date(2099, 1, 1)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def withdraw(case: Application) -> None:
    case.state = State.WITHDRAWN
    case.save()
    taken_back = {"verb": "application.withdrawn", "on": case, "subjects": case.subjects}
    record(actor=Actor.system("test"), **taken_back)


def make_cases(item: ServiceItem, number: int, **fields: object) -> None:
    now = timezone.now()
    for _ in range(number):
        make_case(item, **{"submitted": now, "due": FAR, **fields})


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (4321, 4321)]
)
def test_one_to_nine_are_withheld(number: int, shown: int | None) -> None:
    assert shown_or_withheld(number) == shown


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({1: 40, 2: 12, 3: 4}, {1: 40, 2: None, 3: None}),
        ({1: 40, 2: 5, 3: 4}, {1: 40, 2: None, 3: None}),
        ({1: 40, 2: 0, 3: 4}, {1: None, 2: 0, 3: None}),
        ({1: 40, 2: 12}, {1: 40, 2: 12}),
        ({1: 3}, {1: None}),
        ({}, {}),
    ],
)
def test_a_single_withheld_group_cannot_be_found_from_the_total(values, shown) -> None:
    assert withheld(values) == shown


def test_the_figures_are_those_of_the_database() -> None:
    office = make_office()
    much, little, none = make_item(office), make_item(office), make_item(office)
    now = timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    make_cases(much, 12, decided=now)
    make_cases(much, 11, decided=now, due=yesterday)
    make_cases(much, 13, due=yesterday)
    make_cases(little, 3)
    make_cases(none, 11, decided=now, granted=False)
    for case in Application.objects.filter(item=little):
        withdraw(case)

    figures = count()

    assert (figures.received, figures.decided, figures.open, figures.late) == (50, 34, 13, 24)
    shown = {item.code: (item.received, item.decided, item.late) for item in figures.items}
    assert shown == {much.code: (36, 23, 24), none.code: (None, 11, 0), little.code: (None, 0, 0)}
    assert figures.items[0].code == much.code
    assert figures.offered == 3


def test_drafts_are_nobodys_business() -> None:
    item = make_item(make_office())
    make_cases(item, 12)
    for _ in range(12):
        make_rows(Application.objects.filter(item=item)[0], 1, state=State.DRAFT, submitted_at=None)

    assert Application.objects.filter(state=State.DRAFT).count() == 12
    assert count().received == 12


def test_the_page_shows_no_number_below_ten(client: Client) -> None:
    item = make_item(make_office(), name="开小餐馆", name_en="Open a small restaurant")
    make_cases(item, 7)

    answer = client.get("/open/", headers={"accept-language": "en"})

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Open a small restaurant" in text
    assert "fewer than 10" in text
    assert ">7<" not in text
    assert AuditEntry.objects.count() == 0


def test_the_page_says_so_when_nothing_was_handed_in(client: Client) -> None:
    text = client.get("/open/", headers={"accept-language": "en"}).content.decode()

    assert "The figures begin with the first case." in text


def test_the_page_costs_the_same_with_one_item_and_with_many(
    client: Client, django_assert_num_queries
) -> None:
    office = make_office()
    make_cases(make_item(office), 1)
    count()
    with django_assert_num_queries(5):
        count()
    for _ in range(20):
        make_cases(make_item(office), 1)
    with django_assert_num_queries(5):
        count()


def test_the_page_is_counted_once_and_then_kept(client: Client) -> None:
    client.get("/open/")
    make_cases(make_item(make_office()), 12)

    assert client.get("/open/data/figures.csv").content.count(b"\r\n") == 1


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_figures_as_a_table_carry_their_moment_and_licence(client: Client) -> None:
    office = make_office(name="区行政审批局")
    item = make_item(office, name="=食品,经营")
    make_cases(item, 14)
    other = make_item(office)
    make_cases(other, 2)
    make_cases(make_item(office), 11)

    answer = client.get("/open/data/figures.csv")

    found = {row["code"]: row for row in rows(answer.content)}
    assert found[item.code]["received"] == "14"
    assert found[item.code]["name"] == "'=食品,经营"
    assert found[item.code]["department"] == "区行政审批局"
    assert found[other.code]["received"] == "<10"
    assert found[item.code]["licence"] == "Apache-2.0"
    assert found[item.code]["counted_at"].endswith("+08:00")
    assert 'rel="license"' in answer["Link"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Disposition"].startswith('attachment; filename="figures-')


def test_items_are_published_with_what_their_guide_promises(client: Client) -> None:
    office = make_office()
    guided = make_item(office, local_code="L-1")
    limits = {"promised": {"amount": 5, "unit": "working_days"}}
    make_release(guided, online=True, limits=limits)
    bare = make_item(office)
    retired = make_item(office, status="retired")

    answer = client.get("/open/data/items.json")

    body = json.loads(answer.content)
    assert body["about"]["licence"]["name"] == "Apache-2.0"
    assert body["about"]["as_of"] == timezone.localdate().isoformat()
    items = {item["code"]: item for item in body["items"]}
    assert items[guided.code]["promised_limit"] == 5
    assert items[guided.code]["online"] is True
    assert items[guided.code]["local_code"] == "L-1"
    assert (items[bare.code]["guide_published"], items[bare.code]["online"]) == (False, None)
    assert retired.code not in items


def test_the_table_of_items_says_the_same(client: Client) -> None:
    item = make_item(make_office())

    [row] = rows(client.get("/open/data/items.csv").content)

    assert row["code"] == item.code
    assert row["as_of"] == timezone.localdate().isoformat()


def test_items_are_kept_until_the_catalogue_moves(
    client: Client, django_assert_num_queries
) -> None:
    office = make_office()
    make_item(office)
    assert len(json.loads(client.get("/open/data/items.json").content)["items"]) == 1
    with django_assert_num_queries(1 + AROUND):
        client.get("/open/data/items.json")

    make_item(office)
    assert len(json.loads(client.get("/open/data/items.json").content)["items"]) == 2


@pytest.mark.parametrize("name", ["persons.csv", "..%2fsettings.py", "items.xml"])
def test_another_file_is_not_there(client: Client, name: str) -> None:
    assert client.get(f"/open/data/{name}").status_code == 404


def test_figures_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/open/").status_code == 405
