"""Words that were erased by law leave a plain sentence in their place, on every page."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from applications.models import Application
from audit.keeping.erased import words_erased
from audit.keeping.erasing import Erasure, Ground, erase
from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.actions.ask_why import ask_why
from identity.models import Account
from portal.desk.break_glass import open_case_by_reason
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.models import LookupReview
from tests.conftest import as_owner
from tests.factories.desk import make_handed_in, make_in_hand
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_superior

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "邻居来电说她两天没有出门。"
GONE = "这里的文字已"


def page(account: Account, address: str, **form: str) -> str:
    client = Client()
    with in_one_transaction():
        sign_in(client, account)
    response = client.post(address, form, follow=True) if form else client.get(address)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def erase_words(person_id, before=timedelta(days=1), *, with_others: bool = True) -> None:
    """Those of every entry from before a day, counted from today."""
    with as_owner():
        erase(
            Erasure(
                number="E-1",
                subject=person_id,
                before=timezone.localdate() + before,
                ground=Ground.WITHDRAWN,
                with_others=with_others,
            )
        )


@pytest.fixture
def citizen():
    with in_one_transaction():
        return make_citizen(person=make_person(name="李晓"))


@pytest.fixture
def clerk():
    with in_one_transaction():
        return make_posting()


@pytest.fixture
def look(citizen, clerk) -> AuditEntry:
    with in_one_transaction():
        actor = officer_actor(clerk)
        look_up_person(actor=actor, person_id=citizen.person_id, reason="called", why=WHY)
    return AuditEntry.objects.get(verb=LOOKED_UP)


def test_the_person_reads_that_the_words_were_removed_by_law_and_when(citizen, look):
    assert GONE not in page(citizen, "/my/access/")

    erase_words(citizen.person_id)

    day = date_format(timezone.localdate())
    shown = page(citizen, "/my/access/")
    assert shown.count(f"这里的文字已于{day}依法删除。") == 1
    assert GONE in page(citizen, f"/my/access/{look.pk}/")


@pytest.mark.parametrize(
    ("with_others", "which"), [(True, "写到别人的也在内"), (False, "只写到您一个人")]
)
def test_an_erasure_is_told_as_an_act_on_an_order_and_not_as_one_of_the_portal_itself(
    citizen, look, with_others, which
):
    assert "依法删除的内容" not in page(citizen, "/my/access/")

    erase_words(citizen.person_id, with_others=with_others)

    shown = page(citizen, "/my/access/")
    part = shown[shown.index('id="operator"') : shown.index('id="machine"')]
    tomorrow = date_format(timezone.localdate() + timedelta(days=1))
    assert "按两名监督员的决定，编号E-1" in part
    assert f"{tomorrow}之前" in part
    assert which in part
    assert "撤回了同意" in part
    assert "依法删除了" not in shown[shown.index('id="machine"') :]
    saved = Client()
    with in_one_transaction():
        sign_in(saved, citizen)
    file = json.loads(saved.post("/my/export/").content)
    assert [tomorrow in one["deleted"] for one in file["who_looked"]].count(True) == 1


def test_an_erasure_that_found_no_words_is_not_told_as_if_it_had(citizen, look):
    erase_words(citizen.person_id, before=timedelta(days=-1))

    shown = page(citizen, "/my/access/")
    part = shown[shown.index('id="operator"') : shown.index('id="machine"')]
    assert "没有：" in part
    assert "写到别人的也在内" not in part
    assert GONE not in shown


def test_who_reviews_or_answers_for_a_look_reads_that_its_sentence_is_gone(citizen, clerk, look):
    with in_one_transaction():
        superior = make_superior(clerk.department)
        supervisor = make_posting(capacity="supervisor")
        question = ask_why(actor=citizen_actor(citizen), entry_id=look.pk, words="为什么？")
    review = LookupReview.objects.get(entry_id=look.pk)
    places = (
        (superior.account, f"/admin/questions/{question.reference}/"),
        (supervisor.account, f"/admin/lookup/reviews/{review.reference}/"),
    )
    for account, address in places:
        before = page(account, address)
        assert (WHY in before, GONE in before) == (True, False)

    erase_words(citizen.person_id)

    for account, address in places:
        after = page(account, address)
        assert (WHY in after, after.count(GONE)) == (False, 1)


def revealed() -> tuple[Application, Account]:
    with in_one_transaction():
        case, clerk = make_in_hand()
        supervisor = make_posting(capacity="supervisor")
    address = f"/admin/desk/{case.reference}/reveal/citizen_number/"
    page(clerk.account, address, reason="compare")
    return case, supervisor.account


def test_the_history_of_a_case_says_it_in_the_line_of_the_entry():
    case, supervisor = revealed()
    address = f"/admin/trail/cases/{case.reference}/"
    before = page(supervisor, address)
    assert GONE not in before

    erase_words(case.subject_id)

    after = page(supervisor, address)
    gone = len(words_erased(list(AuditEntry.objects.exclude(detail_hash=None))))
    assert after.count("这里的文字已于") == gone > 0


def test_whose_words_were_erased_is_not_told_to_others_in_the_same_case():
    """That somebody used their right is their matter: who is only named in a case reads nothing."""
    with in_one_transaction():
        owner, helper = make_citizen(), make_citizen()
        case = make_handed_in(account=owner, helper=helper)
        clerk = officer_actor(make_posting(capacity="superior"))
        open_case_by_reason(actor=clerk, reference=case.reference, reason="urgent_help", why=WHY)
    erase_words(owner.person_id)

    assert GONE in page(owner, "/my/access/")
    assert GONE not in page(helper, "/my/access/")


def test_words_that_were_not_erased_and_entries_without_words_say_nothing(citizen, look):
    erase_words(citizen.person_id, before=timedelta())

    assert words_erased(list(AuditEntry.objects.all())) == {}
    assert "这里的文字已" not in page(citizen, "/my/access/")
