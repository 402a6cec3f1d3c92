"""A draft and the releases of its item: pinned while its own holds, moved when a newer one does."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from applications.actions.submit import submit_application
from applications.models import Application, Attachment
from applications.states import State
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.trail import record
from catalog.models import Release
from catalog.schema.publish import publish_release
from tests.conftest import close_gate
from tests.factories.citizen import (
    actor_of,
    jpeg,
    make_draft,
    make_li_xiao,
    make_release,
    set_values,
    told,
    told_in,
    upload,
    values_of,
)
from tests.factories.identity import ARRANGING, make_citizen, sign_in

pytestmark = pytest.mark.django_db

MOVE = "/apply/{}/release/"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def citizen(client):
    account = make_li_xiao()
    sign_in(client, account)
    return account


@pytest.fixture
def draft(client, citizen) -> Application:
    make_release("CN014")
    return make_draft(citizen, "CN014")


def publish_next(draft: Application, *, days: int = 0, **changes: Any) -> Release:
    """The next release: a school address is new, the employer gone, the ground asked otherwise,
    and no photograph is wanted any more."""
    content = json.loads(json.dumps(draft.release.content))
    page = content["pages"][2]
    ground, _employer, months, school = page["questions"]
    ground["hint"] = {"zh": "选一个", "en": "Choose one"}
    address = {**school, "key": "school_address", "title": {"zh": "学校在哪", "en": "Where it is"}}
    page["questions"] = [ground, months, school, address]
    content["materials"] = [one for one in content["materials"] if one["code"] != "photo"]
    return publish_release(
        item=draft.item,
        content={**content, **changes},
        drafted_by=uuid4(),
        approved_by=uuid4(),
        in_force_from=timezone.localdate() + timedelta(days=days),
    )


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def check(client, draft: Application) -> str:
    return text(client.get(f"/apply/{draft.reference}/check/"))


def test_a_draft_of_the_newest_release_hears_nothing_of_releases(client, draft):
    page = check(client, draft)

    assert 'id="newer"' not in page
    assert 'name="declared"' in page


def test_an_announced_release_is_told_with_its_day_and_the_draft_can_still_be_handed_in(
    client, draft
):
    publish_next(draft, days=9)
    client.cookies["django_language"] = "en"

    page = check(client, draft)

    day = timezone.localdate() + timedelta(days=9)
    assert f"{day.day} {day:%B %Y}" in page
    assert "Where it is" in page
    assert 'name="declared"' in page
    assert MOVE.format(draft.reference) not in page


def test_pressing_the_button_of_an_announced_release_moves_nothing(client, draft):
    publish_next(draft, days=9)

    client.post(MOVE.format(draft.reference))

    draft.refresh_from_db()
    assert draft.release.number == 1


def test_a_release_in_force_shows_what_differs_and_takes_the_place_of_handing_in(client, draft):
    publish_next(draft)
    client.cookies["django_language"] = "en"

    page = check(client, draft)

    told = page[page.index('id="newer"') : page.index("</section>", page.index('id="newer"'))]
    for name, change in (
        ("Where it is", "New"),
        ("Where you work", "No longer asked"),
        ("photograph", "No longer asked"),
    ):
        row = next(row for row in told.split("<li>") if name.lower() in row.lower())
        assert change in row
    assert "Asked differently" in told
    assert MOVE.format(draft.reference) in told
    assert 'name="declared"' not in page


def test_a_form_that_no_longer_holds_is_not_handed_in_by_any_road(client, citizen, draft):
    publish_next(draft)

    with pytest.raises(Refused) as refusal:
        submit_application(actor=actor_of(citizen), reference=draft.reference, declared=True)
    answer = client.post(f"/apply/{draft.reference}/check/", {"declared": "yes"})

    assert refusal.value.code == "application.release_changed"
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == (State.DRAFT, None)


def test_going_on_keeps_what_was_written_and_drops_what_nobody_asks_any_more(client, draft):
    set_values(
        draft,
        ground=told("study"),
        school=told("广安中学"),
        employer=told("和兴"),
        **{"record:residence.since_checked": told(True)},
    )
    client.post(f"/apply/{draft.reference}/materials/", {"file-photo": upload(jpeg())})
    release = publish_next(draft)

    answer = client.post(MOVE.format(draft.reference))

    assert answer.headers["Location"] == f"/apply/{draft.reference}/check/"
    draft.refresh_from_db()
    assert draft.release == release
    kept = values_of(draft)
    assert kept["school"]["value"] == "广安中学"
    assert "employer" not in kept
    assert "record:residence.since_checked" in kept
    record(actor=ARRANGING, verb="test.looked", subjects=draft.subjects)
    assert Attachment.objects.get(application=draft).removed_at is not None
    close_gate()
    entry = AuditEntry.objects.get(verb="application.release_taken")
    assert entry.purpose_kind == "own"
    page = check(client, draft)
    assert "广安中学" in page
    assert 'name="declared"' in page


def test_pressing_twice_moves_once(client, draft):
    publish_next(draft)

    client.post(MOVE.format(draft.reference))
    again = client.post(MOVE.format(draft.reference))

    assert again.headers["Location"] == f"/apply/{draft.reference}/check/"
    assert AuditEntry.objects.filter(verb="application.release_taken").count() == 1


def test_an_answer_to_another_kind_of_question_stays_as_it_was_typed(client, draft):
    set_values(draft, insured_months=told(18))
    content = json.loads(json.dumps(draft.release.content))
    months = content["pages"][2]["questions"][2]
    months.update(element="insurance.employer", record_type=None)
    publish_next(draft, pages=content["pages"])

    client.post(MOVE.format(draft.reference))

    assert told_in(draft, "insured_months", "raw") == "18"
    assert "value" not in values_of(draft)["insured_months"]


def test_new_questions_a_register_answers_lead_over_the_consent(client, draft):
    content = json.loads(json.dumps(draft.release.content))
    content["pages"][0]["questions"].append(
        {**content["pages"][2]["questions"][2], "key": "months_again", "show_if": None}
    )
    publish_next(draft, pages=content["pages"])

    answer = client.post(MOVE.format(draft.reference))

    assert answer.headers["Location"] == f"/apply/{draft.reference}/consent/"


def test_a_service_that_left_the_portal_says_so_and_keeps_the_draft_as_it_is(client, draft):
    gone = {"pages": [], "facts": {}, "materials": [], "eligibility": [], "outcome": None}
    publish_next(draft, online=False, **gone)

    answer = client.post(MOVE.format(draft.reference))

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.release.number == 1


def test_somebody_elses_draft_is_not_there(client, draft):
    publish_next(draft)
    sign_in(client, make_citizen())

    assert client.post(MOVE.format(draft.reference)).status_code == 404
    draft.refresh_from_db()
    assert draft.release.number == 1
