"""A number nobody has is told as nothing found, wherever its entry is shown; a refusal as one."""

import re

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from audit.selectors import outcome_of
from identity.actions.declare_relative import declare_relative
from portal.desk.hold_asking import ask_hold_by_number
from portal.desk.lookup import look_up_person
from tests.conftest import close_gate
from tests.factories.holds import wanted
from tests.factories.identity import (
    make_citizen,
    make_department,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
WHY = "本人到窗口问居住证办到哪了"
NOTHING, REFUSED = "没查到", "没让做"


def tags(client, officer: str) -> list[str]:
    """What the trail says beside the acts of this officer, newest first."""
    supervisor = make_posting(capacity="supervisor")
    sign_in(client, supervisor.account)
    page = client.post("/admin/trail/", {"officer": officer}, follow=True).content.decode()
    found = re.findall(rf">({NOTHING}|{REFUSED})</span>", page)
    alone = AuditEntry.objects.filter(actor_label=officer).latest("id")
    entry = client.get(f"/admin/trail/entries/{alone.pk}/").content.decode()
    assert found[0] in entry
    return found


def test_a_look_up_of_nobody_was_in_vain_and_one_of_a_relative_was_refused(client):
    actor = officer_actor(make_posting())
    number = make_number()
    relative = make_person(number=number)
    declare_relative(actor=actor, number=number, relation="child")
    look = {"actor": actor, "reason": "called", "why": WHY}
    look_up_person(person_id=relative.pk, **look)
    look_up_person(person_id=None, **look)
    close_gate()

    assert tags(client, actor.label) == [NOTHING, REFUSED]


def test_a_hold_asked_for_by_a_number_of_nobody_was_in_vain_too(client):
    actor = officer_actor(make_posting(capacity="supervisor"))
    citizen, office = make_citizen(), make_department()
    request = wanted(citizen, office, looks_to=timezone.localdate())
    ask_hold_by_number(actor=actor, number=make_number(), request_for=lambda _one: request)
    close_gate()

    assert tags(client, actor.label) == [NOTHING]


@pytest.mark.parametrize(
    ("verb", "outcome", "persons", "told"),
    [
        ("person.looked_up", "refused", 0, "nothing"),
        ("person.looked_up", "refused", 1, "refused"),
        ("case.opened_by_reason", "refused", 0, "nothing"),
        ("erasure.asked", "refused", 0, "nothing"),
        ("application.refused", "refused", 0, "refused"),
        ("session.refused", "refused", 0, "refused"),
        ("person.looked_up", "undone", 0, "undone"),
        ("person.looked_up", "done", 1, "done"),
    ],
)
def test_only_a_number_that_led_to_nobody_was_in_vain(verb, outcome, persons, told):
    assert outcome_of(verb, outcome, persons) == told
