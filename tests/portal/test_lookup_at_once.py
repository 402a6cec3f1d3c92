"""Two look-ups of one officer in the same moment, over two connections: both are answered."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import environ
import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import AuditEntry
from audit.tasks import forget
from audit.transaction import in_one_transaction
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.models import LookupReview
from tests.factories.identity import make_number, make_person, make_posting, officer_actor, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/lookup/"
WHY = "本人到窗口问居住证办到哪了"
AGAIN = "查到的内容只显示一次"
HELD = "lock table identity_personnumber in access exclusive mode"
WAITING = (
    "select count(*) from pg_locks"
    " where not granted and relation = 'identity_personnumber'::regclass"
)


@pytest.fixture
def people():
    with in_one_transaction():
        numbers = [make_number() for _ in range(2)]
        for name, number in zip(("李晓", "王伟"), numbers, strict=True):
            make_person(name=name, number=number)
    return numbers


@pytest.fixture
def clerk(client):
    with in_one_transaction():
        posting = make_posting()
        sign_in(client, posting.account)
    return posting


def as_the_owner():
    """A connection beside those of the portal, to the same database."""
    owner = environ.Env().db_url("DATABASE_OWNER_URL")
    place = {key: connection.settings_dict[key.upper()] for key in ("host", "port")}
    name = connection.settings_dict["NAME"]
    login = {"user": owner["USER"], "password": owner["PASSWORD"]}
    return closing(psycopg2.connect(dbname=name, **place, **login))


def at_once(client, posts):
    """What each of these posts led to, all of them under way at the same moment.

    Both have read their session when the numbers are looked for; there they wait for the owner of
    the database, who holds that table until both are at it.
    """

    def post(form):
        one = Client()
        one.cookies = client.cookies
        try:
            return one.post(PAGE, form)
        finally:
            connection.close()

    with as_the_owner() as owner, owner.cursor() as cursor:
        cursor.execute(HELD)
        with ThreadPoolExecutor(len(posts)) as hands:
            answers = [hands.submit(post, form) for form in posts]
            for _ask in range(100_000):
                cursor.execute(WAITING)
                if cursor.fetchone()[0] == len(posts):
                    break
            owner.commit()
            return [one.result() for one in answers]


def form(number):
    return {"number": number, "reason": "called", "why": WHY}


def test_both_are_answered(client, clerk, people):
    answers = at_once(client, [form(number) for number in people])

    pages = [client.get(one["Location"]).content.decode() for one in answers]

    assert ["李晓" in pages[0], "王伟" in pages[1]] == [True, True]
    assert AuditEntry.objects.filter(verb=LOOKED_UP, outcome="done").count() == 2
    assert LookupReview.objects.count() == 2
    again = client.get(answers[0]["Location"]).content.decode()
    assert "李晓" not in again
    assert AGAIN in again


def test_the_one_there_is_no_look_left_for_says_so(client, clerk, people):
    for _ in range(4):
        with in_one_transaction():
            look_up_person(actor=officer_actor(clerk), person_id=None, reason="called", why=WHY)
    answers = at_once(client, [form(number) for number in people])

    first, second = [client.get(one["Location"]) for one in answers]

    assert "李晓" in first.content.decode()
    assert second.status_code == 429
    assert "起又可以了" in second.content.decode()


@pytest.mark.django_db
def test_what_has_run_out_is_forgotten_and_nothing_else(client, clerk):
    posted = client.post(PAGE, form(make_number()))
    rows = Session.objects.exclude(pk=client.cookies["portal_staff"].value)
    assert rows.count() == 1
    rows.update(expire_date=timezone.now())

    page = client.get(posted["Location"]).content.decode()

    assert AGAIN in page
    assert not AuditEntry.objects.filter(verb=LOOKED_UP).exists()
    assert forget() == 1
    assert Session.objects.get().pk == client.cookies["portal_staff"].value
