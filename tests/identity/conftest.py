"""These tests bring their own few pages, so that they need nothing of the packages above."""

import pytest
from django.core.cache import cache

from tests.factories.identity import make_citizen, make_department, make_posting


@pytest.fixture(autouse=True)
def small_portal(settings):
    settings.ROOT_URLCONF = "tests.identity.urls"
    settings.STAFF_URLCONF = "tests.identity.urls_staff"


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    """Attempts are counted in the cache; each test starts from none."""
    cache.clear()


@pytest.fixture
def citizen():
    return make_citizen()


@pytest.fixture
def office():
    return make_department(name="区公安分局")


@pytest.fixture
def clerk(office):
    return make_posting(department=office)


@pytest.fixture
def two():
    """The supervisors a hold takes."""
    return make_posting(capacity="supervisor"), make_posting(capacity="supervisor")
