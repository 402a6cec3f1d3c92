"""Which document somebody opened: told by its name to whom it belongs, in both languages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.actions.attach import open_own_file
from applications.actions.open_file import open_file
from applications.models import Application, Attachment
from audit.trail import record
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.citizen import actor_of
from tests.factories.desk import make_in_hand
from tests.factories.identity import ARRANGING, officer_actor, sign_in

pytestmark = pytest.mark.django_db

PHOTO, STUDY = "办件的一份材料：近期免冠照片", "办件的一份材料：在读证明"


@pytest.fixture
def in_hand():
    return make_in_hand()


def hand_in(case: Application, material: str, *, days_ago: int = 1) -> Attachment:
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    file = Attachment.objects.create(
        application=case,
        subject_id=case.subject_id,
        material=material,
        name="照片.jpg",
        content_type="image/jpeg",
        size=25,
        sha256=f"{Attachment.objects.count():064d}",
        stored_as=f"{case.pk}-{Attachment.objects.count()}",
        uploaded_at=timezone.now() - timedelta(days=days_ago),
    )
    close_gate()
    return file


def look_at(case: Application, clerk, number: int) -> None:
    open_file(actor=officer_actor(clerk), reference=case.reference, number=number)
    close_gate()


def seen_by_owner(client, case: Application) -> list[str]:
    sign_in(client, Account.objects.get(person=case.applicant_id))
    looks = client.get("/my/access/").context["people"].single
    return [one.seen for one in looks if one.what == "打开了您的一份材料"]


def test_each_look_names_the_document_it_opened_in_list_and_detail(client, in_hand):
    case, clerk = in_hand
    hand_in(case, "photo", days_ago=2)
    hand_in(case, "study-proof")
    for number in (1, 2):
        look_at(case, clerk, number)

    assert seen_by_owner(client, case) == [STUDY, PHOTO]
    page = client.get("/my/access/")
    number = page.context["people"].looks[0].number
    assert STUDY in client.get(f"/my/access/{number}/").content.decode()
    client.cookies["django_language"] = "en"
    assert (
        "one document of the case: Proof of enrolment" in client.get("/my/access/").content.decode()
    )


def test_the_number_is_counted_as_the_files_stood_at_that_moment(client, in_hand):
    case, clerk = in_hand
    photo = hand_in(case, "photo", days_ago=2)
    hand_in(case, "study-proof")
    look_at(case, clerk, 1)
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    Attachment.objects.filter(pk=photo.pk).update(removed_at=timezone.now())
    close_gate()
    look_at(case, clerk, 1)

    assert seen_by_owner(client, case) == [STUDY, PHOTO]


def test_a_document_its_form_does_not_know_any_more_is_named_by_its_code(client, in_hand):
    case, clerk = in_hand
    hand_in(case, "gone")
    look_at(case, clerk, 1)

    assert seen_by_owner(client, case) == ["办件的一份材料：gone"]


def test_ones_own_look_names_it_too(client, in_hand):
    case, _clerk = in_hand
    owner = Account.objects.get(person=case.applicant_id)
    file = hand_in(case, "photo")
    open_own_file(actor=actor_of(owner), reference=case.reference, attachment_id=file.pk)
    close_gate()
    sign_in(client, owner)

    assert PHOTO in [one.seen for one in client.get("/my/access/").context["own"].looks]


def test_many_looks_at_documents_ask_no_more_than_one(client, in_hand):
    case, clerk = in_hand
    hand_in(case, "photo", days_ago=2)
    hand_in(case, "study-proof")
    look_at(case, clerk, 1)
    seen_by_owner(client, case)
    asked = []
    for how_many in (0, 8):
        for _look in range(how_many):
            look_at(case, clerk, 2)
        with CaptureQueriesContext(connection) as captured:
            client.get("/my/access/")
        asked.append(len(captured))

    assert asked[0] == asked[1]
