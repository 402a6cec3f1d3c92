"""Putting right what an office asked for, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications.access import WORK_QUEUE
from applications.actions.claim import claim_next
from applications.actions.request_correction import request_correction
from applications.models import Application, Attachment, Clock, Correction, Holder, Queue
from applications.selectors.others import everybody_in
from applications.states import State
from audit.kernel.clock import WorkCalendar, working_days_after, working_days_between
from audit.leaks.recognise import recognise
from audit.models import AuditEntry
from audit.trail import record
from identity.rights import grant, group_of_post
from identity.selectors.numbered import digest_of_number
from portal.desk.leak_directory import PortalLeakDirectory
from tests.applications.test_citizen_submit import fill, hand_in
from tests.conftest import close_gate
from tests.demands import judge_at_once
from tests.factories.citizen import (
    jpeg,
    make_draft,
    make_li_xiao,
    make_release,
    told_in,
    upload,
    values_of,
)
from tests.factories.identity import (
    ARRANGING,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

POINTS = [
    {"target": "phone", "text": "这个号码打不通"},
    {"target": "material:photo", "text": "照片太暗"},
]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def officer():
    make_release()
    posting = make_posting(department=Queue.objects.get().department)
    grant(group_of_post("clerk", posting.department), WORK_QUEUE, Queue.objects.get())
    return officer_actor(posting)


@pytest.fixture
def case(client, officer) -> Application:
    """A case handed in, taken up, and sent back with two points three days ago."""
    account = make_li_xiao()
    sign_in(client, account)
    draft = make_draft(account)
    fill(client, draft)
    hand_in(client, draft)
    taken = claim_next(actor=officer)
    assert taken == draft
    request_correction(actor=officer, reference=draft.reference, points=POINTS)
    close_gate()
    Clock.objects.update(paused_at=timezone.now() - timedelta(days=7))
    draft.refresh_from_db()
    return draft


def answer(client, case, **data):
    return client.post(f"/apply/{case.reference}/correction/", {"shown": "phone", **data})


def test_the_page_opens_only_what_was_asked_with_the_old_beside_it(client, case):
    page = client.get(f"/apply/{case.reference}/correction/").content.decode()
    assert "这个号码打不通" in page
    assert "13800138000" in page
    assert 'name="phone"' in page
    assert 'name="file-photo"' in page
    assert 'name="school"' not in page
    assert 'name="file-study-proof"' not in page


def test_answering_everything_lets_the_clock_run_and_gives_it_back_to_the_same_officer(
    client, case, officer
):
    due, paused = case.due_on, Clock.objects.get().paused_at
    done = answer(client, case, phone="13900139000", **{"file-photo": upload(jpeg(quality=40))})
    assert done.headers["Location"] == f"/my/cases/{case.reference}/"
    case.refresh_from_db()
    assert (case.state, case.claimed_by) == (State.ACCEPTED, officer.account_id)
    assert Holder.objects.get(application=case, until=None).kind == "department"
    clock = Clock.objects.get()
    calendar = WorkCalendar()
    stood = working_days_between(
        timezone.localdate(paused), timezone.localdate(clock.resumed_at), calendar
    )
    assert stood == 5
    assert case.due_on == working_days_after(due, stood, calendar)
    assert told_in(case, "phone") == "13900139000"
    assert "raw" not in values_of(case)["phone"]
    assert recognise("13900139000", PortalLeakDirectory()).people == [case.subject_id]
    assert AuditEntry.objects.filter(verb="application.corrected").count() == 1


def test_whoever_is_named_in_what_was_put_right_is_in_the_case_beside_who_was_before(client, case):
    judge_at_once()
    before, now = make_number(), make_number()
    named = [make_person(number=one).pk for one in (before, now)]
    case.named = [digest_of_number(before)]
    case.save(update_fields=["named"])
    note = {"note-phone": f"这个手机是{now}办的"}

    answer(client, case, phone="13900139000", **note, **{"file-photo": upload(jpeg(quality=40))})

    case.refresh_from_db()
    assert case.state == State.ACCEPTED
    assert everybody_in(case) == [case.subject_id, *named]


def test_whoever_is_named_in_half_an_answer_is_in_the_case_at_once(client, case):
    judge_at_once()
    first, second = make_number(), make_number()
    named = [make_person(number=one).pk for one in (first, second)]

    half = answer(client, case, phone="13900139000", **{"note-phone": f"这是{first}的手机"})
    assert half.status_code == 422
    case.refresh_from_db()
    assert everybody_in(case) == [case.subject_id, named[0]]

    material = {"file-photo": upload(jpeg(quality=40), name=f"证件{second}.jpg")}
    answer(client, case, phone="13900139000", **material)
    case.refresh_from_db()
    assert set(everybody_in(case)) == {case.subject_id, *named}


def test_half_an_answer_is_kept_and_nothing_goes_back(client, case):
    half = answer(client, case, phone="13900139000")
    assert half.status_code == 422
    page = half.content.decode()
    assert 'href="#f-file-photo"' in page
    assert "13900139000" in page
    case.refresh_from_db()
    assert case.state == State.CORRECTING
    assert told_in(case, "phone") == "13800138000"
    assert told_in(case, "phone", "raw") == "13900139000"


def test_a_file_is_kept_even_when_an_answer_does_not_pass(client, case):
    answer(client, case, phone="1", **{"file-photo": upload(jpeg(quality=40))})
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    assert Attachment.objects.filter(application=case, material="photo").count() == 2
    close_gate()
    assert answer(client, case, phone="13900139000").status_code == 302


def test_the_same_answer_again_needs_a_reason(client, case):
    file = {"file-photo": upload(jpeg(quality=40))}
    assert answer(client, case, phone="13800138000", **file).status_code == 422
    done = answer(client, case, phone="13800138000", **{"note-phone": "号码是对的，请再打"})
    assert done.status_code == 302
    assert values_of(case)["phone"]["note"] == "号码是对的，请再打"


def test_questions_nobody_asked_about_stay_as_they_are(client, case):
    file = {"file-photo": upload(jpeg(quality=40))}
    data = {"shown": ["phone", "school"], "phone": "13900139000", "school": "别的学校", **file}
    client.post(f"/apply/{case.reference}/correction/", data)
    assert values_of(case)["school"]["value"] == "广安中学"


def test_a_paper_nobody_asked_about_stays_as_it_is(client, case):
    file = {"file-study-proof": upload(jpeg(quality=40))}
    assert answer(client, case, phone="13900139000", **file).status_code == 404


def test_the_file_the_office_has_seen_already_is_no_answer(client, case):
    page = answer(client, case, phone="13900139000", **{"file-photo": upload(jpeg())})
    assert page.status_code == 422
    assert "这和原来那份是同一个文件" in page.content.decode()


def test_the_office_has_seen_the_old_file_so_it_cannot_be_taken_back(client, case):
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    old = Attachment.objects.get(application=case, material="photo")
    close_gate()
    address = f"/apply/{case.reference}/files/{old.pk}/remove/"
    assert client.post(address).status_code == 404


def test_saving_by_itself_hands_nothing_in(client, case):
    answer(client, case, phone="1", **{"file-photo": upload(jpeg(quality=40))})
    data = {"shown": "phone", "phone": "13900139000"}
    address = f"/apply/{case.reference}/correction/"
    saved = client.post(address, data, headers={"X-Autosave": "1"})
    assert "saved_at" in saved.json()
    later = client.post(address, {**data, "then": "later"})
    assert later.headers["Location"] == "/my/"
    case.refresh_from_db()
    assert case.state == State.CORRECTING
    assert "13900139000" in client.get(address).content.decode()


def test_answering_twice_answers_once(client, case):
    file = {"file-photo": upload(jpeg(quality=40))}
    answer(client, case, phone="13900139000", **file)
    again = answer(client, case, phone="13900139000")
    assert again.status_code == 409
    assert AuditEntry.objects.filter(verb="application.corrected").count() == 1
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    assert Correction.objects.get().answered_at is not None
    close_gate()
