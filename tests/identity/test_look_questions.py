"""Why was that looked at? Who has to answer, until when, and what happens when nobody does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from guardian.models import GroupObjectPermission

from audit.kernel.clock import working_days_after
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.outbox import take_all
from audit.trail import record
from audit.transaction import in_one_transaction
from catalog.selectors.calendar import work_calendar
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import MOST_OPEN, ask_why
from identity.actions.open_question import open_question
from identity.actions.pass_questions_on import pass_questions_on
from identity.models import LookQuestion, Message, QuestionStep, QuestionText
from identity.rights import WORK_DEPARTMENT, grant, group_of_post
from identity.selectors.look_questions import questions_at, questions_not_in_order
from identity.tasks import pass_on_questions
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_department,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
)
from tests.factories.looks import make_look, make_superior

pytestmark = pytest.mark.django_db
FOR_WORK, WRONG = LookQuestion.Verdict.FOR_WORK, LookQuestion.Verdict.NOT_ALLOWED


@pytest.fixture
def citizen():
    return make_citizen()


@pytest.fixture
def offices():
    """An office, the one above it."""
    above = make_department(name="市局")
    return make_department(name="区分局", parent=above), above


@pytest.fixture
def clerk(offices):
    return make_posting(department=offices[0])


def ask(account, look, words="为什么看我？"):
    question = ask_why(actor=citizen_actor(account), entry_id=look.pk, words=words)
    close_gate()
    return question


def answer(posting, question, verdict=FOR_WORK, words="为了办您的件。"):
    answered = answer_question(
        actor=officer_actor(posting), reference=question.reference, verdict=verdict, answer=words
    )
    close_gate()
    return answered


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def waits_for(posting) -> list[str]:
    rows = questions_at(officer_actor(posting))
    return list(rows.order_by("due_on", "id").values_list("reference", flat=True))


def messages_of(account) -> list[str]:
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[account.person_id or account.pk])
    kinds = list(Message.objects.filter(account=account).order_by("created_at").values_list("kind"))
    close_gate()
    return [kind for (kind,) in kinds]


def overdue(question) -> None:
    LookQuestion.objects.filter(pk=question.pk).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )


def test_a_question_goes_to_the_superiors_of_the_office_with_five_working_days(
    citizen, offices, clerk
):
    superior, elsewhere = make_superior(offices[0]), make_superior(make_department())

    question = ask(citizen, make_look(clerk, citizen.person_id), "那天我没去过。")

    today = timezone.localdate()
    assert question.office == offices[0]
    assert question.due_on == working_days_after(today, 5, work_calendar())
    assert waits_for(superior) == [question.reference]
    assert waits_for(elsewhere) == waits_for(clerk) == []
    entry = AuditEntry.objects.get(verb="question.asked")
    assert (entry.actor, entry.object_id) == (citizen.pk, question.reference)
    record(actor=ARRANGING, verb="test.looked", subjects=[citizen.person_id])
    assert QuestionText.objects.get(question=question).words == "那天我没去过。"
    assert messages_of(superior.account) == ["question.waits"]


def test_a_right_without_the_post_and_a_post_without_the_right_open_nothing(
    citizen, offices, clerk
):
    make_superior(offices[0])
    other = make_superior(offices[1])
    grant(group_of_post("superior", offices[1]), WORK_DEPARTMENT, offices[0])
    ask(citizen, make_look(clerk, citizen.person_id))

    assert waits_for(other) == []
    GroupObjectPermission.objects.filter(group__name=f"superior@{offices[0].code}").delete()
    assert waits_for(make_posting(capacity="superior", department=offices[0])) == []


def test_the_words_of_a_question_are_behind_the_gate(citizen, offices, clerk):
    make_superior(offices[0])
    ask(citizen, make_look(clerk, citizen.person_id), "那天我没去过。")

    with pytest.raises(Exception, match="recorded nobody"), transaction.atomic():
        list(QuestionText.objects.all())


def test_one_look_has_one_open_question_of_one_person(citizen, offices, clerk):
    make_superior(offices[0])
    other = make_citizen()
    look = make_look(clerk, citizen.person_id, other.person_id)

    first, again, others = ask(citizen, look), ask(citizen, look), ask(other, look)

    assert again.pk == first.pk
    assert others.pk != first.pk
    copy = LookQuestion(
        reference="TWICE",
        entry_id=look.pk,
        entry_at=look.at,
        subject_id=citizen.person_id,
        asker=citizen,
        officer=clerk.account_id,
        due_on=first.due_on,
    )
    with pytest.raises(IntegrityError, match="one_open_question"), transaction.atomic():
        copy.save()


def test_the_officer_who_looked_never_answers_even_as_the_superior(citizen, offices):
    own = make_superior(offices[0])
    other = make_superior(offices[0])

    question = ask(citizen, make_look(own, citizen.person_id))

    assert waits_for(own) == []
    assert waits_for(other) == [question.reference]
    assert refused(answer, own, question) == "question.not_at_your_desk"


def test_an_office_whose_only_superior_looked_is_passed_over(citizen, offices):
    own, above = make_superior(offices[0]), make_superior(offices[1])

    question = ask(citizen, make_look(own, citizen.person_id))

    assert question.office == offices[1]
    assert waits_for(above) == [question.reference]


def test_another_account_of_the_same_officer_does_not_answer_either(citizen, offices):
    person = make_person()
    clerk = make_posting(department=offices[0], account=make_staff(private_person=person))
    twin = make_superior(offices[0], account=make_staff(private_person=person))
    supervisor = make_posting(capacity="supervisor")

    question = ask(citizen, make_look(clerk, citizen.person_id))

    assert question.office is None
    assert waits_for(twin) == []
    assert waits_for(supervisor) == [question.reference]


def test_nobody_answers_a_question_of_their_own(offices, clerk):
    person = make_person()
    citizen = make_citizen(person=person)
    own = make_superior(offices[0], account=make_staff(private_person=person))
    other = make_superior(offices[0])

    question = ask(citizen, make_look(clerk, person.pk))

    assert (waits_for(own), waits_for(other)) == ([], [question.reference])


def test_an_answer_is_given_once_told_and_recorded(citizen, offices, clerk):
    superior = make_superior(offices[0])
    question = ask(citizen, make_look(clerk, citizen.person_id))

    answer(superior, question)

    question.refresh_from_db()
    assert (question.verdict, question.answered_by) == ("for_work", superior.officer_code)
    assert refused(answer, superior, question) == "question.not_at_your_desk"
    entry = AuditEntry.objects.get(verb="question.answered")
    assert list(
        AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    ) == [citizen.person_id]
    assert messages_of(citizen) == ["question.answered"]


def test_a_question_needs_words(citizen, clerk):
    look = make_look(clerk, citizen.person_id)

    assert refused(ask, citizen, look, words=" \n") == "question.needs_words"
    assert not LookQuestion.objects.exists()


def test_an_answer_needs_words(citizen, offices, clerk):
    question = ask(citizen, make_look(clerk, citizen.person_id))

    assert refused(answer, make_superior(offices[0]), question, words=" ") == (
        "question.needs_an_answer"
    )


def test_a_look_that_was_not_in_order_is_told_to_the_supervisors(citizen, offices, clerk):
    superior, supervisor = make_superior(offices[0]), make_posting(capacity="supervisor")
    fine = ask(citizen, make_look(clerk, citizen.person_id))
    bad = ask(citizen, make_look(clerk, citizen.person_id))

    answer(superior, fine)
    answer(superior, bad, WRONG)

    assert messages_of(supervisor.account) == ["question.not_in_order"]
    shown = questions_not_in_order(officer_actor(supervisor))
    assert [one.reference for one in shown] == [bad.reference]
    assert open_question(actor=officer_actor(supervisor), reference=bad.reference).text.answer
    assert refused(open_question, actor=officer_actor(supervisor), reference=fine.reference) == (
        "question.not_at_your_desk"
    )
    assert questions_not_in_order(officer_actor(superior)).count() == 0


def test_what_nobody_answered_goes_up_office_by_office_and_then_to_the_supervisors(
    citizen, offices, clerk
):
    low, high = make_superior(offices[0]), make_superior(offices[1])
    supervisor = make_posting(capacity="supervisor")
    question = ask(citizen, make_look(clerk, citizen.person_id))
    today = timezone.localdate()
    where = []
    for _ in range(4):
        overdue(question)
        where.append((pass_questions_on(today), *map(waits_for, (low, high, supervisor))))
        close_gate()

    mine = [question.reference]
    assert where == [(1, [], mine, []), (1, [], [], mine), (0, [], [], mine), (0, [], [], mine)]
    steps = QuestionStep.objects.filter(question=question).order_by("level")
    assert [one.office for one in steps] == [offices[0], offices[1], None]
    assert steps[1].due_on == working_days_after(today, 5, work_calendar())
    assert messages_of(citizen) == ["question.passed_on", "question.passed_on"]
    assert AuditEntry.objects.filter(verb="question.passed_on", capacity="system").count() == 2


def test_a_question_is_not_passed_on_before_its_last_day_is_over(citizen, offices, clerk):
    make_superior(offices[0])
    question = ask(citizen, make_look(clerk, citizen.person_id))

    assert pass_questions_on(question.due_on) == 0
    assert pass_questions_on(question.due_on + timedelta(days=1)) == 1


def test_asking_again_after_an_answer_goes_one_office_up_until_there_is_none(
    citizen, offices, clerk
):
    low, high = make_superior(offices[0]), make_superior(offices[1])
    supervisor = make_posting(capacity="supervisor")
    look = make_look(clerk, citizen.person_id)
    for posting, office in ((low, offices[0]), (high, offices[1]), (supervisor, None)):
        question = ask(citizen, look)
        assert question.office == office
        answer(posting, question)

    assert refused(ask, citizen, look) == "question.answered_by_all"


def test_only_looks_of_officers_at_oneself_can_be_asked_about(citizen, clerk):
    other = make_citizen()
    at_other = make_look(clerk, other.person_id)
    own = record(actor=citizen_actor(citizen), verb="space.viewed", subjects=[citizen.person_id])
    by_machine = record(actor=ARRANGING, verb="record.fetched", subjects=[citizen.person_id])
    close_gate()

    tried = [at_other.pk, own, by_machine, at_other.pk + 1000, 0, -1, 2**63 - 1]
    answers = []
    for entry_id in tried:
        with pytest.raises(Refused) as caught, transaction.atomic():
            ask_why(actor=citizen_actor(citizen), entry_id=entry_id, words="为什么？")
        answers.append((caught.value.code, caught.value.status, str(caught.value.message)))

    assert set(answers) == {("look.not_there", 404, "您的信息没有这样一次查看。")}


def test_a_look_at_ones_firm_is_asked_about_for_the_firm(citizen, offices, clerk):
    firm = make_organisation(legal_representative_id=citizen.person_id)
    superior = make_superior(offices[0])

    question = ask(citizen, make_look(clerk, firm.pk))
    both = ask(citizen, make_look(clerk, firm.pk, citizen.person_id))

    assert (question.subject_id, both.subject_id) == (firm.pk, citizen.person_id)
    assert (
        open_question(actor=officer_actor(superior), reference=question.reference).name == firm.name
    )


def test_nobody_has_more_than_so_many_questions_open(citizen, offices, clerk):
    looks = [make_look(clerk, citizen.person_id) for _ in range(MOST_OPEN + 1)]
    for one in looks[:-1]:
        ask(citizen, one)

    assert refused(ask, citizen, looks[-1]) == "question.too_many_open"


def test_the_way_of_a_question_cannot_be_rewritten_and_no_question_deleted(citizen, clerk):
    ask(citizen, make_look(clerk, citizen.person_id))

    for statement in (
        "delete from identity_lookquestion",
        "delete from identity_questionstep",
        "update identity_questionstep set level = 7",
        "delete from identity_questiontext",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts():
    with in_one_transaction():
        office = make_department()
        citizen, clerk = make_citizen(), make_posting(department=office)
        superiors = [make_superior(office), make_superior(office)]
        question = ask(citizen, make_look(clerk, citizen.person_id))

    def try_it(posting) -> str:
        try:
            with in_one_transaction():
                answer(posting, question)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "answered"

    with ThreadPoolExecutor(2) as threads:
        results = sorted(threads.map(try_it, superiors))

    assert results == ["answered", "question.not_at_your_desk"]


@pytest.mark.django_db(transaction=True)
def test_the_job_passes_on_in_a_transaction_of_its_own():
    with in_one_transaction():
        office = make_department()
        citizen, clerk = make_citizen(), make_posting(department=office)
        make_superior(office)
        question = ask(citizen, make_look(clerk, citizen.person_id))
        overdue(question)

    assert pass_on_questions() == 1
    assert LookQuestion.objects.get().office is None
