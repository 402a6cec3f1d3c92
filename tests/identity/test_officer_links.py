"""Which citizen an officer is: one administration says it, the other confirms it."""

import pytest

from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.outbox import take_all
from audit.selectors import subjects_of
from audit.trail import record
from identity.actions.answer_link import confirm_link, turn_link_down
from identity.actions.end_link import answer_end_of_link, ask_end_of_link
from identity.actions.link_officer import LINKS, NUMBERS, link_officer, numbers_left
from identity.actions.object_to_link import object_to_link
from identity.models import Message, OfficerLink
from identity.rights import group_of_post
from identity.selectors.accounts import same_accounts
from identity.selectors.officer_links import waiting_links
from tests.conftest import close_gate
from tests.factories.identity import (
    link,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/officers/"
OWN = "/admin/relatives/"
NO_ENTRY = "no entry of"
NOTHING_ELSE = "says a confirmed link"


@pytest.fixture
def system():
    """The posting of a system administrator."""
    return make_posting(capacity="sysadmin")


@pytest.fixture
def security():
    """The posting of a security administrator."""
    return make_posting(capacity="secadmin")


@pytest.fixture
def officer():
    """The posting of a clerk."""
    return make_posting(account=make_staff(username="li.xiao"))


def enter(by, officer, number: str = "") -> OfficerLink:
    number = number or make_number()
    make_person(number=number)
    entered = link_officer(actor=officer_actor(by), account=officer.account, number=number)
    assert entered is not None
    return entered


def held(by, security, officer) -> OfficerLink:
    return confirm_link(actor=officer_actor(security), link_id=enter(by, officer).pk)


def refusal_of(act, **given) -> str:
    with pytest.raises(Refused) as refusal:
        act(**given)
    return refusal.value.code


def told_of(link) -> list[tuple[str, str, list]]:
    entries = AuditEntry.objects.filter(
        object_kind="identity.account", object_id=str(link.account_id), verb__startswith="officer."
    )
    rows = list(entries.order_by("id"))
    named = subjects_of(rows)
    return [(one.verb, one.outcome, list(named[one.pk])) for one in rows]


def test_what_one_administration_says_gives_nothing_until_the_other_confirms(
    client, system, security, officer
):
    entered = enter(system, officer)
    twin = make_staff()
    link(twin, entered.person)
    assert twin.pk not in same_accounts([officer.account_id])
    sign_in(client, security.account)
    page = client.get(LIST).content.decode()
    assert all(one in page for one in ("li.xiao", "王*", "511*************", "王"))

    answer = client.post(f"{LIST}{entered.pk}/answer/", {"answer": "confirm"})

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    officer.account.refresh_from_db()
    assert officer.account.private_person == entered.person
    assert twin.pk in same_accounts([officer.account_id])
    assert told_of(entered) == [
        ("officer.linked", "done", [entered.person_id]),
        ("officer.link_confirmed", "done", [entered.person_id]),
    ]


def test_the_list_names_whom_it_shows_and_opens_to_administrators_only(client, system, officer):
    entered = enter(system, officer)
    sign_in(client, system.account)
    client.get(LIST)
    entry = AuditEntry.objects.get(verb="officer.listed")
    assert set(subjects_of([entry])[entry.pk]) == {entered.person_id}
    for capacity in ("clerk", "superior", "supervisor", "catalogue", "lead"):
        sign_in(client, make_posting(capacity=capacity).account)
        assert client.get(LIST).status_code == 403
        assert client.post(f"{LIST}{entered.pk}/answer/", {"answer": "confirm"}).status_code == 403


def test_only_the_other_administration_confirms_and_nobody_who_is_in_it(system, security, officer):
    entered = enter(system, officer)
    given = {"link_id": entered.pk}
    other = officer_actor(make_posting(capacity="sysadmin"))
    assert refusal_of(confirm_link, actor=other, **given) == "identity.link_not_yours"
    human = make_person()
    link(system.account, human)
    link(security.account, human)
    actor = officer_actor(security)
    assert refusal_of(confirm_link, actor=actor, **given) == "identity.link_by_another"
    own = make_posting(capacity="secadmin", account=make_staff())
    link(own.account, entered.person)
    actor = officer_actor(own)
    assert refusal_of(confirm_link, actor=actor, **given) == "identity.link_by_another"


def test_only_system_administration_says_it_and_nobody_of_themselves(system, security, officer):
    number = make_number()
    make_person(number=number)
    for posting in (officer, security):
        given = {"actor": officer_actor(posting), "account": make_staff(), "number": number}
        assert refusal_of(link_officer, **given) == "identity.link_not_yours"
    actor = officer_actor(system)
    assert link_officer(actor=actor, account=system.account, number=number) is None
    assert not OfficerLink.objects.exists()


def test_who_was_linked_learns_of_a_try_to_link_the_officer_to_another(system, security, officer):
    held_link = held(system, security, officer)
    number = make_number()
    another = make_person(number=number)

    assert link_officer(actor=officer_actor(system), account=officer.account, number=number) is None

    verb, outcome, named = told_of(held_link)[-1]
    assert (verb, outcome, set(named)) == (
        "officer.linked",
        "refused",
        {held_link.person_id, another.pk},
    )


def test_each_number_counts_known_or_not_until_they_are_used_up(system, officer):
    actor, number = officer_actor(system), make_number()
    enter(system, officer)
    for _one in range(NUMBERS.a_day - 1):
        assert link_officer(actor=actor, account=make_staff(), number=number) is None
    assert numbers_left(actor) == 0
    make_person(number=number)

    given = {"actor": actor, "account": make_staff(), "number": number}

    assert refusal_of(link_officer, **given) == "desk.quota_used_up"
    assert AuditEntry.objects.filter(verb="officer.linked").count() == NUMBERS.a_day


def test_where_numbers_are_used_up_the_account_is_kept_and_says_so(client, system, officer):
    actor, number = officer_actor(system), make_number()
    group_of_post(system.capacity, system.department)
    for _one in range(NUMBERS.a_day):
        link_officer(actor=actor, account=officer.account, number=number)
    sign_in(client, system.account)
    form = {"username": "li.xiao", "language": "en", "is_active": "on", "number": number}

    page = client.post(f"/admin/identity/account/{officer.account_id}/change/", form, follow=True)

    officer.account.refresh_from_db()
    assert officer.account.language == "en"
    assert "error" in {one.level_tag for one in page.context["messages"]}


def test_one_that_waits_is_turned_down_by_either_administration(system, security):
    for by in (system, security):
        entered = enter(system, make_posting())

        turn_link_down(actor=officer_actor(by), link_id=entered.pk)

        entered.refresh_from_db()
        assert (entered.ended_by_id, entered.confirmed_at) == (by.account_id, None)
        assert told_of(entered)[-1][0] == "officer.link_turned_down"
    waits = held(system, security, make_posting())
    given = {"actor": officer_actor(security), "link_id": waits.pk}
    assert refusal_of(turn_link_down, **given) == "identity.no_such_link"


def test_a_wrong_one_is_taken_back_by_two_and_the_officer_can_be_linked_anew(
    client, system, security, officer
):
    wrong = held(system, security, officer)
    for posting, said in ((system, "ask"), (security, "agree")):
        sign_in(client, posting.account)
        answer = client.post(f"{LIST}{wrong.pk}/end/", {"answer": said})
        assert (answer.status_code, answer["Location"]) == (302, LIST)

    officer.account.refresh_from_db()
    assert officer.account.private_person is None
    assert [one[0] for one in told_of(wrong)[2:]] == ["officer.unlink_asked", "officer.unlinked"]
    right = held(system, security, officer)
    officer.account.refresh_from_db()
    assert officer.account.private_person == right.person


def test_nobody_takes_it_back_alone_nor_an_own_one(system, security, officer):
    wrong, actor = held(system, security, officer), officer_actor(system)
    given = {"link_id": wrong.pk}
    agree = {"actor": officer_actor(security), "agreed": True, **given}
    assert refusal_of(answer_end_of_link, **agree) == "identity.no_such_link"
    ask_end_of_link(actor=actor, **given)
    assert refusal_of(answer_end_of_link, **{**agree, "actor": actor}) == "identity.link_not_yours"
    human = make_person()
    link(system.account, human)
    link(security.account, human)
    assert refusal_of(answer_end_of_link, **agree) == "identity.link_by_another"
    own = OfficerLink.objects.get(account=system.account, ended_at=None)
    given = {"actor": actor, "link_id": own.pk}
    assert refusal_of(ask_end_of_link, **given) == "identity.link_by_another"


@pytest.mark.parametrize("step", ["ask", "agree"])
def test_taking_it_back_takes_a_fresh_code(client, system, security, officer, step):
    wrong = held(system, security, officer)
    if step == "agree":
        ask_end_of_link(actor=officer_actor(system), link_id=wrong.pk)
    sign_in(client, (system if step == "ask" else security).account, fresh=False)

    page = client.post(f"{LIST}{wrong.pk}/end/", {"answer": step})

    assert (page.status_code, page.templates[0].name) == (200, "identity/code.html")
    stale = officer_actor(system if step == "ask" else security, proven_at=None)
    act, more = (ask_end_of_link, {}) if step == "ask" else (answer_end_of_link, {"agreed": True})
    assert refusal_of(act, actor=stale, link_id=wrong.pk, **more) == "identity.code_needed"


def test_confirming_takes_a_fresh_code_too(client, system, security, officer):
    entered = enter(system, officer)
    sign_in(client, security.account, fresh=False)

    page = client.post(f"{LIST}{entered.pk}/answer/", {"answer": "confirm"})

    assert (page.status_code, page.templates[0].name) == (200, "identity/code.html")
    entered.refresh_from_db()
    assert entered.confirmed_at is None
    stale = officer_actor(security, proven_at=None)
    given = {"actor": stale, "link_id": entered.pk}
    assert refusal_of(confirm_link, **given) == "identity.code_needed"


def test_who_confirms_reads_which_post_the_officer_has_and_who_entered_it(
    client, system, security, officer
):
    enter(system, officer)
    sign_in(client, security.account)

    page = client.get(LIST).content.decode()

    waiting = page.partition('id="waiting"')[2].partition('id="holds"')[0]
    post = (officer.officer_code, officer.department.name, "办件人员", system.officer_code)
    assert [one in waiting for one in post] == [True] * 4
    ask_first = "确认前，请先当面问这位工作人员是不是本人。"
    assert ask_first in waiting
    sign_in(client, system.account)
    assert ask_first not in client.get(LIST).content.decode()


def test_after_an_objection_the_list_says_whose_move_it_is(client, system, security, officer):
    wrong = held(system, security, officer)
    move = "现在由系统管理员处理：先问本人，确实不对就申请解除。"
    given = {"link_id": wrong.pk}

    def says() -> bool:
        sign_in(client, security.account)
        return move in client.get(LIST).content.decode()

    moves = [says()]
    object_to_link(actor=officer_actor(officer))
    moves.append(says())
    ask_end_of_link(actor=officer_actor(system), **given)
    moves.append(says())
    answer_end_of_link(actor=officer_actor(security), agreed=False, **given)
    moves.append(says())

    assert moves == [False, True, False, False]


def test_an_end_that_is_turned_down_lets_it_hold_on(system, security, officer):
    right = held(system, security, officer)
    ask_end_of_link(actor=officer_actor(system), link_id=right.pk)

    answer_end_of_link(actor=officer_actor(security), link_id=right.pk, agreed=False)

    officer.account.refresh_from_db()
    assert officer.account.private_person == right.person
    assert told_of(right)[-1][0] == "officer.unlink_refused"
    ask_end_of_link(actor=officer_actor(system), link_id=right.pk)


def test_the_officer_is_told_sees_the_covered_number_and_objects(client, system, security, officer):
    wrong = held(system, security, officer)
    take_all()
    close_gate()
    sign_in(client, officer.account)
    inbox = client.get("/admin/messages/").content.decode()
    assert inbox.count("本人关联") == 2
    page = client.get(OWN).content.decode()
    assert wrong.person.masked_name in page
    seen = AuditEntry.objects.get(verb="officer.seen")
    assert set(subjects_of([seen])[seen.pk]) == {wrong.person_id}

    client.post("/admin/officers/own/object/")

    officer.account.refresh_from_db()
    assert officer.account.private_person == wrong.person
    assert told_of(wrong)[-1][0] == "officer.link_objected"
    assert waiting_links(officer_actor(system)).open == 1
    take_all()
    actor = officer_actor(system)
    record(actor=actor, verb="test.read", subjects=[system.account_id], purpose=LINKS)
    assert Message.objects.filter(account=system.account, kind="officer.link_objected").exists()


def test_who_is_linked_to_nobody_has_nothing_to_object_to(client, officer):
    sign_in(client, officer.account)
    assert 'id="you"' not in client.get(OWN).content.decode()
    assert client.post("/admin/officers/own/object/").status_code == 404
