"""How often an officer may look without a case: counted from the trail, reset by nobody."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format

from applications.models import Application
from audit.kernel.actors import Capacity
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.models import Tally
from identity.quota import Used, used_by
from portal.desk.lookup import LOOKED_UP, Found, look_up_person
from portal.desk.models import LookupReview
from portal.desk.reasons import Quota, reasons_for_persons
from tests.factories.identity import make_number, make_person, make_posting, officer_actor, sign_in

WHY = "本人到窗口问居住证办到哪了"
QUOTA = reasons_for_persons(Capacity.CLERK)["called"].quota
wrapped = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def look(actor, person_id=None, reason="called"):
    return look_up_person(actor=actor, person_id=person_id, reason=reason, why=WHY)


def refusal_of(actor, **more):
    with pytest.raises(Refused) as refusal:
        look(actor, **more)
    return refusal.value


@wrapped
def test_the_last_look_of_the_day_is_taken_and_the_next_one_refused_with_a_way_on():
    actor = officer_actor(make_posting())
    for _ in range(QUOTA.a_day):
        assert isinstance(look(actor, make_person().pk), Found)

    refusal = refusal_of(actor, person_id=make_person().pk)

    assert (refusal.code, refusal.status) == ("desk.quota_used_up", 429)
    assert "上级" in str(refusal.next_step)
    assert AuditEntry.objects.filter(verb=LOOKED_UP).count() == QUOTA.a_day


@wrapped
def test_numbers_nobody_has_use_the_quota_too():
    actor = officer_actor(make_posting())
    for _ in range(QUOTA.a_day):
        look(actor, None)

    assert refusal_of(actor, person_id=make_person().pk).code == "desk.quota_used_up"


@wrapped
def test_each_reason_and_each_officer_has_a_quota_of_their_own():
    actor = officer_actor(make_posting())
    for _ in range(QUOTA.a_day):
        look(actor)

    assert isinstance(look(actor, make_person().pk, "wrong_office"), Found)
    assert isinstance(look(officer_actor(make_posting()), make_person().pk), Found)
    assert isinstance(
        look(officer_actor(make_posting(capacity="superior")), make_person().pk), Found
    )


@wrapped
def test_another_posting_of_the_same_account_gives_no_second_quota():
    first = make_posting()
    second = make_posting(account=first.account)
    for _ in range(QUOTA.a_day):
        look(officer_actor(first))

    assert refusal_of(officer_actor(second)).code == "desk.quota_used_up"


@wrapped
def test_nothing_but_the_trail_counts_so_emptying_other_tables_gives_no_look_back():
    actor = officer_actor(make_posting())
    look(actor)
    Tally.objects.all().delete()
    Session.objects.all().delete()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        LookupReview.objects.all().delete()

    assert used_by(actor, LOOKED_UP) == {"called": Used(1, 1)}


@pytest.mark.parametrize(
    ("used", "left", "again"),
    [
        (Used(0, 0), 2, date(2026, 11, 25)),
        (Used(2, 2), 0, date(2026, 11, 25)),
        (Used(1, 4), 1, date(2026, 11, 25)),
        (Used(0, 5), 0, date(2026, 11, 30)),
        (Used(2, 5), 0, date(2026, 11, 30)),
    ],
)
def test_a_day_is_used_up_until_tomorrow_and_a_week_until_monday(monkeypatch, used, left, again):
    tuesday = date(2026, 11, 24)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tuesday)

    assert used.left_of(Quota(2, 5)) == left
    assert used.again_on(Quota(2, 5)) == again


@wrapped
def test_tomorrow_the_day_and_on_monday_the_week_begins_anew(monkeypatch):
    actor = officer_actor(make_posting())
    look(actor)
    today = timezone.localdate()
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())

    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    on_the_next_day = used_by(actor, LOOKED_UP)
    monkeypatch.setattr(timezone, "localdate", lambda *_: monday)

    assert on_the_next_day == ({} if tomorrow == monday else {"called": Used(0, 1)})
    assert used_by(actor, LOOKED_UP) == {}
    assert used_by(actor, "case.opened_by_reason") == {}


@wrapped
def test_the_form_says_what_is_left_and_refuses_before_anything_is_asked(client):
    posting = make_posting()
    sign_in(client, posting.account)
    for _ in range(QUOTA.a_day):
        look(officer_actor(posting))

    page = client.get("/admin/lookup/").content.decode()
    called, *others = re.findall(r'<input type="radio"[^>]*>', page)
    assert " disabled" in called
    assert not any("disabled" in one for one in others)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert f"（次数已用完，{date_format(tomorrow, 'SHORT_DATE_FORMAT')}起又可以用）" in page
    assert "如果等不了，可以请您的上级来查。" in page
    assert f"今天还可以查{QUOTA.a_day}次" in page

    form = {"number": make_number(), "reason": "called", "why": WHY}
    answer = client.post("/admin/lookup/", form)
    assert answer.status_code == 200
    assert "起又可以了" in answer.content.decode()
    assert AuditEntry.objects.filter(verb=LOOKED_UP).count() == QUOTA.a_day


@wrapped
def test_counting_asks_the_index_of_the_officer():
    actor = officer_actor(make_posting())
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select count(*) from audit_entry where actor_label = %s and at >= %s",
            [actor.label, timezone.now() - timedelta(days=7)],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "actor_label" in plan
    assert "Index" in plan


@committed
def test_at_the_very_same_moment_only_what_is_left_is_taken():
    with in_one_transaction():
        posting, person = make_posting(), make_person()
    actor = officer_actor(posting)
    for _ in range(QUOTA.a_day - 1):
        with in_one_transaction():
            look(actor)
    together = Barrier(4)

    def one_more(_):
        try:
            together.wait(timeout=30)
            with in_one_transaction():
                return type(look(actor, person.pk)).__name__
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hands:
        answers = sorted(hands.map(one_more, range(4)))

    assert answers == ["Found", *["desk.quota_used_up"] * 3]
    assert AuditEntry.objects.filter(verb=LOOKED_UP).count() == QUOTA.a_day
    assert Application.objects.count() == 0
