"""Progress by look-up code, the own list, and the mark after the outcome."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from applications.models import Application
from applications.selectors.own import own_case, own_cases
from applications.states import State
from audit.kernel.errors import Refused
from audit.kernel.ids import random_code
from audit.models import AuditEntry
from catalog.models import Rating
from tests.applications.test_citizen_submit import fill, hand_in
from tests.conftest import close_gate
from tests.factories.citizen import make_draft, make_li_xiao, make_mill, make_release
from tests.factories.identity import citizen_actor, make_citizen, sign_in
from tests.factories.portal import end_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.FILES_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def citizen(client):
    make_release()
    account = make_li_xiao()
    sign_in(client, account)
    return account


@pytest.fixture
def case(client, citizen) -> Application:
    draft = make_draft(citizen)
    fill(client, draft)
    hand_in(client, draft)
    draft.refresh_from_db()
    return draft


def decided(case, state=State.APPROVED) -> Application:
    end_case(case, at=timezone.now(), granted=state == State.APPROVED)
    return case


def test_a_code_shows_state_date_and_holder_and_nothing_personal(client, case):
    client.logout()
    entries = AuditEntry.objects.count()
    typed = f" {case.track_code.lower()[:4]}-{case.track_code[4:]}"
    page = client.get("/track/", {"code": typed}, follow=True)
    assert page.status_code == 200
    words = page.content.decode()
    assert case.due_on.isoformat() in words
    assert case.queue.department.name in words
    for personal in ("李晓", "李*", case.reference, "13800138000"):
        assert personal not in words
    assert AuditEntry.objects.count() == entries


def test_unknown_and_foreign_codes_and_drafts_are_one_answer(client, case):
    draft = make_draft(make_citizen())
    pages = [
        client.get("/track/", {"code": code})
        for code in (random_code(8), draft.track_code, "nothing", "7" * 400, "😀", "\u202e'", "%")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({len(page.context["page_errors"]) for page in pages}) == 1
    assert len({page.context["page_errors"][0]["message"] for page in pages}) == 1


def test_without_a_code_the_page_asks_for_one(client):
    assert client.get("/track/").status_code == 200


def test_whoever_guesses_codes_has_to_wait(client):
    answers = [client.get("/track/", {"code": "x"}).status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]


def test_whoever_has_a_code_may_look_as_often_as_they_like(client, case):
    answers = {client.get("/track/", {"code": case.track_code}).status_code for _ in range(35)}
    assert answers == {302}


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_code_does_not_stay_in_the_address(client, case, way):
    client.logout()
    answer = getattr(client, way)("/track/", {"code": case.track_code})

    assert answer.headers["Location"] == "/track/"
    cookie = answer.cookies["track"]
    assert (cookie["httponly"], cookie["path"], cookie["max-age"]) == (True, "/track/", 600)
    page = client.get("/track/").content.decode()
    assert case.track_code in page
    assert f"code={case.track_code}" not in page


def test_another_code_forgets_the_first(client, case):
    client.post("/track/", {"code": case.track_code})
    assert case.track_code not in client.get("/track/?code=").content.decode()
    assert case.track_code not in client.get("/track/").content.decode()


def test_a_made_up_cookie_shows_nothing(client, case):
    client.cookies["track"] = f"{case.track_code}:1:x"
    assert case.track_code not in client.get("/track/").content.decode()


def test_the_own_list_costs_the_same_however_long(client, citizen, django_assert_num_queries):
    make_draft(citizen)
    actor = citizen_actor(citizen)

    def rows():
        return [(row.item.name, row.open_holders[0].kind) for row in own_cases(actor)]

    with django_assert_num_queries(3):
        assert len(rows()) == 1
    make_release("CN191")
    make_release("CN005")
    make_mill(citizen)
    make_draft(citizen, "CN191")
    make_draft(citizen, "CN005")
    with django_assert_num_queries(3):
        assert len(rows()) == 3


def test_the_own_case_says_who_has_it_and_what_comes(case, citizen):
    own = own_case(citizen_actor(citizen), case.reference)
    close_gate()
    assert own.progress.state == State.SUBMITTED
    assert own.progress.holder == case.queue.department.name
    kinds = [entry.get("kind", "") for entry in own.progress.entries]
    assert kinds == ["", "now", "next", "next"]
    assert (own.correction, own.points, own.may_rate) == (None, (), False)


def test_a_foreign_case_is_not_there(case):
    with pytest.raises(Refused) as refusal:
        own_case(citizen_actor(make_citizen()), case.reference)
    assert refusal.value.status == 404


def rate(client, case, score):
    return client.post(f"/my/cases/{case.reference}/rate/", {"score": score})


def test_a_mark_is_given_once_changed_once_and_then_stays(client, case):
    decided(case)
    assert rate(client, case, 2).status_code == 302
    assert rate(client, case, 2).status_code == 302
    assert rate(client, case, 5).status_code == 302
    assert rate(client, case, 1).status_code == 409
    assert [rating.score for rating in Rating.objects.all()] == [5]
    assert AuditEntry.objects.filter(verb="application.rated").count() == 2


def test_a_mark_cannot_be_traced_to_its_case(client, case):
    decided(case)
    rate(client, case, 1)
    rating = Rating.objects.get()
    assert case.reference not in rating.application_reference
    entry = AuditEntry.objects.get(verb="application.rated")
    assert entry.detail_hash is None


@pytest.mark.parametrize("score", ["", "0", "6", "x", "5.0", "５", "-1", "9" * 50])
def test_only_five_marks_exist(client, case, score):
    decided(case)
    answer = rate(client, case, score)
    assert answer.status_code == 422
    assert 'href="#f-score"' in answer.content.decode()
    assert 'name="score" value="5"' in answer.content.decode()
    assert Rating.objects.count() == 0


def test_that_a_mark_may_be_changed_is_said_only_while_it_may(client, case):
    decided(case)
    page = f"/my/cases/{case.reference}/"
    assert "您可以改一次" in client.get(page).content.decode()
    rate(client, case, 2)
    assert "您还可以改一次" in client.get(page).content.decode()
    rate(client, case, 5)
    after = client.get(page).content.decode()
    assert "改一次" not in after
    assert 'name="score"' not in after


def test_before_the_outcome_there_is_nothing_to_rate(client, case):
    assert rate(client, case, 5).status_code == 409


def test_a_foreign_case_cannot_be_rated(client, case):
    decided(case)
    sign_in(client, make_citizen())
    assert rate(client, case, 5).status_code == 404
    assert Rating.objects.count() == 0


@pytest.mark.parametrize(("state", "kind"), [(State.APPROVED, ""), (State.REJECTED, "stop")])
def test_an_ended_case_ends_its_line(case, citizen, state, kind):
    decided(case, state)
    own = own_case(citizen_actor(citizen), case.reference)
    close_gate()
    assert own.progress.entries[-1]["kind"] == kind
    assert own.progress.kept
    assert own.may_rate
