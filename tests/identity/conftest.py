"""These tests bring their own few pages, so that they need nothing of the packages above."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def small_portal(settings):
    settings.ROOT_URLCONF = "tests.identity.urls"
    settings.STAFF_URLCONF = "tests.identity.urls_staff"


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    """Attempts are counted in the cache; each test starts from none."""
    cache.clear()
