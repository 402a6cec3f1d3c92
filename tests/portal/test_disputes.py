"""A register said to be wrong: from the citizen's words to the answer of its department."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.models import GroupObjectPermission

from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject, Outbox
from audit.outbox import take_all
from audit.trail import record
from audit.transaction import in_one_transaction
from catalog.loading.elements import load_elements
from catalog.models import Department
from identity.actions.answer_dispute import answer_dispute
from identity.actions.dispute_record import dispute_record
from identity.actions.open_dispute import NAMED_VIEWED, VIEWED
from identity.models import (
    Dispute,
    DisputeNotice,
    Posting,
    RecordSnapshot,
    RecordSource,
    RecordType,
)
from identity.records.fetch import snapshot_place
from identity.rights import group_of_post
from identity.sealed.text import seal_text
from identity.selectors.disputes import get_dispute_at
from tests.conftest import close_gate
from tests.factories.citizen import DATA, LI_XIAO
from tests.factories.desk import NUMBER
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    link,
    make_citizen,
    make_department,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db

DESK = "/admin/disputes/"
ADDRESS = "person.household_address"
SPOUSE = make_number()
KEPT = {"state": "kept", "answer": "户口本上写的是1号，\n请带证件到派出所。🙂"}


@pytest.fixture
def police() -> Department:
    return make_department(name="区公安分局")


@pytest.fixture
def citizen():
    return make_citizen(person=make_person(name="李晓", number=LI_XIAO))


@pytest.fixture
def clerk(client, police) -> Posting:
    posting = make_clerk(police)
    sign_in(client, posting.account)
    return posting


def make_clerk(department: Department, capacity: str = "clerk") -> Posting:
    group_of_post(capacity, department)
    return make_posting(capacity=capacity, department=department)


def make_source(police: Department, code: str = "household") -> RecordSource:
    load_elements(DATA / "elements.json")
    kind, _ = RecordType.objects.get_or_create(
        code=code, defaults={"name_zh": "户口", "name_en": "Household"}
    )
    return RecordSource.objects.get_or_create(
        code=code,
        defaults={
            "name_zh": "公安 · 户籍",
            "name_en": "Police · household register",
            "record_type": kind,
            "department": police,
            "endpoint": "sample:",
        },
    )[0]


def raise_dispute(account, police, *, subject: UUID | None = None, element=ADDRESS, **source):
    """What the register said, and that somebody says it is wrong; the gate is closed again."""
    register = make_source(police, **source)
    about = subject or account.person_id
    record(actor=ARRANGING, verb="test.arranged", subjects=[about])
    told = RecordSnapshot(subject_id=about, source=register, as_of=timezone.now())
    place = snapshot_place(told.pk, "person.citizen_number")
    told.payload = {
        ADDRESS: "北辰街道1号",
        "person.citizen_number": seal_text(NUMBER, place, mask="number"),
        "spouse.name": "周敏",
        "spouse.citizen_number": seal_text(
            SPOUSE, snapshot_place(told.pk, "spouse.citizen_number"), mask="number"
        ),
    }
    told.save(force_insert=True)
    dispute_record(
        actor=citizen_actor(account),
        subject_id=about,
        source=register,
        element=element,
        statement="我住2号 🙂",
    )
    close_gate()
    return DisputeNotice.objects.get(subject_id=about, element=element, answered_at=None)


def raise_again(account, notice: DisputeNotice, statement: str) -> None:
    dispute_record(
        actor=citizen_actor(account),
        subject_id=notice.subject_id,
        source=notice.source,
        element=notice.element,
        statement=statement,
    )
    close_gate()


def dispute_of(notice: DisputeNotice) -> Dispute:
    record(actor=ARRANGING, verb="test.looked", subjects=[notice.subject_id])
    found = Dispute.objects.get(pk=notice.dispute_id)
    close_gate()
    return found


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_the_list_names_register_and_value_and_opens_nothing(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police)

    page = text(client.get(DESK))

    assert f"{DESK}{notice.reference}/" in page
    assert "公安 · 户籍" in page
    assert "户口所在地" in page
    for personal in ("李晓", "李*", "我住2号", "北辰街道1号"):
        assert personal not in page
    assert not AuditEntry.objects.filter(actor=clerk.account_id, verb="dispute.viewed").exists()


def test_the_list_costs_the_same_with_many_rows(client, citizen, police, clerk):
    raise_dispute(citizen, police)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            text(client.get(DESK))
        return len(caught)

    queries()
    one = queries()
    for number in range(30):
        raise_dispute(citizen, police, element=f"test.{number}")

    assert queries() == one


def test_opening_one_is_recorded_with_its_purpose_and_shows_both_sides(
    client, citizen, police, clerk
):
    notice = raise_dispute(citizen, police)

    response = client.get(f"{DESK}{notice.reference}/")

    page = text(response)
    for words in ("李晓", "北辰街道1号", "我住2号 🙂", "户口所在地"):
        assert words in page
    assert LI_XIAO not in page
    assert "no-store" in response.headers["Cache-Control"]
    look = AuditEntry.objects.get(verb="dispute.viewed")
    assert (look.actor, look.purpose_kind, look.purpose) == (clerk.account_id, "duty", "dispute")
    seen = AuditSubject.objects.filter(entry_id=look.pk).values_list("subject", flat=True)
    assert list(seen) == [citizen.person_id]


def test_a_sensitive_value_of_a_register_stays_covered(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police, element="person.citizen_number")

    page = text(client.get(f"{DESK}{notice.reference}/"))

    assert NUMBER not in page
    assert "511*************34" in page


def test_the_answer_reaches_the_citizen_with_a_message_of_the_same_transaction(
    client, citizen, police, clerk
):
    notice = raise_dispute(citizen, police)

    answer = client.post(f"{DESK}{notice.reference}/", KEPT)

    assert answer.headers["Location"] == DESK
    found = dispute_of(notice)
    assert (found.state, found.answered_by) == ("kept", clerk.officer_code)
    entry = AuditEntry.objects.get(verb="dispute.answered")
    job = Outbox.objects.get(kind="dispute.tell")
    assert job.payload == {"entry": entry.pk}
    assert "户口本上写的是1号" not in str(job.payload)
    assert notice.reference not in text(client.get(DESK))
    take_all()
    close_gate()
    sign_in(client, citizen)
    records = text(client.get("/my/records/"))
    assert "户口本上写的是1号" in records
    assert "区公安分局" in records
    assert "户口所在地" in records
    inbox = text(client.get("/my/messages/"))
    assert "公安 · 户籍" in inbox
    assert "户口本上写的是1号" not in inbox
    assert "您说登记有误，要核实" in text(client.get("/my/access/"))


def test_a_correction_is_the_other_answer(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police)

    client.post(f"{DESK}{notice.reference}/", {"state": "corrected", "answer": "已改为2号。"})

    assert dispute_of(notice).state == "corrected"
    sign_in(client, citizen)
    assert "tag--ok" in text(client.get("/my/records/"))


def test_what_is_lacking_is_asked_for_and_what_was_typed_stays(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police)
    here = f"{DESK}{notice.reference}/"

    unchosen = text(client.post(here, {"answer": "看过了 \u202e🙂"}))
    wordless = text(client.post(here, {"state": "kept", "answer": " \n"}))
    with_nul = text(client.post(here, {"state": "kept", "answer": "a\x00b"}))
    too_long = text(client.post(here, {"state": "kept", "answer": "长" * 1001}))
    open_again = text(client.post(here, {"state": "open", "answer": "x"}))

    assert 'href="#id_state"' in unchosen
    assert "看过了 🙂" in unchosen
    assert 'href="#id_answer"' in wordless
    assert 'href="#id_answer"' in with_nul
    assert "1000" in too_long
    assert 'href="#id_state"' in open_again
    assert dispute_of(notice).state == "open"


def test_a_program_cannot_answer_without_words_either(citizen, police, clerk):
    notice = raise_dispute(citizen, police)

    for state, answer in ((Dispute.State.KEPT, " "), (Dispute.State.OPEN, "x")):
        with pytest.raises(Refused) as refusal:
            answer_dispute(
                actor=officer_actor(clerk), reference=notice.reference, state=state, answer=answer
            )
        assert refusal.value.code == "dispute.needs_an_answer"


def test_the_database_keeps_no_answer_without_words(citizen, police):
    notice = raise_dispute(citizen, police)
    record(actor=ARRANGING, verb="test.looked", subjects=[notice.subject_id])

    with pytest.raises(IntegrityError, match="answered_in_words"), transaction.atomic():
        Dispute.objects.filter(pk=notice.dispute_id).update(state="kept")


def test_other_offices_other_posts_and_posts_without_the_right_find_nothing(
    client, citizen, police
):
    notice = raise_dispute(citizen, police)
    elsewhere = make_clerk(make_department())
    sign_in(client, make_clerk(police, "superior").account)
    assert client.get(DESK).status_code == 403
    without_right = make_posting(department=police)

    for posting in (elsewhere, without_right):
        GroupObjectPermission.objects.filter(group__name__endswith=police.code).delete()
        sign_in(client, posting.account)
        assert notice.reference not in text(client.get(DESK))
        here = f"{DESK}{notice.reference}/"
        assert client.get(here).status_code == 404
        assert client.post(here, KEPT).status_code == 404
        assert client.get(f"{DESK}0000000000/").status_code == 404
    assert dispute_of(notice).state == "open"
    assert not AuditEntry.objects.filter(verb="dispute.viewed").exists()


def test_nobody_answers_what_they_contest_themselves(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police)
    link(clerk.account, citizen.person)

    assert notice.reference not in text(client.get(DESK))
    assert client.post(f"{DESK}{notice.reference}/", KEPT).status_code == 404
    assert dispute_of(notice).state == "open"


def test_the_answer_about_a_firm_reaches_whoever_leads_it(client, citizen, police, clerk):
    firm = make_organisation(name="清溪纸业", legal_representative=citizen.person)
    notice = raise_dispute(citizen, police, subject=firm.pk)
    page = text(client.get(f"{DESK}{notice.reference}/"))
    assert "清溪纸业" in page
    assert firm.credit_code in page

    client.post(f"{DESK}{notice.reference}/", KEPT)
    take_all()
    close_gate()

    sign_in(client, citizen)
    assert "公安 · 户籍" in text(client.get("/my/messages/"))
    assert "户口本上写的是1号" in text(client.get("/my/records/"))


def test_saying_it_again_after_an_answer_is_a_new_dispute(client, citizen, police, clerk):
    notice = raise_dispute(citizen, police)
    again = raise_dispute(citizen, police)
    assert again == notice
    client.post(f"{DESK}{notice.reference}/", KEPT)

    third = raise_dispute(citizen, police)

    assert third.dispute_id != notice.dispute_id
    assert dispute_of(notice).state == "kept"


def test_an_officer_of_two_offices_answers_for_the_one_worked_in_now(
    client, citizen, police, clerk
):
    notice = raise_dispute(citizen, police)
    elsewhere = make_posting(department=make_department(), account=clerk.account)

    with pytest.raises(Refused) as refusal:
        get_dispute_at(officer_actor(elsewhere), notice.reference)

    assert refusal.value.code == "dispute.not_at_your_desk"
    assert get_dispute_at(officer_actor(clerk), notice.reference) == notice


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_the_same_moment_are_one_answer():
    with in_one_transaction():
        office = make_department(name="区公安分局")
        account = make_citizen(person=make_person(name="李晓"))
        first, second = make_clerk(office), make_clerk(office)
        notice = raise_dispute(account, office)

    def answer(posting: Posting) -> str:
        try:
            with in_one_transaction():
                answer_dispute(
                    actor=officer_actor(posting),
                    reference=notice.reference,
                    state=Dispute.State.KEPT,
                    answer=posting.officer_code,
                )
        except Refused as refusal:
            return refusal.code
        else:
            return "answered"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with in_one_transaction():
            answer_dispute(
                actor=officer_actor(first),
                reference=notice.reference,
                state=Dispute.State.KEPT,
                answer=first.officer_code,
            )
            late = pool.submit(answer, second)
            until_somebody_waits_for_us()
        assert late.result() == "dispute.not_at_your_desk"

    assert AuditEntry.objects.filter(verb="dispute.answered", outcome="done").count() == 1
    assert Outbox.objects.filter(kind="dispute.tell").count() == 1
    with in_one_transaction():
        found = dispute_of(notice)
        assert (found.answer, found.answered_by) == (first.officer_code,) * 2


def until_somebody_waits_for_us() -> None:
    """Returns when another connection waits for a row this transaction holds."""
    with connection.cursor() as cursor:
        for _ask in range(100_000):
            cursor.execute(
                "select exists (select 1 from pg_locks, pg_backend_pid() me"
                " where not granted and me = any (pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


def named_by_looks() -> list[set[UUID]]:
    looks = AuditEntry.objects.filter(verb__in=(VIEWED, NAMED_VIEWED)).order_by("id")
    about = AuditSubject.objects.values_list("subject", flat=True)
    return [set(about.filter(entry_id=one.pk)) for one in looks]


@pytest.mark.parametrize("element", ["spouse.name", "spouse.citizen_number"])
def test_whoever_else_stands_in_a_contested_value_is_named_too(
    client, citizen, police, clerk, element
):
    spouse = make_person(name="周敏", number=SPOUSE)
    notice = raise_dispute(citizen, police, element=element)

    text(client.get(f"{DESK}{notice.reference}/"))

    assert named_by_looks() == [{citizen.person_id}, {spouse.pk}]


def test_whoever_is_named_in_the_words_of_a_dispute_is_named_by_the_look(
    client, citizen, police, clerk
):
    spouse = make_citizen(person=make_person(name="周敏", number=SPOUSE))
    notice = raise_dispute(citizen, police)
    raise_again(citizen, notice, f"和{SPOUSE}同住")

    text(client.get(f"{DESK}{notice.reference}/"))

    assert named_by_looks() == [{citizen.person_id}, {spouse.person_id}]
    close_gate()
    sign_in(client, spouse)
    (look,) = client.get("/my/access/").context["people"].looks
    assert (look.what, look.why, look.seen) == (
        "打开了别人说有误的登记，里面写到您",
        "别人说登记有误，要核实",
        "登记里和提出的人写到您的内容；其中手写的身份证号没有遮住",
    )


def test_a_contested_value_of_ones_own_names_nobody_else(client, citizen, police, clerk):
    make_person(name="周敏", number=SPOUSE)
    notice = raise_dispute(citizen, police)

    text(client.get(f"{DESK}{notice.reference}/"))

    assert named_by_looks() == [{citizen.person_id}]
