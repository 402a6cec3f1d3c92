"""Who is named in somebody else's case reads of looks at it, and is watched over like anybody."""

import pytest

from applications.models import Application
from audit.models import AuditEntry, AuditSubject, SentinelAlarm
from identity.actions.protect_person import protect_person
from identity.models import PersonNumber
from identity.selectors.numbered import digest_of_number
from portal.desk.break_glass import open_case_by_reason
from portal.desk.directory import PortalDirectory
from portal.desk.leak_directory import PortalLeakDirectory
from portal.desk.lookup import Nothing
from portal.desk.models import LookupReview
from portal.desk.reviews import is_for
from portal.desk.seen_words import NAMED_IN_IT
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in, make_in_hand
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
from tests.factories.trail import sentinel_reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def number():
    return make_number()


@pytest.fixture
def spouse(number):
    return make_citizen(person=make_person(name="周敏", number=number))


@pytest.fixture
def owner():
    return make_citizen(person=make_person(name="陈磊"))


@pytest.fixture
def in_hand(owner, spouse, number):
    return make_in_hand(account=owner, name="陈磊", spouse_number=number)


def open_at_the_desk(client, posting, case, status=200):
    sign_in(client, posting.account)
    assert client.get(f"/admin/desk/{case.reference}/").status_code == status
    client.logout()
    close_gate()


def alarm(posting, rule):
    return SentinelAlarm.objects.filter(officer=posting.officer_code, rule=rule).first()


def put_under_protection(number):
    keeper = officer_actor(make_posting(capacity="secadmin"))
    protect_person(actor=keeper, number=number, ground="witness")
    close_gate()


def test_they_read_that_a_case_names_them_and_nothing_more_of_it(client, in_hand, spouse, owner):
    case, posting = in_hand
    open_at_the_desk(client, posting, case)

    sign_in(client, spouse)
    response = client.get("/my/access/")

    looks = response.context["people"].looks
    assert {(one.what, one.why) for one in looks} == {
        ("看了一个办件", "写到您的一件事"),
        ("办了一个办件", "写到您的一件事"),
    }
    assert {one.seen for one in looks if one.is_view} == {str(NAMED_IN_IT)}
    page = response.content.decode()
    for secret in (case.reference, str(case.pk), "陈磊", case.masked_name, case.item.name):
        assert secret not in page
    assert response.context["citizens"].looks == []


def test_they_ask_why_like_anybody(client, in_hand, spouse):
    case, posting = in_hand
    open_at_the_desk(client, posting, case)
    sign_in(client, spouse)
    look = client.get("/my/access/").context["people"].looks[0]

    page = client.get(f"/my/access/{look.number}/")

    assert page.status_code == 200
    assert case.reference not in page.content.decode()


def test_a_look_at_a_case_that_names_somebody_protected_is_an_alarm(client, in_hand, number):
    case, posting = in_hand
    put_under_protection(number)

    open_at_the_desk(client, posting, case)
    sentinel_reads()

    assert alarm(posting, "protected").measured == 1


def test_a_look_at_a_case_that_names_a_relative_is_an_alarm_and_so_is_an_attempt(
    client, in_hand, number
):
    case, posting = in_hand
    stranger = make_posting()
    for one in (posting, stranger):
        make_relative(one.account, digest_of_number(number), "spouse")

    open_at_the_desk(client, posting, case)
    open_at_the_desk(client, stranger, case, status=404)
    sentinel_reads()

    assert (alarm(posting, "relatives").measured, alarm(stranger, "relatives").attempts) == (1, 1)


def by_reason(posting, case):
    return open_case_by_reason(
        actor=officer_actor(posting),
        reference=case.reference,
        reason="urgent_help",
        why="街道来电，急需安置老人",
    )


def test_a_look_at_a_case_elsewhere_does_not_tell_that_somebody_named_is_protected(spouse, number):
    case = make_handed_in(spouse_number=number)
    put_under_protection(number)
    posting = make_posting()

    assert not isinstance(by_reason(posting, case), Nothing)
    close_gate()
    sentinel_reads()

    assert alarm(posting, "protected").measured == 1


def test_no_reason_opens_a_case_elsewhere_that_names_somebody_close(spouse, number):
    case = make_handed_in(spouse_number=number)
    posting = make_posting()
    make_relative(posting.account, digest_of_number(number), "spouse")

    assert isinstance(by_reason(posting, case), Nothing)


def test_whoever_is_named_in_a_case_judges_a_look_at_it_all_the_same(spouse, number):
    """Else who applies could name every supervisor, and nobody would judge."""
    case = make_handed_in(spouse_number=number)
    by_reason(make_posting(), case)
    close_gate()
    judge = make_posting(capacity="supervisor")
    link(judge.account, spouse.person)
    review = LookupReview.objects.get()

    assert is_for(officer_actor(judge), review.reference)


def test_whoever_is_named_in_a_case_judges_an_attempt_at_it_all_the_same(owner, spouse, number):
    """An officer close to who applies is refused; the case names every supervisor there is."""
    case = make_handed_in(owner, spouse_number=number)
    officer, judge, party = (make_posting(capacity=one) for one in ("clerk", *["supervisor"] * 2))
    household = PersonNumber.objects.get(person=owner.person).digest
    make_relative(officer.account, bytes(household), "spouse")
    assert isinstance(by_reason(officer, case), Nothing)
    close_gate()
    link(judge.account, spouse.person)
    link(party.account, owner.person)
    review = LookupReview.objects.get()

    assert review.was_refused
    assert is_for(officer_actor(judge), review.reference)
    assert not is_for(officer_actor(party), review.reference)


def test_an_attempt_at_a_number_no_case_has_is_judged_by_any_supervisor():
    asked = by_reason(make_posting(), Application(reference="YB-2026-0000-0000"))
    close_gate()

    assert isinstance(asked, Nothing)
    judge = make_posting(capacity="supervisor")
    assert is_for(officer_actor(judge), LookupReview.objects.get().reference)


def test_a_party_of_a_case_judges_no_look_at_it(owner, spouse, number):
    case = make_handed_in(owner, spouse_number=number)
    by_reason(make_posting(), case)
    close_gate()
    judge = make_posting(capacity="supervisor")
    link(judge.account, owner.person)

    assert not is_for(officer_actor(judge), LookupReview.objects.get().reference)


def test_whoever_reads_a_case_in_the_trail_is_shown_everybody_in_it(in_hand, spouse, owner):
    case, _posting = in_hand
    everybody = [owner.person_id, spouse.person_id]

    assert PortalDirectory().find_case(case.reference).subjects == everybody
    assert PortalLeakDirectory().people_in_cases([case.reference]) == {case.reference: everybody}


def test_a_leak_of_their_number_leads_to_who_opened_the_case(client, in_hand, spouse, number):
    case, posting = in_hand
    open_at_the_desk(client, posting, case)

    assert PortalLeakDirectory().people_of([number], []) == {number: spouse.person_id}
    looks = AuditEntry.objects.filter(actor=posting.account_id, verb="application.viewed")
    rows = AuditSubject.objects.filter(entry_id__in=looks.values("pk"))
    assert spouse.person_id in rows.values_list("subject", flat=True)
