"""Looking a person up without a case: reason, words, step-up, only what the reason opens, once."""

import re
from datetime import date

import pyotp
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.kernel.actors import Actor, Capacity
from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry, AuditSubject
from audit.trail import record
from identity.actions.protect_person import protect_person
from identity.models import (
    PersonNumber,
)
from identity.sealed.masks import mask_phone
from portal.desk.lookup import COLUMNS, Found, Nothing, look_up_person
from portal.desk.models import LookupReview
from portal.desk.reasons import ALL, Field, reasons_for_persons
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_officer, make_rows, office_of
from tests.factories.identity import (
    link,
    make_mandate,
    make_number,
    make_organisation,
    make_person,
    make_posting,
    make_protected,
    officer_actor,
    sign_in,
)
from tests.factories.near import make_relative, move_to

pytestmark = pytest.mark.django_db

PAGE = "/admin/lookup/"
WHY = "本人到窗口问居住证办到哪了"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHONE = "13912345678"
NOTHING = "这个号码没有可以给您看的内容"
ADDRESS = "广安区滨江路8号"


@pytest.fixture
def someone():
    """Somebody with everything a register can know."""
    number = make_number()
    person = make_person(name="李晓", number=number, phone=PHONE, household_address=ADDRESS)
    return person, number


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def ask(client, number, **changes):
    form = {"number": number, "reason": "called", "why": WHY, **changes}
    return client.post(PAGE, form, follow=True)


def at_work(client, capacity="clerk", **posting):
    """An officer whose code was checked a moment ago."""
    posted = make_posting(capacity=capacity, **posting)
    sign_in(client, posted.account)
    return posted


def look():
    return AuditEntry.objects.get(verb="person.looked_up")


def seen_by(entry):
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return list(rows.values_list("subject", flat=True))


def test_a_look_is_recorded_with_its_reason_and_is_theirs_to_see(client, someone):
    person, number = someone
    at_work(client)

    response = ask(client, number)

    page = text(response)
    assert "李晓" in page
    assert number not in page
    assert "no-store" in response.headers["Cache-Control"]
    entry = look()
    assert (entry.purpose_kind, entry.purpose, entry.outcome) == ("reason", "called", "done")
    assert seen_by(entry) == [person.pk]


@pytest.mark.parametrize(
    ("left_out", "words"), [("reason", "请选理由。"), ("why", "为什么"), ("number", "请写身份证号")]
)
def test_without_number_reason_or_words_nobody_is_looked_up(client, someone, left_out, words):
    at_work(client)

    form = {"number": someone[1], "reason": "called", "why": WHY, left_out: ""}
    page = text(client.post(PAGE, form, follow=True))

    assert words in page
    assert "李晓" not in page
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()


@pytest.mark.parametrize("why", ["工作需要", "aaaaaaaaaaaa", "........ ...", "1212121212121212"])
def test_words_that_say_nothing_are_not_taken(client, someone, why):
    at_work(client)

    ask(client, someone[1], why=why)

    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()


@pytest.mark.parametrize("number", ["123", "110101199001011234", "x", "🙂", "\u202e1"])
def test_what_is_no_identity_number_is_not_looked_up(client, number):
    at_work(client)

    page = text(ask(client, number))

    assert "这不是身份证号" in page
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()


def test_what_was_looked_up_is_shown_once_at_an_address_that_names_nobody(client, someone):
    person, number = someone
    at_work(client)

    posted = client.post(PAGE, {"number": number, "reason": "called", "why": WHY})

    assert posted.status_code == 302
    assert number not in posted["Location"] + str(dict(client.session))
    assert WHY not in str(dict(client.session))
    assert str(person.pk) not in posted["Location"]
    assert "李晓" in text(client.get(posted["Location"]))
    again = text(client.get(posted["Location"]))
    assert "李晓" not in again
    assert "查到的内容只显示一次" in again
    assert AuditEntry.objects.filter(verb="person.looked_up").count() == 1
    assert "查到的内容只显示一次" not in text(client.get(PAGE))


