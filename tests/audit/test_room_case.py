"""The whole history of a case, and of a person, as supervisors read them."""

import pytest

from applications.models import Alarm, Escalation, Holder
from audit.trail import record
from audit.views import case as case_page
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand, make_rule
from tests.factories.identity import (
    ARRANGING,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.room import TRAIL, ask, look, subjects_of_last, text

pytestmark = pytest.mark.django_db


def test_a_case_is_told_from_its_beginning_with_state_and_whose_hands_it_was_in(client, supervisor):
    case, _clerk = make_in_hand()

    response = client.get(f"{TRAIL}cases/{case.reference}/")

    page = text(response)
    verbs = [line.verb for line in response.context["lines"]]
    assert verbs.index("application.started") < verbs.index("application.claimed")
    office = Holder.objects.get(application=case, until=None).department
    story = response.context["story"]
    assert [one.words for one in story if hasattr(one, "words")][-1] == f"从这时起在{office.name}"
    assert [one.at for one in story] == sorted(one.at for one in story)
    assert case.item.name in page
    assert case.get_state_display() in page


def test_what_hangs_on_a_case_is_part_of_its_history(client, supervisor):
    case, clerk = make_in_hand()
    alarm = Alarm.objects.create(application=case, rule=make_rule(), stage="decide")
    escalation = Escalation.objects.create(
        application=case,
        rules=[],
        department=case.item.department,
        asked_by=clerk.account_id,
    )
    record(actor=officer_actor(supervisor), verb="alarm.seen", on=alarm)
    record(actor=ARRANGING, verb="test.escalated", on=escalation)
    close_gate()

    verbs = [line.verb for line in client.get(f"{TRAIL}cases/{case.reference}/").context["lines"]]

    assert {"alarm.seen", "test.escalated"} <= set(verbs)


def test_turns_stand_on_the_page_of_their_time_and_on_no_other(client, supervisor, monkeypatch):
    monkeypatch.setattr(case_page, "ENTRIES", 50)
    case, clerk = make_in_hand()
    person = make_person()
    for _ in range(120):
        look(clerk, person, case.reference)

    here = f"{TRAIL}cases/{case.reference}/"
    first = client.get(here)
    second = client.get(f"{here}?from={first.context['page'].after}")
    third = client.get(f"{here}?from={second.context['page'].after}")

    pages = [one.context["story"] for one in (first, second, third)]
    told = [one for story in pages for one in story if hasattr(one, "words")]
    assert len(told) == Holder.objects.filter(application=case).count()
    everything = [one.at for story in pages for one in story]
    assert everything == sorted(everything)


def test_a_person_is_told_day_by_day_with_the_offices(client, supervisor):
    number = make_number()
    person, clerk = make_person(name="李晓", number=number), make_posting()
    look(clerk, person)
    look(make_posting(), make_person())
    found = ask(client, {"number": number})

    response = client.get(f"{TRAIL}person/?search={found.context['word']}")

    page = text(response)
    [day] = response.context["days"]
    assert [line.officer for line in day["lines"]] == [
        supervisor.officer_code,  # the search that led here, and what it has found
        clerk.officer_code,
        "test",
    ]
    assert day["offices"] == [supervisor.department.name, clerk.department.name]
    assert "李*" in page
    assert number not in page
    assert subjects_of_last("trail.viewed") == {person.pk}


def test_a_person_nobody_asked_for_has_no_page(client, supervisor):
    nobody = ask(client, {"number": make_number()}).context["word"]
    officer = ask(client, {"officer": supervisor.officer_code}).context["word"]

    for word in ("", "changed", nobody, officer):
        assert client.get(f"{TRAIL}person/?search={word}").status_code == 302


def test_a_persons_history_is_for_supervisors(client):
    sign_in(client, make_posting(capacity="superior").account)

    assert client.get(f"{TRAIL}person/?search=x").status_code == 403
