"""What a superior reads before answering why somebody looked, and that asking twice asks once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry, AuditSubject
from audit.outbox import take_all
from identity.actions.end_hold import end_hold
from identity.actions.pass_questions_on import pass_questions_on
from identity.models import DisclosureHold, LookQuestion
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.seen_words import NAMED_IN_IT, SEEN
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    make_citizen,
    make_department,
    make_organisation,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior
from tests.portal.test_look_questions import ACCESS, DESK, NUMBER, ask, ask_and_confirm, text
from tests.portal.test_looks_veiled import work_on

pytestmark = pytest.mark.django_db
WHY = "邻居来电说她两天没有出门，怕她生病。"


@pytest.fixture
def office():
    return make_department(name="区公安分局")


@pytest.fixture
def citizen():
    return make_citizen(person=make_person(name="李晓", number=NUMBER, phone="13800138000"))


@pytest.fixture
def clerk(office):
    return make_posting(department=office)


@pytest.fixture
def superior(office):
    return make_superior(office)


def looked_up(clerk, citizen, reason="urgent_help", why=WHY, request_id="r-1") -> AuditEntry:
    actor = officer_actor(clerk, request_id=request_id)
    look_up_person(actor=actor, person_id=citizen.person_id, reason=reason, why=why)
    close_gate()
    return AuditEntry.objects.filter(verb=LOOKED_UP).latest("id")


def question_page(client, posting, question, query="") -> str:
    sign_in(client, posting.account)
    page = text(client.get(f"{DESK}{question.reference}/{query}"))
    client.cookies.clear()
    close_gate()
    return page


def test_who_answers_reads_the_reason_and_the_sentence_of_the_officer(
    client, citizen, clerk, superior
):
    question = ask(client, citizen, looked_up(clerk, citizen))

    page = question_page(client, superior, question)

    assert "本人需要紧急帮助" in page
    assert WHY in page
    (viewed,) = AuditEntry.objects.filter(verb="question.viewed")
    subjects = AuditSubject.objects.filter(entry_id=viewed.pk).values_list("subject", flat=True)
    assert list(subjects) == [citizen.person_id]


def test_every_day_on_the_page_is_written_in_one_way(client, citizen, clerk, superior):
    looked_up(clerk, citizen, "called", "她来电问办到哪一步。")
    question = ask(client, citizen, looked_up(clerk, citizen))

    page = question_page(client, superior, question)

    read = re.sub(
        r'<p class="(?:page-mark|mark-strip)">.*?</p>|datetime="[^"]*"', "", page, flags=re.DOTALL
    )
    days = re.findall(r"(?<![T\d-])20\d\d[-年]", read[read.index("<main") :])
    assert set(days) == {f"{timezone.localdate().year}年"}
    assert len(days) >= 3


def test_the_sentence_also_stands_beside_the_value_that_was_shown_in_full(
    client, citizen, clerk, superior
):
    """The telephone number in full leaves an entry of its own, which has no sentence."""
    looked_up(clerk, citizen)
    in_full = AuditEntry.objects.get(verb="value.revealed")

    page = question_page(client, superior, ask(client, citizen, in_full))

    assert page.partition("同一位工作人员")[0].count(WHY) == 1


def test_who_answers_sees_the_officers_other_looks_at_this_person_only(
    client, citizen, clerk, superior
):
    other = make_citizen(person=make_person(name="王芳"))
    colleague = make_posting(department=clerk.department)
    foreign = make_handed_in(account=other, helper=citizen)
    work_on(foreign, clerk, "application.viewed")
    looked_up(clerk, citizen, "called", "她来电问办到哪一步。")
    looked_up(clerk, other, why="她的邻居来电，说有急事找她。")
    make_look(colleague, citizen.person_id, verb="outcome.viewed")

    question = ask(client, citizen, looked_up(clerk, citizen))
    page = question_page(client, superior, question)

    assert page.index('href="#others"') < page.index('name="verdict"') < page.index('id="others"')
    others = page.partition("同一位工作人员看这个人的其他记录")[2]
    assert others.count('<li class="is-view" id="look-') == 3  # two of them in full, one veiled
    assert "她来电问办到哪一步。" in others
    assert "写到您的一件事" in others
    for secret in (foreign.reference, "王芳", "她的邻居来电", "打开了您的决定书", "/my/cases/"):
        assert secret not in page


def test_of_a_veiled_look_who_answers_reads_what_the_person_reads_and_not_to_say_more(
    client, citizen, clerk, superior
):
    """The answer goes to somebody who is only named in the case: not whose it is, nor which."""
    other = make_citizen(person=make_person(name="王芳"))
    foreign = make_handed_in(account=other, helper=citizen)

    veiled = question_page(
        client, superior, ask(client, citizen, work_on(foreign, clerk, "application.viewed"))
    )
    own = question_page(client, superior, ask(client, citizen, make_look(clerk, citizen.person_id)))

    read = veiled.partition("同一位工作人员")[0].partition("当事人看到的")[2]
    assert [str(NAMED_IN_IT) in read, "写到您的一件事" in read] == [True, True]
    assert str(SEEN["application.viewed"]) not in veiled
    keep_it = "提问的人只知道有一件事写到自己，不知道是谁的、哪一件，答复里也请不要写。"
    assert [keep_it in veiled, keep_it in own] == [True, False]
    assert ["为了哪项工作" in veiled, "为了哪项工作" in own] == [False, True]
    assert str(SEEN["application.viewed"]) in own


def test_who_answers_reads_the_officers_looks_at_the_persons_firms_as_the_person_does(
    client, citizen, clerk, superior
):
    firm = make_organisation(legal_representative_id=citizen.person_id)
    theirs = make_organisation(legal_representative_id=make_person().pk)
    make_look(clerk, firm.pk, verb="outcome.viewed")
    make_look(clerk, theirs.pk, verb="attachment.viewed")
    question = ask(client, citizen, make_look(clerk, citizen.person_id))

    page = question_page(client, superior, question)

    assert ("打开了您的决定书" in page, "打开了您的一份材料" in page) == (True, False)
    viewed = AuditEntry.objects.get(verb="question.viewed")
    rows = AuditSubject.objects.filter(entry_id=viewed.pk)
    assert set(rows.values_list("subject", flat=True)) == {citizen.person_id, firm.pk}


def test_a_hold_on_the_person_also_holds_where_the_question_is_about_a_firm(
    client, citizen, clerk, superior
):
    firm = make_organisation(legal_representative_id=citizen.person_id)
    question = ask(client, citizen, make_look(clerk, firm.pk))
    ask_and_confirm(client, clerk)
    make_look(clerk, firm.pk, citizen.person_id, verb="outcome.viewed")

    assert "打开了您的决定书" not in question_page(client, superior, question)


def test_what_a_hold_keeps_from_the_person_is_kept_from_who_answers(
    client, citizen, clerk, superior, office
):
    question = ask(client, citizen, looked_up(clerk, citizen))
    ask_and_confirm(client, clerk)
    make_look(clerk, citizen.person_id, verb="outcome.viewed")

    held = question_page(client, superior, question)
    supervisor = officer_actor(make_posting(capacity="supervisor"))
    end_hold(actor=supervisor, reference=DisclosureHold.objects.get().reference)
    close_gate()
    shown = question_page(client, superior, question)

    assert ("打开了您的决定书" in held, "打开了您的决定书" in shown) == (False, True)


def test_a_question_without_words_is_refused_in_words_and_leaves_nothing(
    client, citizen, clerk, superior
):
    look = make_look(clerk, citizen.person_id)
    sign_in(client, citizen)
    offered = text(client.get(f"{ACCESS}{look.pk}/"))
    assert "为什么看我的信息？</textarea>" in offered

    for words in ("", "  \n "):
        page = text(client.post(f"{ACCESS}{look.pk}/", {"words": words}))
        assert "请写一句：您想知道什么？" in page

    assert not LookQuestion.objects.exists()
    assert not AuditEntry.objects.filter(verb="question.asked").exists()


def test_the_button_pressed_again_asks_nothing_new(client, citizen, clerk, superior):
    look = make_look(clerk, citizen.person_id)
    sign_in(client, citizen)
    address = f"{ACCESS}{look.pk}/"

    pressed = [client.post(address, {"words": words}) for words in ("为什么？", "为什么？", "还是")]

    assert {one["Location"] for one in pressed} == {pressed[0]["Location"]}
    assert LookQuestion.objects.count() == 1
    assert AuditEntry.objects.filter(verb="question.asked").count() == 1
    own = text(client.get(pressed[0]["Location"]))
    assert '<p lang="zh-Hans" data-user-text>为什么？</p>' in own


def test_the_page_says_who_will_answer_and_when_nobody_is_left(
    client, citizen, clerk, superior, office
):
    supervisor = make_posting(capacity="supervisor")
    look = make_look(clerk, citizen.person_id)
    said = []
    for posting in (superior, supervisor):
        sign_in(client, citizen)
        said.append(text(client.get(f"{ACCESS}{look.pk}/")))
        question = ask(client, citizen, look)
        sign_in(client, posting.account)
        answer = {"verdict": "for_work", "answer": "为了办您的件。"}
        assert client.post(f"{DESK}{question.reference}/", answer).status_code == 302
        client.cookies.clear()

    assert "您的提问交给区公安分局的上级" in said[0]
    assert "会自动再往上转" in said[0]
    assert "您的提问交给监督员" in said[1]
    assert "会自动再往上转" not in said[1]
    sign_in(client, citizen)
    last = text(client.get(f"{ACCESS}{look.pk}/"))
    assert "监督员已经答复过了" in last
    assert "<textarea" not in last


def test_what_is_not_answered_in_time_goes_up_and_the_person_reads_both_in_messages(
    client, citizen, clerk, superior
):
    supervisor = make_posting(capacity="supervisor")
    question = ask(client, citizen, looked_up(clerk, citizen))
    LookQuestion.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    pass_questions_on(timezone.localdate())
    close_gate()
    sign_in(client, superior.account)
    assert client.get(f"{DESK}{question.reference}/").status_code == 404
    client.cookies.clear()

    assert WHY in question_page(client, supervisor, question)
    sign_in(client, supervisor.account)
    client.post(f"{DESK}{question.reference}/", {"verdict": "mistake", "answer": "看错了人。"})
    client.cookies.clear()
    take_all()

    sign_in(client, citizen)
    told = text(client.get("/my/messages/"))
    assert "您的提问已转到上一级" in told
    assert "您的提问有答复了" in told
    assert "看错了人。" in text(client.get(f"{ACCESS}questions/{question.reference}/"))


def test_whoever_is_asked_next_reads_what_was_asked_and_answered_before(
    client, citizen, clerk, superior
):
    supervisor = make_posting(capacity="supervisor")
    look = looked_up(clerk, citizen)
    other = make_citizen(person=make_person(name="王芳"))
    of_other = ask(client, other, looked_up(clerk, other), words="别人的提问。")
    for question, answer in (
        (ask(client, citizen, look, words="我那天不在家。"), "看的是另一件事。"),
        (of_other, "给别人的答复。"),
        (ask(client, citizen, looked_up(clerk, citizen), words="另一次的提问。"), "另一次的答复。"),
    ):
        sign_in(client, superior.account)
        said = {"verdict": "for_work", "answer": answer}
        assert client.post(f"{DESK}{question.reference}/", said).status_code == 302
        client.cookies.clear()
    first = LookQuestion.objects.get(entry_id=look.pk)
    again = ask(client, citizen, look, words="哪一件事？")
    close_gate()

    page = question_page(client, supervisor, again)

    for words in ("我那天不在家。", "看的是另一件事。", first.reference, superior.officer_code):
        assert page.count(words) == 1
    assert "哪一件事？" in page
    for words in ("别人的提问。", "给别人的答复。", "另一次的提问。", "另一次的答复。"):
        assert words not in page
    viewed = AuditEntry.objects.filter(verb="question.viewed", actor=supervisor.account_id)
    assert [one.object_id for one in viewed] == [again.reference]


def test_a_first_question_has_nothing_before_it(client, citizen, clerk, superior):
    page = question_page(client, superior, ask(client, citizen, looked_up(clerk, citizen)))
    assert "之前问过" not in page
