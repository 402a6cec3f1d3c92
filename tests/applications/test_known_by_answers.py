"""What was handed in leads back to whose case it is when it comes out."""

import pytest

from applications.actions.mark_answers import mark_answers
from applications.definitions import definition_for
from applications.selectors.sheet import Sheet
from audit.leaks.recognise import recognise
from audit.trail import record
from portal.desk.leak_directory import PortalLeakDirectory
from tests.applications.test_citizen_submit import fill, hand_in
from tests.conftest import close_gate
from tests.factories.citizen import (
    make_draft,
    make_li_xiao,
    make_mill,
    make_release,
    told,
    told_in,
)
from tests.factories.identity import ARRANGING, make_citizen, make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def draft(client):
    account = make_li_xiao()
    sign_in(client, account)
    make_release()
    return make_draft(account)


def known_by(text: str) -> list:
    return recognise(text, PortalLeakDirectory()).people


@pytest.mark.parametrize(
    "leaked",
    ["13800138000", "138 0013 8000", "广安区思源大道12号3栋302", "广安中学"],
)
def test_an_answer_that_came_out_leads_to_whose_case_it_is(client, draft, leaked):
    fill(client, draft)
    assert known_by("13800138000") == []

    hand_in(client, draft)

    assert known_by(leaked) == [draft.subject_id]


def test_an_answer_says_which_of_two_of_a_name_is_meant(client, draft):
    make_person(name="李晓")
    fill(client, draft)
    hand_in(client, draft)

    assert known_by("李晓") == []
    assert known_by("李晓 2024-03-01") == [draft.subject_id]


def test_answers_to_hidden_questions_and_such_as_many_give_lead_nowhere(client, draft):
    fill(client, draft)
    assert told_in(draft, "employer") == "和兴"
    hand_in(client, draft)

    for answer in ("和兴", "rent", "collect"):
        assert known_by(answer) == []


def test_what_a_public_register_shows_leads_nowhere(client):
    owner = make_citizen()
    make_release("CN058")
    make_mill(owner)
    draft = make_draft(owner, "CN058")
    answers = {"business_name": told("清溪纸业"), "legal_representative": told("欧阳晓")}
    record(actor=ARRANGING, verb="test.arranged", subjects=draft.subjects)
    mark_answers(Sheet(draft, definition_for(draft), answers))
    close_gate()

    assert known_by("清溪纸业") == []
    assert known_by("欧阳晓") == [draft.subject_id]
