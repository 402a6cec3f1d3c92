"""A hold on looks at a case as everybody in that case meets it: party or merely named."""

import json

import pytest

from identity.actions.end_hold import end_hold
from identity.models import DisclosureHold
from identity.selectors.numbered import digest_of_number
from portal.desk.lookup import look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.holds import in_force, wanted
from tests.factories.identity import (
    link,
    make_citizen,
    make_number,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.near import make_relative
from tests.portal.test_hold_pages import form, said

pytestmark = pytest.mark.django_db
ACCESS = "/my/access/"
TAKEN = "接手了您的办件"
NOT_IN_ORDER = "监督员复核了这次查看：有问题"


@pytest.fixture
def numbers():
    return {"owner": make_number(), "spouse": make_number()}


@pytest.fixture
def people(numbers):
    """Who applies, and who is named in the case by number."""
    names = {"owner": "陈磊", "spouse": "周敏"}
    return {
        who: make_citizen(person=make_person(name=name, number=numbers[who]))
        for who, name in names.items()
    }


@pytest.fixture
def in_hand(people, numbers):
    return make_in_hand(account=people["owner"], spouse_number=numbers["spouse"])


@pytest.fixture
def two():
    return [make_posting(capacity="supervisor") for _ in range(2)]


def hold_back(two, account, case, posting) -> DisclosureHold:
    asked = wanted(
        account,
        posting.department,
        scope=DisclosureHold.Scope.CASE,
        scope_code=case.reference,
    )
    return in_force(two, asked)


def open_at_the_desk(client, posting, case) -> None:
    sign_in(client, posting.account)
    assert client.get(f"/admin/desk/{case.reference}/").status_code == 200
    client.logout()
    close_gate()


def looks_shown(client, account):
    sign_in(client, account)
    return client.get(ACCESS).context["people"].looks


@pytest.mark.parametrize(("held", "other"), [("owner", "spouse"), ("spouse", "owner")])
def test_nobody_in_the_case_reads_of_looks_at_it_and_later_everybody_does(
    client, people, in_hand, two, held, other
):
    """The owner reads that it was taken in hand before, as on the page of the case."""
    case, posting = in_hand
    hold = hold_back(two, people[held], case, posting)
    open_at_the_desk(client, posting, case)

    for who in (held, other):
        taken = [TAKEN] if who == "owner" else []
        assert [one.what for one in looks_shown(client, people[who])] == taken
        files = json.loads(client.post("/my/export/").content)["who_looked"]
        assert [one["what"] for one in files if one["office"]] == taken
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    for who in (held, other):
        looks = looks_shown(client, people[who])
        late = [one.late.ground for one in looks if one.what != TAKEN]
        assert set(late) == {hold.get_ground_display()}
        response = client.get(ACCESS)
        assert "《个人信息保护法》第三十五条" in response.content.decode()
        assert bool(response.context["checkers"].looks) is (who == held)


def test_what_is_found_meanwhile_is_told_when_it_is_over(client, people, in_hand, two):
    case, posting = in_hand
    spouse, supervisor = people["spouse"], make_posting(capacity="supervisor")
    look_up_person(
        actor=officer_actor(posting), person_id=spouse.person_id, reason="called", why="来电"
    )
    close_gate()
    hold = hold_back(two, people["owner"], case, posting)
    judge_look(
        actor=officer_actor(supervisor),
        reference=LookupReview.objects.get().reference,
        state=LookupReview.State.NOT_FINE,
        words="理由不实",
    )
    close_gate()

    (look,) = looks_shown(client, spouse)
    assert look.found == ()
    assert client.get(ACCESS).context["checkers"].looks == []
    end_hold(actor=officer_actor(two[0]), reference=hold.reference)
    close_gate()

    found = [found.words for one in looks_shown(client, spouse) for found in one.found]
    assert found == [NOT_IN_ORDER]


@pytest.mark.parametrize("tie", ["close", "close to an officer who looked"])
def test_who_is_close_to_somebody_named_reads_the_answer_everybody_reads(
    client, people, numbers, in_hand, tie
):
    case, posting = in_hand
    supervisor = make_posting(capacity="supervisor")
    sign_in(client, supervisor.account)
    of_case = {"scope": "case", "case": case.reference}
    unknown = said(client, make_number(), **of_case)
    if tie == "close":
        make_relative(supervisor.account, digest_of_number(numbers["spouse"]), "sibling")
    else:
        number = make_number()
        link(posting.account, make_person(number=number))
        make_relative(supervisor.account, digest_of_number(number), "sibling")

    assert said(client, numbers["owner"], **of_case) == unknown
    assert not DisclosureHold.objects.exists()
    client.logout()
    sign_in(client, make_posting(capacity="supervisor").account)
    assert client.post("/admin/holds/new/", form(numbers["owner"], **of_case)).status_code == 302
