"""Who asked for what takes two hears how it was answered, once, and only from somebody else."""

import pytest

from audit.outbox import take_all
from audit.trail import record
from identity.actions.declare_relative import ask_end_of_relative, declare_relative
from identity.actions.end_relative import end_relative
from identity.actions.protect_person import (
    end_protection,
    protect_person,
    refuse_end_of_protection,
)
from identity.models import Message
from portal.erasures.confirm_erasure import confirm_erasure
from portal.erasures.end_erasure import end_erasure, turn_erasure_down
from tests.conftest import close_gate
from tests.factories.erasures import make_order
from tests.factories.identity import (
    ARRANGING,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return make_posting(capacity="supervisor")


@pytest.fixture
def second():
    return make_posting(capacity="supervisor")


def told(posting) -> list[str]:
    """The kinds of messages to this officer, in the order of what they tell of."""
    close_gate()
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[posting.account_id])
    kinds = Message.objects.filter(account=posting.account).order_by("created_at", "kind")
    found = list(kinds.values_list("kind", flat=True))
    close_gate()
    return found


def opened(client, posting, kind) -> str:
    """The page of the one message of this kind."""
    record(actor=ARRANGING, verb="test.looked", subjects=[posting.account_id])
    message = Message.objects.get(account=posting.account, kind=kind).pk
    close_gate()
    page = client.get(f"/admin/messages/{message}/").content.decode()
    return page[page.index("<main") : page.index("</main")]


def test_of_an_order_to_erase(client, asker, second):
    confirmed, own, refused = (make_order(make_person().pk, asker) for _ in range(3))
    words = {"answer": "a", "reason": "b"}
    make_look(make_posting(), confirmed.subject_id, verb="value.revealed", detail=words)

    confirm_erasure(actor=officer_actor(second), number=confirmed.number)
    assert told(asker) == ["erasure.confirmed"]
    end_erasure(actor=officer_actor(second), number=confirmed.number)
    end_erasure(actor=officer_actor(asker), number=own.number)
    turn_erasure_down(actor=officer_actor(second), number=refused.number, words="来函没有签名")

    assert told(asker) == ["erasure.confirmed", "erasure.ended_by_another", "erasure.turned_down"]
    assert told(second) == []
    sign_in(client, asker.account)
    page = opened(client, asker, "erasure.confirmed")
    assert f"依法删除已确认：{confirmed.number}" in page
    assert f'href="/admin/erasures/{confirmed.number}/"' in page


def test_of_the_end_of_a_protection(client, asker, second):
    third = make_posting(capacity="secadmin")
    protection = protect_person(actor=officer_actor(third), number=make_number(), ground="other")
    which = {"protection_id": protection.pk}
    end_protection(actor=officer_actor(asker), **which)
    refuse_end_of_protection(actor=officer_actor(second), **which)
    end_protection(actor=officer_actor(third), **which)
    refuse_end_of_protection(actor=officer_actor(third), **which)
    end_protection(actor=officer_actor(third), **which)
    end_protection(actor=officer_actor(second), **which)

    assert told(asker) == ["protection.end_refused"]
    assert told(third) == ["protection.ended"]
    assert told(second) == []
    sign_in(client, asker.account)
    page = opened(client, asker, "protection.end_refused")
    assert "解除保护没有同意，保护继续" in page
    assert 'href="/admin/protected/"' in page


@pytest.mark.parametrize(
    ("agreed", "kind"), [(True, "relative.ended"), (False, "relative.end_refused")]
)
def test_of_the_end_of_a_declared_relative(client, second, agreed, kind):
    clerk = make_posting()
    actor = officer_actor(clerk)
    relative = declare_relative(actor=actor, number=make_number(), relation="other")
    ask_end_of_relative(actor=actor, relative_id=relative.pk)

    end_relative(actor=officer_actor(second), relative_id=relative.pk, agreed=agreed)

    assert told(clerk) == [kind]
    assert told(second) == []
    sign_in(client, clerk.account)
    assert 'href="/admin/relatives/"' in opened(client, clerk, kind)
