"""The second supervisor says no to an order to erase, and why; who asked reads it."""

from functools import partial

import pytest

from audit.models import AuditEntry
from portal.desk.models import LookupReview
from portal.erasures.confirm_erasure import confirm_erasure
from portal.erasures.end_erasure import end_erasure, turn_erasure_down
from tests.conftest import close_gate
from tests.factories.erasures import make_confirmed, make_order
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.portal.test_erasures import PAGE, refused, reviewed_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person(name="李晓")


@pytest.fixture
def two():
    return make_posting(capacity="supervisor"), make_posting(capacity="supervisor")


def test_the_second_supervisor_says_no_and_why_and_that_stands(client, person, two):
    order = make_order(person.pk, two[0])
    turn_erasure_down(actor=officer_actor(two[1]), number=order.number, words=" 来函没有签名 ")
    close_gate()
    said_no = AuditEntry.objects.get(verb="erasure.turned_down")
    assert (said_no.object_id, said_no.actor_label) == (order.number, two[1].officer_code)
    third = officer_actor(make_posting(capacity="supervisor"))
    for act, code in (
        (confirm_erasure, "erasure.nothing_to_confirm"),
        (end_erasure, "erasure.has_ended"),
        (partial(turn_erasure_down, words="不够"), "erasure.not_to_turn_down"),
    ):
        assert refused(act, actor=third, number=order.number) == code
    sign_in(client, two[0].account, fresh=True)
    page = client.get(f"{PAGE}{order.number}/").content.decode()
    assert "来函没有签名" in page
    assert "没有同意" in client.get(PAGE).content.decode()


def test_nobody_says_no_to_an_own_or_a_confirmed_order_nor_without_a_word(person, two):
    order, confirmed = make_order(person.pk, two[0]), make_confirmed(person.pk, two)
    no = partial(turn_erasure_down, words="不够")
    for asked, posting in ((order, two[0]), (confirmed, two[1])):
        assert refused(no, actor=officer_actor(posting), number=asked.number) == (
            "erasure.not_to_turn_down"
        )
    for act in (partial(turn_erasure_down, words=" "), end_erasure):
        assert refused(act, actor=officer_actor(two[1]), number=order.number) == "erasure.say_why"
    order.refresh_from_db()
    assert order.ended_at is None


def test_nobody_says_no_where_words_of_their_own_would_go(person, two):
    review = reviewed_by(two[1], person, make_posting())
    assert review.state == LookupReview.State.FINE
    order = make_order(person.pk, two[0])
    no = partial(turn_erasure_down, words="不够")
    assert refused(no, actor=officer_actor(two[1]), number=order.number) == "erasure.not_by_you"


def test_the_page_asks_why_before_it_takes_a_no(client, person, two):
    order = make_order(person.pk, two[0])
    address = f"{PAGE}{order.number}/turn-down/"
    sign_in(client, two[0].account, fresh=True)
    assert address not in client.get(f"{PAGE}{order.number}/").content.decode()
    sign_in(client, two[1].account, fresh=True)
    page = client.get(f"{PAGE}{order.number}/").content.decode()
    assert f'action="{address}"' in page
    assert f'action="{PAGE}{order.number}/end/"' not in page
    assert "请写明为什么不同意" in client.post(address, {"words": " "}).content.decode()
    answered = client.post(address, {"words": "来函没有签名"}, follow=True)
    assert answered.redirect_chain[-1][0] == f"{PAGE}{order.number}/"
    assert "来函没有签名" in answered.content.decode()
