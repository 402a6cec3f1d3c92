"""What one handed in can be read again, and a draft can be told apart and taken back."""

import pytest
from django.utils import timezone

from applications.models import Application
from applications.states import State
from audit.models import AuditEntry
from tests.applications.test_citizen_submit import fill, hand_in
from tests.factories.citizen import make_draft, make_li_xiao, make_release
from tests.factories.identity import make_citizen, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def citizen(client):
    account = make_li_xiao()
    sign_in(client, account)
    return account


@pytest.fixture
def draft(citizen) -> Application:
    make_release()
    return make_draft(citizen)


def test_answers_files_and_receipt_stay_readable_and_the_look_is_recorded(client, draft):
    fill(client, draft)
    client.post(f"/apply/{draft.reference}/you/", {"shown": "phone", "phone": "13800138000"})
    hand_in(client, draft)
    address = f"/my/cases/{draft.reference}/handed-in/"
    assert f'href="{address}"' in client.get(f"/my/cases/{draft.reference}/").content.decode()

    page = client.get(address).content.decode()

    assert "广安区思源大道12号3栋302" in page
    assert "13800138000" not in page
    assert page.count(f'href="/apply/{draft.reference}/files/') == 2
    assert f'href="/apply/{draft.reference}/receipt/"' in page
    entry = AuditEntry.objects.filter(verb="application.own.viewed").latest("id")
    assert (entry.purpose_kind, entry.object_id) == ("own", str(draft.pk))


def test_of_a_draft_there_is_nothing_handed_in(client, draft):
    answer = client.get(f"/my/cases/{draft.reference}/handed-in/")
    assert answer.headers["Location"] == f"/apply/{draft.reference}/resume/"


def test_what_somebody_else_handed_in_is_not_there(client, draft):
    fill(client, draft)
    hand_in(client, draft)
    sign_in(client, make_citizen())
    assert client.get(f"/my/cases/{draft.reference}/handed-in/").status_code == 404


def test_a_draft_says_its_day_and_number_and_can_be_taken_back_from_the_list(client, draft):
    page = client.get("/my/").content.decode()
    assert f"{timezone.localdate().year}" in page
    assert draft.reference in page
    way = f"/my/cases/{draft.reference}/withdraw/"
    assert f'href="{way}"' in page
    assert f'href="/apply/{draft.reference}/resume/"' in client.get(way).content.decode()

    client.post(way)

    draft.refresh_from_db()
    assert draft.state == State.WITHDRAWN
    assert draft.reference not in client.get("/my/").content.decode()
