"""Telling people things: once, in their language, and without a word too many."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.kernel.errors import Refused
from audit.models import AuditEntry, Outbox
from audit.outbox import take_all
from identity.actions.open_message import open_message
from identity.messaging.channel import channels
from identity.messaging.deliver import deliver
from identity.messaging.registry import MessageKind, message_kinds
from identity.messaging.tell import tell
from identity.models import Delivery, Message
from identity.selectors.messages import inbox_of, unread_count
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_mandate,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


class Word(MessageKind):
    def title(self, params):
        return f"About {params['reference']}"

    def body(self, params):
        return "It has moved on."

    def link(self, params):
        return "/my/"


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(message_kinds._classes, "test.word", Word)


@pytest.fixture
def citizen():
    account = make_citizen(language="zh-hans")
    EmailAddress.objects.create(user=account, email="li@example.org", verified=True, primary=True)
    return account


def say(account, key="one", reference="YB-2026-7Q4K-2M9D", **more):
    told = tell(
        actor=ARRANGING,
        account_id=account.pk,
        subject_id=more.pop("subject_id", account.person_id),
        kind="test.word",
        params={"reference": reference},
        key=key,
    )
    close_gate()
    return told


def test_a_message_is_one_however_often_it_is_told(citizen):
    first, second = say(citizen), say(citizen)

    assert first is not None
    assert second is None
    assert Delivery.objects.filter(account=citizen).count() == 2
    assert Outbox.objects.filter(kind="message.deliver").count() == 1


def test_another_key_is_another_message(citizen):
    assert say(citizen, key="one") != say(citizen, key="two")


def test_an_unknown_kind_is_found_out_at_once(citizen):
    with pytest.raises(LookupError):
        tell(
            actor=ARRANGING,
            account_id=citizen.pk,
            subject_id=citizen.person_id,
            kind="nobody.says.this",
            params={},
            key="x",
        )


def test_the_mail_says_that_there_is_something_and_nothing_of_it(citizen):
    say(citizen)

    take_all()

    (sent,) = mail.outbox
    assert sent.to == ["li@example.org"]
    assert "YB-2026-7Q4K-2M9D" in sent.body
    assert "moved on" not in sent.body
    assert "About" not in sent.body + sent.subject
    assert "您的空间有新消息" in sent.subject


def test_the_mail_speaks_the_language_of_its_receiver(citizen):
    citizen.language = "en"
    citizen.save()
    say(citizen)

    take_all()

    assert mail.outbox[0].subject == "There is something new in your space"


@pytest.mark.parametrize(
    ("language", "subject", "about"),
    [
        ("zh-hans", "工作后台有新消息", "是关于办件 YB-2026-7Q4K-2M9D 的。"),
        ("en", "A new message in the back office", "It is about case YB-2026-7Q4K-2M9D."),
    ],
)
def test_an_officer_is_not_told_of_a_case_of_their_own(language, subject, about):
    account = make_posting(capacity="supervisor").account
    account.language = language
    account.save()
    EmailAddress.objects.create(user=account, email="s@example.org", verified=True, primary=True)
    say(account, subject_id=None)

    take_all()

    (sent,) = mail.outbox
    assert sent.subject == subject
    assert about in sent.body
    assert "your" not in sent.body.split("Sign in")[0]
    assert "您的空间" not in sent.body
    assert "/admin/messages/" in sent.body


def test_a_message_is_written_and_brought_for_the_case_it_tells_about(citizen):
    say(citizen)
    say(citizen, key="other", reference="")

    take_all()

    written = AuditEntry.objects.filter(verb="message.written").order_by("id")
    sent = AuditEntry.objects.filter(verb="message.sent").order_by("id")
    for entries in (written, sent):
        assert [(one.purpose_kind, one.purpose) for one in entries] == [
            ("case", "YB-2026-7Q4K-2M9D"),
            ("duty", "message"),
        ]


def test_a_delivery_done_twice_is_sent_once(citizen):
    say(citizen)
    delivery = Delivery.objects.get(channel="email")

    deliver({"delivery": delivery.pk}, "key")
    deliver({"delivery": delivery.pk}, "key")

    assert len(mail.outbox) == 1
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_mail_server_that_refuses_is_tried_again(citizen, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError

    say(citizen)
    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "send_messages", refuse)
        take_all()

    job = Outbox.objects.get(kind="message.deliver")
    assert (job.done_at, job.tries, job.fault) == (None, 1, "TryLater")
    assert Delivery.objects.get(channel="email").state == "waiting"
    Outbox.objects.update(next_try=timezone.now())
    take_all()
    assert len(mail.outbox) == 1


def test_whoever_gave_no_confirmed_address_finds_it_in_the_inbox_only():
    account = make_citizen()
    EmailAddress.objects.create(user=account, email="x@example.org", verified=False)

    say(account)

    assert list(Delivery.objects.values_list("channel", "state")) == [("inbox", "sent")]


@pytest.mark.parametrize("code", list(channels))
def test_every_channel_answers_whether_it_reaches_somebody(code, citizen):
    assert channels.get(code)().reach(citizen) is True


def test_a_message_undone_with_its_act_was_never_told(citizen):
    with transaction.atomic():
        say(citizen)
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()
    assert not Outbox.objects.exists()


def test_messages_are_closed_to_whoever_recorded_nobody(citizen):
    say(citizen)

    with pytest.raises(ProgrammingError), transaction.atomic():
        Message.objects.count()


def test_the_inbox_shows_the_newest_first_page_by_page(citizen):
    for number in range(25):
        say(citizen, key=str(number), reference=f"YB-{number}")

    first = inbox_of(citizen_actor(citizen))
    second = inbox_of(citizen_actor(citizen), after=first.next)

    titles = [one.title for one in (*first.messages, *second.messages)]
    assert titles == [f"About YB-{number}" for number in range(24, -1, -1)]
    assert (len(first.messages), second.next) == (20, "")


@pytest.mark.parametrize("mark", ["x", "_", "2026-01-01_x", "9999-99-99T00:00:00+00:00_1", "🙂"])
def test_an_unreadable_mark_begins_at_the_newest(citizen, mark):
    say(citizen)

    assert len(inbox_of(citizen_actor(citizen), after=mark).messages) == 1


def test_opening_marks_read_and_is_recorded(citizen, client):
    message_id = say(citizen)
    sign_in(client, citizen)
    assert unread_count(citizen.pk) == 1

    page = client.get(f"/my/messages/{message_id}/")

    assert "It has moved on." in page.content.decode()
    assert unread_count(citizen.pk) == 0
    entry = AuditEntry.objects.get(verb="message.viewed")
    assert (entry.actor, entry.purpose_kind) == (citizen.pk, "own")


def test_somebody_elses_message_and_no_message_are_one_answer(citizen, client):
    message_id = say(citizen)
    sign_in(client, make_citizen())

    pages = [
        client.get(f"/my/messages/{one}/")
        for one in (message_id, "00000000-0000-4000-8000-000000000000")
    ]

    assert [page.status_code for page in pages] == [404, 404]
    assert unread_count(citizen.pk) == 1


def test_what_was_told_to_a_helper_about_me_is_not_in_my_inbox(citizen, client):
    helper = make_citizen()
    message_id = say(helper, subject_id=citizen.person_id)
    sign_in(client, citizen)

    assert client.get(f"/my/messages/{message_id}/").status_code == 404
    assert client.get("/my/messages/").context["page"].messages == []


def test_a_helper_reads_what_was_told_about_the_person_helped(citizen, client):
    helper = make_citizen()
    make_mandate(
        holder=helper.person,
        for_person=citizen.person,
        valid_from="2026-01-01",
        valid_to="2999-12-31",
        evidence="T-1",
    )
    message_id = say(helper, subject_id=citizen.person_id)
    sign_in(client, helper)

    assert client.get(f"/my/messages/{message_id}/").status_code == 200


def test_an_officer_reads_messages_without_opening_anybodys_data(citizen, client, settings):
    settings.ROOT_URLCONF, settings.STAFF_URLCONF = "portal.urls", "portal.urls_staff"
    posting = make_posting(capacity="supervisor")
    message_id = say(posting.account, subject_id=citizen.person_id)
    sign_in(client, posting.account)

    assert client.get("/admin/messages/").status_code == 200
    assert client.get(f"/admin/messages/{message_id}/").status_code == 200
    close_gate()
    open_message(actor=officer_actor(posting), message_id=message_id)
    assert Message.objects.get(pk=message_id).subject_id == posting.account_id


def test_a_message_refused_changes_nothing(citizen):
    message_id = say(citizen)

    with pytest.raises(Refused):
        open_message(actor=citizen_actor(make_citizen()), message_id=message_id)

    assert unread_count(citizen.pk) == 1


@pytest.mark.parametrize("written", [1, 15])
def test_the_inbox_costs_the_same_however_full(
    citizen, client, written, django_assert_max_num_queries
):
    for number in range(written):
        say(citizen, key=str(number))
    sign_in(client, citizen)
    client.get("/my/messages/")

    with django_assert_max_num_queries(16) as captured:
        client.get("/my/messages/")

    own = [one["sql"] for one in captured if '"identity_' in one["sql"]]
    assert len(own) == 5