def test_the_form_asks_for_one_reason_and_one_sentence_and_says_which_is_which(client):
    at_work(client)

    for address in (PAGE, "/admin/lookup/case/"):
        form = client.get(address).context["form"]

        assert (str(form["reason"].label), str(form["why"].label)) == ("查看理由", "具体情况")
        asked = [str(field.label) for field in form if "为什么" in str(field.label)]
        assert asked == []


def test_a_number_nobody_has_is_recorded_and_says_nothing_more(client):
    at_work(client)

    page = text(ask(client, make_number()))

    assert NOTHING in page
    assert look().outcome == "refused"
    assert seen_by(look()) == []
    assert LookupReview.objects.get().was_refused


@pytest.mark.parametrize("capacity", ["lead", "catalogue", "sysadmin"])
def test_others_do_not_look_people_up(client, someone, capacity):
    at_work(client, capacity)

    assert ask(client, someone[1]).status_code == 403
    actor = officer_actor(make_posting(capacity=capacity))
    with pytest.raises(Refused) as refusal:
        look_up_person(actor=actor, person_id=someone[0].pk, reason="called", why=WHY)
    assert refusal.value.code == "desk.lookup_not_allowed"
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()


def test_a_reason_of_superiors_is_no_clerks(client, someone):
    at_work(client)
    page = text(ask(client, someone[1], reason="court_request"))
    assert 'value="court_request"' not in page
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()

    at_work(client, "superior")
    assert "李晓" in text(ask(client, someone[1], reason="court_request"))


def test_who_proved_themselves_this_morning_is_asked_for_a_code(client, someone):
    posting = make_posting()
    TOTP.activate(posting.account, SECRET)
    sign_in(client, posting.account, fresh=False)

    without = text(ask(client, someone[1]))
    wrong = text(ask(client, someone[1], code="9999999"))
    assert 'name="code"' in without
    assert "还差一步：请在下面输入动态码" in without
    assert WHY in without
    assert 'aria-invalid="true"' not in without
    assert 'aria-invalid="true"' in text(ask(client, someone[1], code=""))
    assert "动态码不对" in wrong
    assert WHY in wrong
    assert not AuditEntry.objects.filter(verb="person.looked_up").exists()

    found = text(ask(client, someone[1], code=pyotp.TOTP(SECRET).now()))

    assert "李晓" in found
    assert 'name="code"' not in found


def test_a_look_that_was_asked_for_and_left_lying_is_not_taken_any_more(client, someone):
    posting = at_work(client)
    posted = client.post(PAGE, {"number": someone[1], "reason": "called", "why": WHY})
    session = SessionStore(client.cookies["portal_staff"].value)
    session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] -= 601
    session.save()

    page = text(client.get(posted["Location"]))

    assert "李晓" not in page
    assert not AuditEntry.objects.filter(verb="person.looked_up", actor=posting.account_id).exists()


VALUES = {
    Field.NAME: "李晓",
    Field.PHONE: mask_phone(PHONE),
    Field.PHONE_IN_FULL: PHONE,
    Field.ADDRESS: ADDRESS,
}
USES = [(capacity, reason) for reason in ALL for capacity in (Capacity.CLERK, Capacity.SUPERIOR)]


@pytest.mark.parametrize(("capacity", "reason"), USES, ids=lambda one: getattr(one, "code", one))
def test_only_the_fields_of_the_reason_are_read_and_shown(client, someone, capacity, reason):
    fields = set(reason.person.get(capacity, ()))
    at_work(client, capacity)
    with CaptureQueriesContext(connection) as queries:
        page = text(ask(client, someone[1], reason=reason.code))

    read = [one["sql"] for one in queries if 'FROM "identity_persondetail"' in one["sql"]]
    assert len(read) == bool(fields)
    for one in Field:
        if one is Field.CASES:
            assert ("在办的事" in page) is (one in fields)
            continue
        asked = any(f'"{COLUMNS[one]}"' in sql for sql in read)
        assert asked is (COLUMNS[one] in {COLUMNS[field] for field in fields if field in COLUMNS})
    for one, value in VALUES.items():
        assert (value in page) is (one in fields), one


