"""Who most tests of the supervisor's room are about."""

import pytest
from django.test import Client

from identity.models import Posting
from tests.factories.identity import make_posting, sign_in


@pytest.fixture
def supervisor(client: Client) -> Posting:
    """A supervisor who is signed in."""
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting
