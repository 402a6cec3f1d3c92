"""Whoever asked for a file of the trail takes that back while nobody has answered."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.actions.answer_export import answer_export
from audit.actions.withdraw_export import withdraw_export
from audit.exports.concerned import waiting_exports
from audit.exports.expire import expire_exports
from audit.exports.models import TrailExport
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.outbox import take_all
from audit.trail import ObjectRef
from tests.conftest import close_gate
from tests.demands import is_demanded
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.factories.room import TRAIL, ask_for_file, subjects_of_last, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return make_posting(capacity="supervisor")


@pytest.fixture
def second():
    return make_posting(capacity="supervisor")


def refused(posting, export) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        withdraw_export(actor=officer_actor(posting), number=export.number)
    close_gate()
    return f"{caught.value.code} {caught.value.status}"


def test_it_is_taken_back_on_the_page_and_nobody_can_allow_it_any_more(client, asker, second):
    person = make_person()
    export = ask_for_file(asker, person=person.pk)
    assert waiting_exports(officer_actor(second)).open == 1
    sign_in(client, asker.account)
    address = f"{TRAIL}exports/{export.number}/withdraw/"
    assert f'action="{address}"' in text(client.get(f"{TRAIL}exports/"))

    page = text(client.post(address, follow=True))

    assert "已收回，不会做出文件。" in page
    assert f'action="{address}"' not in page
    entry = AuditEntry.objects.get(verb="trail.export_withdrawn")
    assert (entry.actor, entry.object_id) == (asker.account_id, export.number)
    assert subjects_of_last("trail.export_withdrawn") == {person.pk}
    assert waiting_exports(officer_actor(second)).open == 0
    with pytest.raises(Refused, match="export_answered"):
        answer_export(actor=officer_actor(second), number=export.number, allow=True)
    take_all()
    export.refresh_from_db()
    assert (export.state, export.answered_by, export.rows) == ("taken", None, None)


def test_nobody_else_takes_it_back(client, asker, second):
    export = ask_for_file(asker)
    assert refused(second, export) == "trail.not_your_request 403"
    assert refused(make_posting(), export) == "trail.not_yours 403"
    sign_in(client, second.account)
    assert "/withdraw/" not in text(client.get(f"{TRAIL}exports/"))
    export.refresh_from_db()
    assert export.state == "asked"


def test_what_was_answered_or_taken_back_is_not_taken_back(asker, second):
    export, again = ask_for_file(asker), ask_for_file(asker)
    answer_export(actor=officer_actor(second), number=export.number, allow=True)
    close_gate()
    assert refused(asker, export) == "trail.export_answered 409"
    withdraw_export(actor=officer_actor(asker), number=again.number)
    assert refused(asker, again) == "trail.export_answered 409"


def test_whom_a_file_concerns_hears_nothing_of_it(asker, second):
    export = ask_for_file(asker, officer=second.officer_code)
    assert refused(second, export) == "trail.no_such_file 404"


def test_the_database_takes_it_only_with_the_entry_of_who_ask_for_file(asker):
    export = ask_for_file(asker)
    mine = TrailExport.objects.filter(pk=export.pk)
    is_demanded(
        lambda: mine.update(state="taken"),
        by=officer_actor(asker),
        verb="trail.export_withdrawn",
        on=ObjectRef("trail.export", export.number),
    )


def test_what_was_taken_back_stays_so(asker, second):
    export = ask_for_file(asker)
    withdraw_export(actor=officer_actor(asker), number=export.number)
    mine = TrailExport.objects.filter(pk=export.pk)
    for state in ("asked", "approved", "expired"):
        with pytest.raises(DatabaseError, match="does not go from taken"), transaction.atomic():
            mine.update(state=state)
    other = TrailExport.objects.filter(pk=ask_for_file(asker).pk)
    with pytest.raises(IntegrityError, match="made_only_when"), transaction.atomic():
        other.update(state="taken", answered_by=second.account_id, answered_label="Z")


def test_it_does_not_end_once_more_after_seven_days(asker, monkeypatch):
    export = ask_for_file(asker)
    withdraw_export(actor=officer_actor(asker), number=export.number)
    monkeypatch.setattr("audit.exports.expire.KEPT", timedelta(0))
    assert expire_exports() == 0