def test_a_telephone_number_in_full_leaves_an_entry_of_its_own(client, someone):
    at_work(client)

    assert PHONE in text(ask(client, someone[1], reason="urgent_help"))

    revealed = AuditEntry.objects.get(verb="value.revealed")
    assert (revealed.purpose_kind, revealed.purpose) == ("reason", "urgent_help")
    assert seen_by(revealed) == [someone[0].pk]


def test_only_numbers_of_open_cases_are_shown_and_only_the_own_offices_are_links(client):
    case = make_handed_in()
    clerk = make_officer(office_of(case))
    number = make_number()
    person = make_person(number=number)
    make_rows(case, 1, subject_id=person.pk)
    make_rows(case, 1, subject_id=person.pk, state="withdrawn")
    make_rows(case, 1, subject_id=person.pk, queue=None)
    sign_in(client, clerk.account)

    response = ask(client, number)

    cases = response.context["cases"]
    assert sorted(one.page for one in cases) == ["", "desk:case"]
    page = text(response)
    links = [one for one in cases if f'href="/admin/desk/{one.reference}/"' in page]
    assert [one.page for one in links] == ["desk:case"]
    assert case.item.name not in page


def test_the_words_are_kept_sealed_for_the_reviewer_and_not_shown_to_the_person(client, someone):
    person, number = someone
    at_work(client)
    ask(client, number)

    entry = look()
    record(actor=Actor.system("test"), verb="test.looked", subjects=[person.pk])
    body = AuditDetail.objects.get(entry_id=entry.pk).body
    close_gate()
    assert set(body) == {"words", "fields"}
    assert WHY not in str(body)
    assert body["fields"] == ["name", "number", "cases"]


def tie(posting, person, kind):
    """Bind an officer, who is a citizen too, to this person."""
    officer = make_person(name="赵文")
    link(posting.account, person if kind == "self" else officer)
    days = {"valid_from": date(2026, 1, 1), "valid_to": date(9999, 1, 1), "evidence": "1"}
    if kind == "ward":
        make_mandate(kind="guardian", holder=officer, for_person=person, **days)
    if kind == "guardian":
        make_mandate(kind="guardian", holder=person, for_person=officer, **days)
    if kind == "relative":
        digest = PersonNumber.objects.get(person=person).digest
        make_relative(posting.account, digest)
    if kind == "household":
        move_to("浓洄街道建安中路58号", officer, person)
    if kind == "protected":
        make_protected(person)


NEAR = ["self", "ward", "guardian", "relative", "household", "protected"]


@pytest.mark.parametrize("kind", NEAR)
def test_oneself_who_is_close_and_who_is_protected_stay_shut_and_the_attempt_stays(
    client, someone, kind
):
    person, number = someone
    posting = at_work(client)
    tie(posting, person, kind)
    with CaptureQueriesContext(connection) as queries:
        page = text(ask(client, number))

    assert "李晓" not in page
    assert NOTHING in page
    assert not [one for one in queries if "identity_persondetail" in one["sql"]]
    assert (look().outcome, seen_by(look())) == ("refused", [person.pk])
    assert LookupReview.objects.get().was_refused


def told(client, number):
    """What the page says of a number, without what differs from one form to the next."""
    return main_of(text(ask(client, number, reason="urgent_help")))


def main_of(page):
    main = page[page.index("<main") : page.index("</main")]
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|今天还可以查\d+次|#\d+', "", main)


@pytest.mark.parametrize("capacity", ["clerk", "superior"])
def test_the_answer_is_the_same_for_the_protected_for_who_is_close_and_for_nobody(
    client, someone, capacity
):
    person, number = someone
    near_number = make_number()
    posting = at_work(client, capacity)
    tie(posting, make_person(number=near_number), "relative")
    make_protected(person)

    nobody = told(client, make_number())

    assert told(client, number) == nobody
    assert told(client, near_number) == nobody
    assert "请联系监督员" in nobody


