"""HEAD is answered like GET, without a body: at every address that has a name."""

import re
from collections import Counter

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from applications.models import Application
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import make_citizen, make_person, make_posting, sign_in

pytestmark = pytest.mark.django_db

CITIZENS, STAFF = "portal.urls", "portal.urls_staff"

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(resolver, before="/"):
    """Every named address behind a door, as it is written in the lists of addresses."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if not isinstance(one, URLPattern):
            yield from routes(one, route)
        elif one.name and isinstance(one.pattern, RoutePattern):
            yield route


def is_behind(door, address):
    return address.startswith("/admin/") is (door == STAFF)


def walked(client, door, values):
    """Where HEAD says something else than GET, and how often each status was seen."""
    differing, statuses = [], Counter()
    for route in routes(get_resolver(door)):
        address = PARAMETER.sub(lambda name: values.get(name[1], "x"), route)
        if not is_behind(door, address):
            continue
        got, headed = client.get(address), client.head(address)
        statuses[got.status_code] += 1
        kinds = [one.headers.get("Content-Type") for one in (got, headed)]
        if headed.status_code != got.status_code or kinds[0] != kinds[1] or headed.content:
            differing.append((address, got.status_code, headed.status_code))
    return differing, statuses


def values_of(case):
    return {
        "reference": case.reference,
        "code": case.item.code,
        "slug": "reason",
        "page": "privacy",
        "region_code": "511602000000",
        "number": "1",
        "key": "citizen_number",
        "name": "figures.csv",
    }


def test_every_page_of_visitors_and_citizens_answers_head_as_it_answers_get(client):
    account = make_citizen(person=make_person(name="李晓"))
    values = values_of(make_handed_in(account=account))

    as_visitor, seen_by_visitor = walked(client, CITIZENS, values)
    sign_in(client, account)
    as_citizen, seen_by_citizen = walked(client, CITIZENS, values)

    assert (as_visitor, as_citizen) == ([], [])
    assert seen_by_visitor[200] > 20
    assert seen_by_citizen[200] > 30
    assert client.head("/my/").status_code == 200


@pytest.mark.parametrize("capacity", ["clerk", "supervisor", "catalogue"])
def test_every_page_of_officers_answers_head_as_it_answers_get(client, capacity):
    case, clerk = make_in_hand()
    posting = clerk if capacity == "clerk" else make_officer(office_of(case), capacity)
    sign_in(client, posting.account)

    differing, statuses = walked(client, STAFF, values_of(case))

    assert differing == []
    assert statuses[200] > 10


@pytest.mark.parametrize("way", ["take", "hand-back"])
def test_head_does_nothing_that_only_a_form_does(client, way):
    case, posting = make_in_hand()
    sign_in(client, posting.account)
    before = Application.objects.values().get(pk=case.pk)

    answer = client.head(f"/admin/desk/{case.reference}/{way}/")

    assert answer.status_code == 405
    assert "HEAD" not in answer.headers["Allow"]
    assert Application.objects.values().get(pk=case.pk) == before


def test_head_shows_no_more_than_get_to_who_has_no_right_to_it(client):
    sign_in(client, make_posting(capacity="lead").account)

    for address in ("/admin/trail/", "/admin/desk/"):
        assert client.head(address).status_code == client.get(address).status_code == 403
    assert Client().head("/my/").status_code == 302


def test_a_page_kept_for_visitors_is_whole_after_somebody_asked_with_head(client):
    headed = client.head("/trust/")

    assert headed.content == b""
    assert int(headed.headers["Content-Length"]) > 500
    assert len(client.get("/trust/").content) > 500
