"""Whose identity number was shown in full in somebody else's case reads so in plain words."""

import json

import pytest
from django.utils import timezone

from applications.actions.reveal_answer import REASONS, REASONS_FOR_OTHERS
from applications.answer_values import keep
from applications.verbs import Verb
from audit.models import AuditEntry, AuditSubject
from audit.visits import told_apart
from identity.actions.ask_why import ask_why
from tests.conftest import close_gate
from tests.factories.citizen import set_values, told
from tests.factories.desk import make_in_hand
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_number,
    make_person,
    sign_in,
)
from tests.factories.looks import make_superior

pytestmark = pytest.mark.django_db
ACCESS = "/my/access/"
SHOWN = (
    "看了您的完整身份证号",
    "写到您的一件事",
    "您的身份证号，一位都没有遮住。原因：和材料上的核对",
)
PLAIN = ("看了一个办件", "写到您的一件事", "里面写到您的部分")


@pytest.fixture
def numbers():
    return {who: make_number() for who in ("owner", "spouse", "child")}


@pytest.fixture
def owner(numbers):
    return make_citizen(person=make_person(name="陈磊", number=numbers["owner"]))


@pytest.fixture
def named(numbers):
    """Who stands in the case by number, each in an answer of their own."""
    return {
        who: make_citizen(person=make_person(number=numbers[who])) for who in ("spouse", "child")
    }


@pytest.fixture
def in_hand(owner, named, numbers):
    answers = {
        "citizen_number": numbers["owner"],
        "school": f"{numbers['spouse']}的学校",
        "employer": numbers["child"],
    }
    case, posting = make_in_hand(account=owner, **answers)
    sealed = {key: keep(one, case.pk, key, sensitive=True) for key, one in answers.items()}
    set_values(case, **{key: told(one) for key, one in sealed.items()})
    return case, posting


@pytest.fixture
def show(client, in_hand):
    """The clerk opens the case and has one answer shown in full."""
    case, posting = in_hand

    def shown(key: str, reason: str = "compare") -> None:
        sign_in(client, posting.account)
        address = f"/admin/desk/{case.reference}/"
        assert client.get(address).status_code == 200
        page = client.post(f"{address}reveal/{key}/", {"reason": reason})
        assert page.status_code == 200
        client.logout()
        close_gate()

    return shown


def lines_for(client, account) -> list[tuple[str, str, str]]:
    """What officers saw of this citizen: each line in words, the newest first."""
    sign_in(client, account)
    looks = client.get(ACCESS).context["people"].looks
    return [(one.what, one.why, one.seen) for one in looks if one.is_view]


def named_by_the_showing() -> list[set]:
    entries = AuditEntry.objects.filter(verb=Verb.NUMBER_REVEALED).order_by("id")
    rows = AuditSubject.objects
    return [set(rows.filter(entry_id=one.pk).values_list("subject", flat=True)) for one in entries]


def test_they_read_it_plainly_on_a_line_of_its_own_and_nothing_of_the_case(
    client, in_hand, show, named, owner
):
    case, _posting = in_hand
    show("school")
    show("school")

    assert lines_for(client, named["spouse"]) == [SHOWN, PLAIN, SHOWN]
    page = client.get(ACCESS).content.decode()
    for secret in (case.reference, str(case.pk), case.masked_name, case.item.name, "陈磊", "学校"):
        assert secret not in page
    files = json.loads(client.post("/my/export/").content)["who_looked"]
    assert SHOWN[0] in [one["what"] for one in files]
    assert set(
        AuditEntry.objects.filter(verb=Verb.NUMBER_REVEALED).values_list("purpose_kind", "purpose")
    ) == {("case", case.reference)}


def test_who_else_is_named_reads_nothing_of_a_number_that_is_not_theirs(client, show, named):
    show("school")

    assert named_by_the_showing() == [{named["spouse"].person_id}]
    assert lines_for(client, named["child"]) == [PLAIN]


def test_whose_case_it_is_reads_which_answer_it_was_and_no_second_line(client, show, owner):
    show("citizen_number")

    assert named_by_the_showing() == []
    ((what, _why, seen),) = lines_for(client, owner)
    assert "看了您平时遮住的一项信息" in what
    assert "身份证号" in seen


def test_it_is_one_look_to_who_counts_and_one_line_at_the_desk(client, in_hand, show):
    case, posting = in_hand
    since = timezone.now()
    show("school")

    entries = AuditEntry.objects.filter(actor=posting.account_id, at__gte=since).order_by("id")
    parts = [(one.verb, is_part) for one, is_part in told_apart(entries, since)]
    assert parts == [
        ("application.viewed", False),
        ("value.revealed", True),
        ("number.revealed", True),
    ]
    sign_in(client, posting.account)
    page = client.get(f"/admin/desk/{case.reference}/").content.decode()
    assert page.count("看了一项平时遮住的信息") == 1
    assert "办件里写到的人的完整号码" not in page


def test_a_reason_that_would_say_how_the_case_goes_on_is_not_told_to_whom_it_is_no_matter_of(
    client, show, named, owner
):
    """A payment is prepared where something was granted."""
    show("school", "pay_out")

    seen = lines_for(client, named["spouse"])[0][2]
    assert seen.endswith("。原因：办理中只关系到申请人自己的一步")
    assert str(REASONS["pay_out"]) not in client.get(ACCESS).content.decode()
    assert set(REASONS_FOR_OTHERS) == set(REASONS)
    assert lines_for(client, owner)[0][2].endswith(f"。原因：{REASONS['pay_out']}")


def test_who_answers_for_the_officer_reads_which_reason_was_chosen(client, in_hand, show, named):
    _case, posting = in_hand
    superior = make_superior(posting.department)
    show("school", "pay_out")
    entry = AuditEntry.objects.get(verb=Verb.NUMBER_REVEALED)
    asked = ask_why(actor=citizen_actor(named["spouse"]), entry_id=entry.pk, words="为什么？")
    close_gate()
    sign_in(client, superior.account)

    page = client.get(f"/admin/questions/{asked.reference}/").content.decode()

    assert f"<dt>看完整内容的理由</dt><dd>{REASONS['pay_out']}</dd>" in page
    assert "办理中只关系到申请人自己的一步" in page


def test_the_page_says_before_which_value_is_shown_in_full(client, in_hand):
    case, posting = in_hand
    sign_in(client, posting.account)
    address = f"/admin/desk/{case.reference}/reveal/"

    page = client.get(f"{address}citizen_number/").content.decode()

    assert "<h1>查看完整内容：身份证号</h1>" in page
    assert client.get(f"{address}nothing/").status_code == 404
    assert not AuditEntry.objects.filter(verb__endswith=".revealed").exists()
