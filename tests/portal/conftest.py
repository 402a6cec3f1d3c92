"""Whose data most of these tests are about, and who looks at them."""

import pytest

from identity.models import Account, Posting
from tests.factories.identity import make_citizen, make_posting


@pytest.fixture
def citizen() -> Account:
    """Somebody with a person of their own; nobody is signed in."""
    return make_citizen()


@pytest.fixture
def clerk() -> Posting:
    """A clerk at a desk of an office of their own; not signed in."""
    return make_posting()
