"""What people read about a look at a covered value: which value it was, and the reason."""

import pytest

from applications.actions.reveal_answer import REASONS
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import sign_in

pytestmark = pytest.mark.django_db


def test_a_covered_value_that_was_seen_is_named_with_its_reason(client):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    client.post(f"/admin/desk/{case.reference}/reveal/citizen_number/", {"reason": "compare"})
    close_gate()
    sign_in(client, Account.objects.get(person=case.applicant_id))

    page = client.get("/my/access/").content.decode()

    assert f"您的身份证号。原因：{REASONS['compare']}" in page
