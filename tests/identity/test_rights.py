"""Rights on objects: granted to groups, read once."""

import pytest
from django.contrib.auth.models import Group

from catalog.models import Department
from identity.rights import grant, group_of_post, rights_for_this_request, rights_of
from tests.factories.identity import make_department, make_staff

pytestmark = pytest.mark.django_db
DEPARTMENT = "catalog.Department"


@pytest.fixture
def officer():
    return make_staff()


@pytest.mark.parametrize("granted", [1, 60])
def test_all_rights_cost_two_queries_however_many(officer, granted, django_assert_num_queries):
    group = Group.objects.create(name="all")
    officer.groups.add(group)
    departments = [make_department() for _one in range(granted)]
    for one in departments:
        grant(group, "oversee", one)

    with django_assert_num_queries(2):
        rights = rights_of(officer.pk)
        answers = [rights.has(DEPARTMENT, "oversee", one.pk) for one in departments]

    assert answers == [True] * granted


def test_within_a_request_they_are_read_once(officer, django_assert_num_queries):
    with rights_for_this_request(), django_assert_num_queries(2):
        for _time in range(5):
            rights_of(officer.pk)


def test_the_next_request_reads_them_anew(officer):
    group = Group.objects.create(name="new")
    department = make_department()
    grant(group, "oversee", department)
    with rights_for_this_request():
        assert not rights_of(officer.pk).has(DEPARTMENT, "oversee", department.pk)

    officer.groups.add(group)

    with rights_for_this_request():
        assert rights_of(officer.pk).ids(DEPARTMENT, "oversee") == {str(department.pk)}


def test_a_right_is_for_one_object_one_right_and_its_group(officer):
    group, other = Group.objects.create(name="mine"), Group.objects.create(name="theirs")
    officer.groups.add(group)
    mine, theirs = make_department(), make_department()
    grant(group, "oversee", mine)
    grant(other, "oversee", theirs)

    rights = rights_of(officer.pk)

    assert rights.ids(DEPARTMENT, "oversee") == {str(mine.pk)}
    assert rights.ids(DEPARTMENT, "close") == frozenset()
    assert rights.ids("catalog.Region", "oversee") == frozenset()


def test_granting_twice_changes_nothing(officer):
    group, department = Group.objects.create(name="twice"), make_department()
    officer.groups.add(group)

    grant(group, "oversee", department)
    grant(group, "oversee", department)

    assert rights_of(officer.pk).ids(DEPARTMENT, "oversee") == {str(department.pk)}


def test_a_stranger_holds_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not rights_of(None).ids(DEPARTMENT, "oversee")


def test_the_group_of_a_post_works_its_department(officer):
    department = make_department()
    officer.groups.add(group_of_post("clerk", department))

    assert rights_of(officer.pk).has(DEPARTMENT, "work_department", department.pk)
    assert Department.objects.count() == 1


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
def test_posts_keep_their_own_tables_and_delete_nothing(officer, capacity, may, may_not):
    officer.groups.add(group_of_post(capacity, make_department()))

    held = officer.get_group_permissions()

    assert may is None or may in held
    assert may_not not in held
    assert not [one for one in held if ".delete_" in one]
