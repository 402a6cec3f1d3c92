"""Who judges an officer's look shows first who sits there; what was typed waits meanwhile."""

import re

import pyotp
import pytest
from allauth.mfa.totp.internal.auth import TOTP

from audit.kernel.errors import Refused
from audit.models import AuditEntry, SentinelAlarm
from audit.sentinel.models import VerdictKind
from audit.sentinel.verdicts import judge_alarm, reset_line
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import ask_why
from identity.models import LookQuestion
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from tests.conftest import close_gate
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_department,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WORDS = "问过本人，\r\n当天大厅停电"


@pytest.fixture
def alarm():
    clerk = make_posting()
    sentinel_reads([leave_look(clerk, make_person().pk, case="") for _ in range(11)])
    return SentinelAlarm.objects.get(officer=clerk.officer_code, rule="without_case")


@pytest.fixture
def review():
    clerk = officer_actor(make_posting())
    look_up_person(actor=clerk, person_id=make_person().pk, reason="called", why="本人到窗口问")
    close_gate()
    return LookupReview.objects.get()


@pytest.fixture
def superior():
    posting = make_superior(make_department())
    TOTP.activate(posting.account, SECRET)
    return posting


@pytest.fixture
def question(superior):
    citizen = make_citizen()
    look = make_look(make_posting(department=superior.department), citizen.person_id)
    asked = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么看我？")
    close_gate()
    return asked


def judges():
    """A supervisor with an app whose last code is too long ago."""
    posting = make_posting(capacity="supervisor")
    TOTP.activate(posting.account, SECRET)
    return posting


def sent(client, posting, address, typed):
    """The code page that came instead of the deed; then the same once more with a code."""
    sign_in(client, posting.account, fresh=False)
    assert "f-code" in client.get(address).content.decode()
    waiting = client.post(address, typed)
    page = waiting.content.decode()
    assert f'action="{address}"' in page
    for name, value in typed.items():
        assert re.search(f'name="{name}" value="{value}"', page)
    yield
    again = client.post(address, {**typed, "code": pyotp.TOTP(SECRET).now()})
    assert again.status_code == 302
    yield


def test_a_verdict_on_an_alarm_waits_for_the_code_with_its_words(client, alarm):
    typed = {"kind": "explained", "words": WORDS}
    going = sent(client, judges(), f"/admin/trail/alarms/{alarm.pk}/", typed)

    next(going)
    alarm.refresh_from_db()
    assert alarm.state == "raised"
    next(going)

    alarm.refresh_from_db()
    assert (alarm.state, alarm.verdict) == ("judged", "explained")


def test_a_review_of_a_look_waits_for_the_code_with_its_words(client, review):
    typed = {"state": "not_fine", "words": WORDS}
    going = sent(client, judges(), f"/admin/lookup/reviews/{review.reference}/", typed)

    next(going)
    review.refresh_from_db()
    assert review.state == "open"
    next(going)

    review.refresh_from_db()
    assert review.state == "not_fine"


def test_an_answer_to_a_question_waits_for_the_code_with_its_words(client, superior, question):
    typed = {"verdict": "for_work", "answer": WORDS}
    going = sent(client, superior, f"/admin/questions/{question.reference}/", typed)

    next(going)
    question.refresh_from_db()
    assert question.answered_at is None
    next(going)

    question.refresh_from_db()
    assert question.answered_by == superior.officer_code


def test_no_program_judges_with_a_code_that_is_too_old(alarm, review, superior, question):
    stale = officer_actor(judges(), proven_at=None)
    before = AuditEntry.objects.count()
    calls = {
        "verdict": lambda: judge_alarm(
            actor=stale, number=alarm.pk, kind=VerdictKind.EXPLAINED, words=WORDS
        ),
        "line": lambda: reset_line(
            actor=stale, rule=alarm.rule, department=alarm.department, capacity=alarm.capacity
        ),
        "review": lambda: judge_look(
            actor=stale, reference=review.reference, state=LookupReview.State.FINE, words=""
        ),
        "answer": lambda: answer_question(
            actor=officer_actor(superior, proven_at=None),
            reference=question.reference,
            verdict=LookQuestion.Verdict.FOR_WORK,
            answer=WORDS,
        ),
    }

    said = {}
    for name, call in calls.items():
        with pytest.raises(Refused) as refused:
            call()
        said[name] = refused.value.code

    assert said == dict.fromkeys(calls, "identity.code_needed")
    assert AuditEntry.objects.count() == before
