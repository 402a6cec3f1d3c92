"""What the sentinel makes of refused attempts and of supervisors' own searches."""

import re
from urllib.parse import unquote

import pytest
from django.utils import timezone

from audit.kernel.ids import new_reference
from audit.models import AuditEntry, AuditSubject, SentinelAlarm
from identity.actions.link_officer import link_officer
from identity.actions.protect_person import protect_person
from identity.sealed.index import blind_index
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand
from tests.factories.identity import (
    link,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.near import make_relative
from tests.factories.room import TRAIL, ask, text
from tests.factories.trail import leave_look, sentinel_reads

pytestmark = pytest.mark.django_db

NOBODY = make_number()


@pytest.fixture
def supervisor(client):
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    return posting


def protected(name="李晓"):
    """Somebody under protection, and their number."""
    number = make_number()
    person = make_person(name=name, number=number)
    keeper = officer_actor(make_posting(capacity="secadmin"))
    protect_person(actor=keeper, number=number, ground="witness")
    close_gate()
    return person, number


def alarm(posting, rule):
    return SentinelAlarm.objects.filter(officer=posting.officer_code, rule=rule).first()


def searched():
    """Each number that was typed: by whom, with what result, and whom it led to."""
    rows = AuditEntry.objects.filter(verb="trail.searched").order_by("id")
    return [
        (
            one.actor_label,
            one.outcome,
            set(AuditSubject.objects.filter(entry_id=one.pk).values_list("subject", flat=True)),
        )
        for one in rows
    ]


def test_a_refused_attempt_at_a_case_of_somebody_protected_is_an_alarm(client, supervisor):
    person, _number = protected()
    case = make_handed_in(make_citizen(person=person))
    stranger = make_posting()
    client.logout()
    sign_in(client, stranger.account)
    assert client.get(f"/admin/desk/{case.reference}/").status_code == 404
    sentinel_reads()

    found = alarm(stranger, "protected")
    assert (found.measured, found.attempts) == (1, 1)
    sign_in(client, supervisor.account)
    page = text(client.get(f"{TRAIL}alarms/{found.pk}/"))
    assert "想看受保护的人1次，没让看；有一次就会提醒。" in page
    assert "李*" in page[page.index("<table") : page.index("</table")]
    read = AuditEntry.objects.filter(object_kind="trail.alarm").latest("id")
    named = AuditSubject.objects.filter(entry_id=read.pk).values_list("subject", flat=True)
    assert set(named) == {person.pk, stranger.account_id}
    english = client.get(f"{TRAIL}alarms/{found.pk}/", headers={"accept-language": "en"})
    assert "Tried 1 time to look at somebody under protection; a single one" in text(english)


def test_an_attempt_at_ones_own_case_or_a_relatives_is_an_alarm(client):
    case, clerk = make_in_hand()
    link(clerk.account, case.applicant)
    sign_in(client, clerk.account)
    close_gate()
    assert client.get(f"/admin/desk/{case.reference}/").status_code == 403

    number = make_number()
    relative = make_citizen(person=make_person(number=number))
    theirs = make_handed_in(relative)
    stranger = make_posting()
    digest = blind_index("citizen", number)
    make_relative(stranger.account, digest, "parent")
    sign_in(client, stranger.account)
    assert client.get(f"/admin/desk/{theirs.reference}/").status_code == 404
    sentinel_reads()

    assert [
        (one.measured, one.attempts)
        for one in (alarm(clerk, "relatives"), alarm(stranger, "relatives"))
    ] == [(1, 1), (1, 1)]


def test_a_look_makes_an_alarm_of_attempts_one_of_both(client, supervisor):
    person, _number = protected()
    case = make_handed_in(make_citizen(person=person))
    stranger = make_posting()
    sign_in(client, stranger.account)
    client.get(f"/admin/desk/{case.reference}/")
    sentinel_reads()
    leave_look(stranger, person.pk)
    sentinel_reads()

    found = alarm(stranger, "protected")
    assert (found.measured, found.attempts, len(found.entries)) == (2, 1, 2)
    sign_in(client, supervisor.account)
    page = text(client.get(f"{TRAIL}alarms/{found.pk}/"))
    assert "看了受保护的人1次；另外想看受保护的人1次，没让看" in page


def test_each_number_a_supervisor_types_is_written_down_found_or_not(client, supervisor):
    number = make_number()
    person = make_person(number=number)

    ask(client, {"number": number})
    ask(client, {"number": NOBODY})
    ask(client, {"officer": "T0001"})

    code = supervisor.officer_code
    assert searched() == [(code, "done", {person.pk}), (code, "refused", set())]


def test_seven_numbers_tried_in_a_row_are_an_alarm_about_the_supervisor(client, supervisor):
    for _ in range(6):
        ask(client, {"number": NOBODY})
    sentinel_reads()
    assert alarm(supervisor, "searches") is None
    ask(client, {"number": NOBODY})
    sentinel_reads()
    assert alarm(supervisor, "searches").measured == 7


def test_case_numbers_a_supervisor_types_are_written_down_and_seven_are_an_alarm(
    client, supervisor
):
    case = make_handed_in()
    ask(client, {"reference": case.reference})
    ask(client, {"reference": case.reference})
    unknown = [new_reference(2026) for _ in range(6)]
    for reference in unknown[:3]:
        ask(client, {"reference": reference})
    for reference in unknown[3:5]:
        assert client.get(f"{TRAIL}cases/{reference}/").status_code == 404
    sentinel_reads()
    assert alarm(supervisor, "searches") is None
    assert client.get(f"{TRAIL}cases/{unknown[5]}/").status_code == 404
    sentinel_reads()

    found = alarm(supervisor, "searches")
    assert found.measured == 7
    tries = AuditEntry.objects.filter(object_kind="trail.case").order_by("id")
    assert list(tries.values_list("verb", "object_id", "outcome")) == [
        *[("trail.searched", case.reference, "done")] * 2,
        *[("trail.searched", one, "refused") for one in unknown[:3]],
        *[("case.refused", one, "refused") for one in unknown[3:]],
    ]


@pytest.mark.parametrize("typed", [NOBODY, "李晓", "YB-2026-0000-0001", "YB-2026", "a" * 300])
def test_what_is_no_number_of_a_case_is_kept_nowhere(client, supervisor, typed):
    answer = client.get(f"{TRAIL}cases/{typed}/")
    ordinary = client.get(f"{TRAIL}cases/{new_reference(2026)}/")
    assert (answer.status_code, ordinary.status_code) == (404, 404)
    read = re.sub(r'<input type="hidden" name="next"[^>]*>', "", answer.content.decode())
    assert typed not in unquote(read)
    for page in (answer, ordinary):
        assert "没有这个编号的办件。" in page.content.decode()
    tries = AuditEntry.objects.filter(object_kind="trail.case").order_by("id")
    assert tries[0].verb == "case.refused"
    assert tries[0].object_id == ""


def test_cases_of_other_offices_a_clerk_reaches_for_count_as_searches(client):
    stranger = make_posting()
    sign_in(client, stranger.account)
    for _ in range(7):
        case = make_handed_in()
        close_gate()
        assert client.get(f"/admin/desk/{case.reference}/").status_code == 404
    sentinel_reads()

    assert alarm(stranger, "searches").measured == 7


def test_numbers_of_people_and_cases_that_nobody_has_count_when_a_clerk_types_them(client):
    clerk = make_posting()
    sign_in(client, clerk.account)
    for reason in ("called", "wrong_office"):
        form = {"number": NOBODY, "reason": reason, "why": "本人到窗口问居住证办到哪了"}
        client.post("/admin/lookup/", form, follow=True)
    for reference in [new_reference(2026) for _ in range(4)]:
        assert client.get(f"/admin/desk/{reference}/").status_code == 404
    sentinel_reads()
    assert alarm(clerk, "searches") is None
    client.get(f"/admin/desk/{new_reference(2026)}/")
    sentinel_reads()

    assert alarm(clerk, "searches").measured == 7
    tries = AuditEntry.objects.filter(actor=clerk.account_id, outcome="refused").order_by("id")
    assert list(tries.values_list("verb", flat=True)) == [
        *["person.looked_up"] * 2,
        *["case.refused"] * 5,
    ]


def test_numbers_a_system_administrator_types_for_officers_count_where_they_lead_to_nobody():
    system = make_posting(capacity="sysadmin")
    for _ in range(7):
        link_officer(actor=officer_actor(system), account=make_staff(), number=make_number())
    sentinel_reads()

    assert alarm(system, "searches").measured == 7


def test_leaks_traced_count_apart(client, supervisor):
    today = timezone.localdate().isoformat()
    asked = {"text": NOBODY, "inquiry": "JC-2026-017", "since": today, "until": today}
    for _ in range(13):
        assert client.post(f"{TRAIL}leaks/", asked).status_code == 302
    sentinel_reads()
    assert alarm(supervisor, "traces").measured == 13
    assert alarm(supervisor, "searches") is None


def test_a_supervisors_own_search_for_somebody_protected_is_an_alarm(client, supervisor):
    _person, number = protected()
    ask(client, {"number": number})
    sentinel_reads()
    assert alarm(supervisor, "protected").measured == 1


def test_a_supervisors_case_history_of_somebody_protected_is_an_alarm(client, supervisor):
    person, _number = protected()
    case = make_handed_in(make_citizen(person=person))
    client.get(f"{TRAIL}cases/{case.reference}/")
    sentinel_reads()
    assert alarm(supervisor, "protected").measured == 1


def test_judging_an_alarm_and_following_it_up_raises_none(client, supervisor):
    person, _number = protected()
    case = make_handed_in(make_citizen(person=person))
    clerk = make_posting()
    leave_look(clerk, person.pk, case=case.reference)
    sentinel_reads()
    given = alarm(clerk, "protected")

    client.get(f"{TRAIL}alarms/{given.pk}/")
    client.get(f"{TRAIL}cases/{case.reference}/")
    client.get(f"{TRAIL}officers/{clerk.officer_code}/")
    words = "问过本人，是在办这件事，属正常。"
    client.post(f"{TRAIL}alarms/{given.pk}/", {"kind": "explained", "words": words})
    sentinel_reads()

    assert alarm(supervisor, "protected") is None
    given.refresh_from_db()
    assert given.state == "judged"
    read = AuditEntry.objects.filter(object_kind="trail.alarm").order_by("id")
    assert [one.purpose for one in read] == ["verdict"]


def test_an_alarm_about_oneself_is_not_read_and_excuses_nothing(client, supervisor):
    _person, number = protected()
    ask(client, {"number": number})
    sentinel_reads()
    own = alarm(supervisor, "protected")
    assert client.get(f"{TRAIL}alarms/{own.pk}/").status_code == 404
    ask(client, {"number": number})
    sentinel_reads()

    own.refresh_from_db()
    assert own.measured == 2
    assert not AuditEntry.objects.filter(object_kind="trail.alarm").exists()
