"""Rights on objects: granted to groups, read once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from audit.kernel.actors import Actor
from catalog.models import Department
from identity.rights import grant, group_of_post, rights_for_this_request, rights_of
from tests.factories.identity import (
    make_department,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
DEPARTMENT = "catalog.Department"
TABLE = "/admin/catalog/serviceitem/"


@pytest.fixture
def posting():
    return make_posting()


@pytest.fixture
def group(posting):
    """The group of the post, as it is before anybody granted it anything."""
    return Group.objects.create(name=f"clerk@{posting.department.code}")


@pytest.mark.parametrize("granted", [1, 60])
def test_all_rights_cost_one_query_however_many(posting, group, granted, django_assert_num_queries):
    departments = [make_department() for _one in range(granted)]
    for one in departments:
        grant(group, "oversee", one)
    actor = officer_actor(posting)

    with django_assert_num_queries(1):
        rights = rights_of(actor)
        answers = [rights.has(DEPARTMENT, "oversee", one.pk) for one in departments]

    assert answers == [True] * granted


def test_within_a_request_they_are_read_once(posting, django_assert_num_queries):
    actor = officer_actor(posting)
    with rights_for_this_request(), django_assert_num_queries(1):
        for _time in range(5):
            rights_of(actor)


def test_the_next_request_reads_them_anew(posting, group):
    actor, department = officer_actor(posting), make_department()
    with rights_for_this_request():
        assert not rights_of(actor).has(DEPARTMENT, "oversee", department.pk)

    grant(group, "oversee", department)

    with rights_for_this_request():
        assert rights_of(actor).ids(DEPARTMENT, "oversee") == {str(department.pk)}


def test_a_right_is_for_one_object_one_right_and_its_group(posting, group):
    other = Group.objects.create(name="theirs")
    mine, theirs = make_department(), make_department()
    grant(group, "oversee", mine)
    grant(other, "oversee", theirs)

    rights = rights_of(officer_actor(posting))

    assert rights.ids(DEPARTMENT, "oversee") == {str(mine.pk)}
    assert rights.ids(DEPARTMENT, "close") == frozenset()
    assert rights.ids("catalog.Region", "oversee") == frozenset()


def test_granting_twice_changes_nothing(posting, group):
    department = make_department()

    grant(group, "oversee", department)
    grant(group, "oversee", department)

    assert rights_of(officer_actor(posting)).ids(DEPARTMENT, "oversee") == {str(department.pk)}


def test_who_holds_no_posting_holds_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not rights_of(Actor.anonymous()).ids(DEPARTMENT, "oversee")


def test_the_group_of_a_post_works_its_department(posting):
    group_of_post("clerk", posting.department)

    rights = rights_of(officer_actor(posting))

    assert rights.has(DEPARTMENT, "work_department", posting.department_id)
    assert Department.objects.count() == 1


def test_being_in_a_group_gives_nothing(posting):
    elsewhere = make_department()
    group = group_of_post("clerk", elsewhere)
    posting.account.groups.add(group, group_of_post("catalogue", elsewhere))

    rights = rights_of(officer_actor(posting))

    assert not rights.has(DEPARTMENT, "work_department", elsewhere.pk)
    assert posting.account.get_group_permissions() == set()


def test_the_tables_are_those_of_the_posting_in_use(client):
    works = make_posting(is_primary=True)
    keeps = make_posting(account=works.account, capacity="catalogue")
    group_of_post("catalogue", keeps.department)
    sign_in(client, works.account)
    assert client.get(TABLE).status_code == 403

    client.post("/admin/posting/", {"posting": str(keeps.pk), "next": "/admin/"})

    assert client.get(TABLE).status_code == 200


@pytest.mark.parametrize("days", [1, 0, -1])
def test_the_tables_close_the_day_after_a_posting_ends(client, days):
    today = timezone.localdate()
    works = make_posting()
    ends = {"valid_from": today - timedelta(days=9), "valid_to": today + timedelta(days=days)}
    keeps = make_posting(account=works.account, capacity="catalogue", is_primary=True, **ends)
    group_of_post("catalogue", keeps.department)
    sign_in(client, works.account)

    assert client.get(TABLE).status_code == (403 if days < 0 else 200)


@pytest.mark.parametrize(
    ("capacity", "may", "may_not"),
    [
        ("sysadmin", "identity.change_posting", "auth.change_group"),
        ("secadmin", "auth.change_group", "identity.change_posting"),
        ("catalogue", "catalog.change_serviceitem", "identity.view_account"),
        ("clerk", None, "identity.view_account"),
        ("supervisor", None, "catalog.change_serviceitem"),
    ],
)
def test_posts_keep_their_own_tables_and_delete_nothing(capacity, may, may_not):
    officer = make_staff()
    officer.post_in_use = group_of_post(capacity, make_department()).name

    held = officer.get_group_permissions()

    assert may is None or may in held
    assert may_not not in held
    assert not [one for one in held if ".delete_" in one]