def test_help_that_cannot_wait_for_somebody_protected_ends_with_a_supervisor(client, someone):
    person, number = someone
    make_protected(person)
    for capacity in ("clerk", "superior"):
        at_work(client, capacity)
        assert NOTHING in text(ask(client, number, reason="urgent_help"))
    at_work(client, "supervisor")

    page = text(ask(client, number, reason="urgent_help"))

    for shown in ("李晓", PHONE, ADDRESS):
        assert shown in page
    taken = AuditEntry.objects.filter(verb="person.looked_up", outcome="done").get()
    assert (taken.capacity, taken.purpose, seen_by(taken)) == (
        "supervisor",
        "urgent_help",
        [person.pk],
    )
    assert LookupReview.objects.get(entry_id=taken.pk).state == "open"


def test_supervisors_open_nobody_else_and_for_no_other_reason(client, someone):
    person, number = someone
    posting = at_work(client, "supervisor")

    page = text(ask(client, number, reason="urgent_help"))

    assert "李晓" not in page
    assert "监督员只打开受保护的人" in page
    assert look().outcome == "refused"
    make_protected(person)
    with pytest.raises(Refused) as refusal:
        look_up_person(actor=officer_actor(posting), person_id=person.pk, reason="called", why=WHY)
    assert refusal.value.code == "desk.lookup_not_allowed"


def test_whoever_put_somebody_under_protection_opens_nothing_by_it(someone):
    person, number = someone
    posting, twin = make_posting(capacity="supervisor"), make_posting(capacity="secadmin")
    human = make_person()
    for one in (posting, twin):
        link(one.account, human)
    protect_person(actor=officer_actor(twin), number=number, ground="witness")
    close_gate()
    wanted = {"person_id": person.pk, "reason": "urgent_help", "why": WHY}

    found = look_up_person(actor=officer_actor(posting), **wanted)

    assert isinstance(found, Nothing)
    other = officer_actor(make_posting(capacity="supervisor"))
    assert not isinstance(look_up_person(actor=other, **wanted), Nothing)


@pytest.mark.parametrize("kind", ["relative", "household"])
def test_a_supervisor_who_is_close_to_somebody_protected_opens_nothing(someone, kind):
    person, _number = someone
    posting = make_posting(capacity="supervisor")
    tie(posting, person, kind)
    make_protected(person)

    found = look_up_person(
        actor=officer_actor(posting), person_id=person.pk, reason="urgent_help", why=WHY
    )

    assert isinstance(found, Nothing)


def test_a_stranger_is_not_close(someone):
    posting = make_posting()
    tie(posting, make_person(), "ward")
    make_organisation(legal_representative=make_person())

    found = look_up_person(
        actor=officer_actor(posting), person_id=someone[0].pk, reason="called", why=WHY
    )

    assert isinstance(found, Found)


def test_every_reason_is_for_somebody_and_opens_something():
    for reason in ALL:
        assert reason.person or reason.case, reason.code
        for opened in (*reason.person.values(), *reason.case.values()):
            assert opened
        assert 0 < reason.quota.a_day <= reason.quota.a_week
        assert 0 < reason.case_quota.a_day <= reason.case_quota.a_week
    assert set(reasons_for_persons(Capacity.CLERK)) < set(reasons_for_persons(Capacity.SUPERIOR))
    assert set(reasons_for_persons(Capacity.SUPERVISOR)) == {"urgent_help"}


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/admin/lookup/", "Shows the name, the identity number with figures covered"),
        ("/admin/lookup/case/", "Shows the name with a part covered, what the case is about"),
    ],
)
def test_each_reason_says_beforehand_what_it_shows(client, address, says):
    sign_in(client, make_posting().account, fresh=True)

    page = client.get(address, headers={"accept-language": "en"}).content.decode()

    assert says in page
    assert page.count("Shows ") == page.count('type="radio" name="reason"')
