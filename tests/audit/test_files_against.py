"""Whom a file of the trail concerns neither decides about it nor hears of it, by no account."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.exports.concerned import waiting_exports
from audit.exports.models import TrailExport
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.selectors import TrailSearch
from portal.desk.directory import PortalDirectory
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)
from tests.factories.room import REFERENCE, TRAIL, ask, look, text

pytestmark = pytest.mark.django_db

SUPERVISION = Purpose.duty("supervision")


def supervisor(human=None):
    account = make_staff(private_person=human)
    return make_posting(capacity="supervisor", account=account)


@pytest.fixture
def asker():
    return supervisor()


@pytest.fixture
def person():
    return make_person(name="李晓")


def asked(asker, officer="", **search) -> TrailExport:
    search.setdefault("since", timezone.now() - timedelta(days=1))
    return ask_for_export(
        actor=officer_actor(asker),
        kind="entries",
        search=TrailSearch(officer=officer, **search),
        post=PortalDirectory().post(officer) if officer else None,
        inquiry="川监〔2026〕12号",
        ground="complaint",
    )


def answer_of(posting, export, allow=True) -> str:
    """What answering comes to: the state, or the code of the refusal."""
    try:
        with transaction.atomic():
            return answer_export(
                actor=officer_actor(posting), number=export.number, allow=allow, words="太宽"
            ).state
    except Refused as refusal:
        return refusal.code


def menu_count(page: str) -> str:
    """What the menu says waits among the files."""
    entry = page.split(f'href="{TRAIL}exports/"')[1].split("</a>")[0]
    return entry.split("count")[1].split(">")[1].split("<")[0] if "count" in entry else ""


def test_who_looked_neither_sees_nor_answers_a_file_with_the_look(client, asker, person):
    looked, other = supervisor(), supervisor()
    look(looked, person)
    export = asked(asker, person=person.pk)

    sign_in(client, looked.account)
    page = text(client.get(f"{TRAIL}exports/"))
    assert (export.number in page, menu_count(page)) == (False, "")
    address = f"{TRAIL}exports/{export.number}/answer/"
    assert client.post(address, {"answer": "allow"}).status_code == 404
    assert answer_of(looked, export) == "trail.no_such_file"
    sign_in(client, other.account)
    page = text(client.get(f"{TRAIL}exports/"))
    assert (export.number in page, menu_count(page)) == (True, "1")
    assert answer_of(other, export) == "approved"


def test_neither_does_any_other_account_of_the_one_who_looked(client, asker, person):
    human = make_person()
    clerk = make_posting(account=make_staff(private_person=human))
    twin = supervisor(human)
    look(clerk, person)
    in_file, by_name = asked(asker, person=person.pk), asked(asker, officer=clerk.officer_code)

    sign_in(client, twin.account)
    page = text(client.get(f"{TRAIL}exports/"))

    for export in (in_file, by_name):
        assert export.number not in page
        assert answer_of(twin, export) == "trail.no_such_file"
    assert waiting_exports(officer_actor(twin)).open == 0
    assert waiting_exports(officer_actor(supervisor())).open == 2


@pytest.mark.parametrize("by", ["case", "office", "time"])
def test_a_look_counts_by_whatever_road_the_file_was_asked_for(asker, person, by):
    looked = supervisor()
    case = make_handed_in()
    look(looked, person, reference=case.reference)
    roads = {
        "case": {
            "reference": case.reference,
            "case": PortalDirectory().find_case(case.reference),
        },
        "office": {"office": looked.department.code},
        "time": {},
    }

    export = asked(asker, **roads[by])

    assert answer_of(looked, export) == "trail.no_such_file"
    assert answer_of(supervisor(), export) == "approved"


def test_a_look_that_is_not_in_the_file_concerns_nobody(asker, person):
    looked = supervisor()
    look(looked, person)

    yesterday = timezone.now() - timedelta(days=1)
    of_others = asked(asker, person=make_person().pk)
    before = asked(asker, person=person.pk, since=yesterday, until=yesterday + timedelta(hours=1))

    assert [answer_of(looked, one) for one in (of_others, before)] == ["approved", "approved"]


def test_who_read_the_trail_as_a_supervisor_may_answer_unless_the_file_names_them(asker, person):
    reader = supervisor()
    look(reader, person, verb="trail.viewed", purpose=SUPERVISION)

    wide, named = asked(asker, person=person.pk), asked(asker, officer=reader.officer_code)

    assert answer_of(reader, wide) == "approved"
    assert answer_of(reader, named) == "trail.no_such_file"


def test_nobody_decides_about_a_file_on_oneself_or_ones_firm(asker):
    human = make_person()
    firm = make_organisation(legal_representative_id=human.pk)
    officer = supervisor(human)

    for export in (asked(asker, person=human.pk), asked(asker, person=firm.pk)):
        assert answer_of(officer, export) == "trail.no_such_file"


def test_nobody_decides_about_a_file_on_the_own_case(asker):
    human = make_person()
    officer, case = supervisor(human), make_handed_in(make_citizen(person=human))
    known = PortalDirectory().find_case(case.reference)

    export = asked(asker, reference=case.reference, case=known)

    assert answer_of(officer, export) == "trail.no_such_file"


def test_two_accounts_of_the_asker_are_one_person(client):
    human = make_person()
    first, twin = supervisor(human), supervisor(human)
    export = asked(first)

    assert answer_of(twin, export) == "trail.second_person"
    assert answer_of(twin, export, allow=False) == "trail.second_person"
    sign_in(client, twin.account)
    page = text(client.get(f"{TRAIL}exports/"))
    assert (export.number in page, 'value="allow"' in page, menu_count(page)) == (True, False, "")


def test_who_asks_about_own_looks_still_sees_the_own_request(client, asker, person):
    look(asker, person)
    export = asked(asker, person=person.pk)

    sign_in(client, asker.account)

    assert export.number in text(client.get(f"{TRAIL}exports/"))


def test_the_trail_does_not_tell_either(client, asker, person):
    looked = supervisor()
    look(looked, person, reference=REFERENCE)
    export = asked(asker, person=person.pk)
    today = {"officer": asker.officer_code}

    def told(posting):
        sign_in(client, posting.account)
        lines = ask(client, today).context["lines"]
        return "trail.export_asked" in [line.verb for line in lines]

    assert (told(looked), told(supervisor()), told(asker)) == (False, True, True)
    assert answer_of(supervisor(), export) == "approved"
    assert not told(looked)


def test_the_database_refuses_an_answer_of_whom_it_concerns(asker, person):
    looked = supervisor()
    look(looked, person)
    export = asked(asker, person=person.pk)

    assert export.concerned == [looked.account_id]
    with pytest.raises(IntegrityError, match="not_by_the_concerned"), transaction.atomic():
        TrailExport.objects.filter(pk=export.pk).update(
            state="refused", answered_by=looked.account_id, answered_label="X"
        )
