"""Who is named in somebody else's case: found, named by every look at it, kept from deciding it."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from applications.actions.approve import approve_application
from applications.actions.claim import claim_next, release_case
from applications.actions.keep_named import keep_named_of_earlier
from applications.actions.open_file import open_file
from applications.actions.open_letter import open_letter
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.actions.reveal_answer import reveal_answer
from applications.actions.view import open_application, see_rules
from applications.actions.withdraw import withdraw_application
from applications.models import Application
from applications.selectors.others import everybody_in
from applications.verbs import Verb
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.models import Account
from identity.selectors.numbered import digest_of_number
from tests.applications.test_citizen_submit import fill, hand_in
from tests.conftest import close_gate
from tests.demands import judge_at_once
from tests.factories.citizen import (
    make_draft,
    make_li_xiao,
    make_release,
    set_values,
    told,
)
from tests.factories.desk import make_handed_in, make_in_hand, make_officer, office_of
from tests.factories.identity import (
    citizen_actor,
    link,
    make_citizen,
    make_number,
    make_person,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def number():
    return make_number()


@pytest.fixture
def spouse(number):
    return make_person(name="周敏", number=number)


@pytest.fixture
def in_hand(spouse, number):
    """A clerk has a case in hand whose applicant wrote the number of somebody else into it."""
    case, posting = make_in_hand(spouse_number=number)
    return case, officer_actor(posting)


def named_by(entry: AuditEntry) -> set:
    rows = AuditSubject.objects.filter(entry_id=entry.pk)
    return set(rows.values_list("subject", flat=True))


def newest_about(case: Application) -> AuditEntry:
    return AuditEntry.objects.filter(purpose=case.reference).latest("id")


ROADS = {
    "open": lambda actor, case: open_application(actor=actor, reference=case),
    "rules": lambda actor, case: see_rules(actor=actor, reference=case),
    "reveal": lambda actor, case: reveal_answer(
        actor=actor, reference=case, key="citizen_number", reason="compare"
    ),
    "correct": lambda actor, case: request_correction(
        actor=actor, reference=case, points=[{"target": "phone", "text": "打不通"}]
    ),
    "give back": lambda actor, case: release_case(actor=actor, reference=case),
    "approve": lambda actor, case: approve_application(
        actor=actor, reference=case, reason="x", no_interest=True
    ),
    "reject": lambda actor, case: reject_application(
        actor=actor, reference=case, grounds=["x"], reason="x"
    ),
}


@pytest.mark.parametrize("road", ROADS)
def test_every_look_and_act_of_an_officer_names_who_is_in_the_case(in_hand, spouse, road):
    case, actor = in_hand

    ROADS[road](actor, case.reference)

    assert named_by(newest_about(case)) == {case.subject_id, spouse.pk}


def test_a_file_and_the_taking_of_a_case_name_them_too(client, spouse, number):
    account = make_li_xiao()
    sign_in(client, account)
    make_release()
    case = make_draft(account)
    fill(client, case)
    set_values(case, school=told(f"在{number}的学校"))
    hand_in(client, case)
    case.refresh_from_db()
    actor = officer_actor(make_officer(office_of(case)))

    taken = claim_next(actor=actor)
    assert taken == case
    assert named_by(newest_about(case)) == {case.subject_id, spouse.pk}
    open_file(actor=actor, reference=case.reference, number=1)
    assert named_by(newest_about(case)) == {case.subject_id, spouse.pk}


def test_the_letter_of_a_case_is_read_under_their_name_too(in_hand, spouse):
    case, actor = in_hand
    approve_application(actor=actor, reference=case.reference, reason="x", no_interest=True)

    open_letter(actor=actor, reference=case.reference)

    assert AuditEntry.objects.latest("id").verb == Verb.OUTCOME_VIEWED
    assert named_by(newest_about(case)) == {case.subject_id, spouse.pk}


def test_what_the_applicant_does_names_the_parties_alone(client, spouse, number):
    account = make_li_xiao()
    sign_in(client, account)
    make_release()
    case = make_draft(account)
    fill(client, case)
    set_values(case, school=told(f"{number}"))

    hand_in(client, case)
    client.get(f"/my/cases/{case.reference}/")

    case.refresh_from_db()
    assert everybody_in(case) == [account.person_id, spouse.pk]
    mine = AuditEntry.objects.filter(actor=account.pk)
    assert {"application.submitted", "application.own.viewed"} <= {one.verb for one in mine}
    assert [one.verb for one in mine if spouse.pk in named_by(one)] == []


@pytest.mark.parametrize(
    "value",
    [
        {"value": "x", "register_value": "{number}"},
        {"value": "x", "note": "见{number}"},
        {"value": ["a", "{number}"]},
        {"raw": "{number}、"},
        {"value": "\uff15{rest}"},
    ],
    ids=["register", "note", "list", "raw", "full-width"],
)
def test_a_number_counts_wherever_it_was_written(spouse, number, value):
    def put(part):
        if isinstance(part, list):
            return [put(one) for one in part]
        return part.format(number=number, rest=number[1:])

    assert number[0] == "5"
    case = make_handed_in(is_earlier=True)
    set_values(case, more={name: put(part) for name, part in value.items()})

    assert keep_named_of_earlier() == 1

    case.refresh_from_db()
    assert everybody_in(case) == [case.subject_id, spouse.pk]


def test_a_hidden_answer_and_the_own_number_name_nobody(client, spouse, number):
    account = make_li_xiao()
    sign_in(client, account)
    make_release()
    case = make_draft(account)
    fill(client, case)
    set_values(case, employer=told(number))
    assert number not in client.get(f"/apply/{case.reference}/check/").content.decode()

    hand_in(client, case)

    case.refresh_from_db()
    assert not case.is_draft
    assert case.named == []


def test_who_is_known_only_later_is_named_from_then_on(number):
    case, posting = make_in_hand(spouse_number=number)
    actor = officer_actor(posting)
    open_application(actor=actor, reference=case.reference)
    assert named_by(newest_about(case)) == {case.subject_id}
    judge_at_once()

    later = make_person(name="周敏", number=number)
    open_application(actor=actor, reference=case.reference)

    assert named_by(newest_about(case)) == {case.subject_id, later.pk}


def test_earlier_cases_are_looked_through_once_and_drafts_never(spouse, number):
    case = make_handed_in(is_earlier=True, spouse_number=number)
    draft = make_draft(make_citizen())
    account = make_citizen()
    taken_back = make_draft(account)
    withdraw_application(actor=citizen_actor(account), reference=taken_back.reference)
    close_gate()

    assert keep_named_of_earlier() == 1
    close_gate()
    assert keep_named_of_earlier() == 0

    case.refresh_from_db()
    draft.refresh_from_db()
    assert everybody_in(case) == [case.subject_id, spouse.pk]
    assert draft.named is None
    entry = AuditEntry.objects.get(verb=Verb.NAMED_KEPT)
    assert (entry.capacity, entry.object_id) == ("system", str(case.pk))


def test_an_officer_named_in_a_case_leaves_it_to_colleagues(spouse, number, client):
    case = make_handed_in(spouse_number=number)
    posting = make_officer(office_of(case))
    link(posting.account, spouse)
    actor = officer_actor(posting)

    with pytest.raises(Refused) as refusal:
        open_application(actor=actor, reference=case.reference)
    assert refusal.value.code == "application.your_own_case"
    assert claim_next(actor=actor) is None
    close_gate()
    sign_in(client, posting.account)
    page = client.get("/admin/desk/?show=unclaimed").content.decode()
    assert case.reference not in page
    assert "您自己" in page


def listed_for(posting) -> list[tuple[str, list[str]]]:
    """The numbers of the cases the desk and a program of this officer's list."""
    browser, program = Client(), Client()
    sign_in(browser, posting.account)
    token = browser.post("/admin/api-token/").context["token"]
    page = browser.get("/admin/desk/?show=unclaimed").context["rows"]
    asked = program.get(
        "/api/v1/desk/cases/?show=unclaimed", headers={"Authorization": f"Bearer {token}"}
    )
    return [
        ("page", [one["application"].reference for one in page]),
        ("program", [one["reference"] for one in asked.json()["results"]]),
    ]


def test_a_case_that_merely_names_the_officer_is_in_no_list_of_that_officers(spouse, number):
    """Who applies would show it by typing a number; the colleagues have it in theirs."""
    case = make_handed_in(spouse_number=number)
    named, colleague = (make_officer(office_of(case)) for _one in range(2))
    link(named.account, spouse)

    assert listed_for(named) == [("page", []), ("program", [])]
    assert listed_for(colleague) == [("page", [case.reference]), ("program", [case.reference])]


def test_an_officers_own_case_is_listed_also_where_it_names_that_officer(spouse, number):
    case = make_handed_in(make_citizen(person=make_person()), spouse_number=number)
    own = make_handed_in(make_citizen(person=spouse))
    Application.objects.filter(pk=own.pk).update(named=[digest_of_number(number)])
    posting = make_officer(office_of(case))
    link(posting.account, spouse)

    assert listed_for(posting) == [("page", [own.reference]), ("program", [own.reference])]


@pytest.mark.parametrize("tab", ["mine", "waiting"])
def test_a_case_in_hand_of_which_it_is_known_later_leaves_every_tab(client, in_hand, spouse, tab):
    case, actor = in_hand
    if tab == "waiting":
        points = [{"target": "phone", "text": "打不通"}]
        request_correction(actor=actor, reference=case.reference, points=points)
    account = Account.objects.get(pk=actor.account_id)
    sign_in(client, account)
    rows = client.get(f"/admin/desk/?show={tab}").context["rows"]
    assert [one["application"].pk for one in rows] == [case.pk]

    link(account, spouse)

    assert client.get(f"/admin/desk/?show={tab}").context["rows"] == []


def test_nobody_takes_somebody_out_of_a_case_handed_in(in_hand, number):
    case, _actor = in_hand
    assert digest_of_number(number) in [bytes(one) for one in case.named]

    for without in ([], None):
        with (
            pytest.raises(DatabaseError, match="who is named in a case"),
            transaction.atomic(),
        ):
            Application.objects.filter(pk=case.pk).update(named=without)

    more = [*case.named, digest_of_number(make_number())]
    assert Application.objects.filter(pk=case.pk).update(named=more) == 1


@pytest.mark.parametrize(
    "change", [{"state": "draft"}, {"reference": "YB-2026-0000-0000"}, {"track_code": "X"}]
)
def test_a_case_handed_in_stays_so_under_its_number(in_hand, change):
    case, _actor = in_hand

    with pytest.raises(DatabaseError, match="stands as it was written"), transaction.atomic():
        Application.objects.filter(pk=case.pk).update(**change)


def test_the_database_takes_no_act_that_leaves_somebody_out(spouse, number):
    case = make_handed_in(spouse_number=number)
    posting = make_officer(office_of(case))
    actor = officer_actor(posting)

    def by_hand(*people):
        with transaction.atomic():
            record(
                actor=actor,
                verb=Verb.CLAIMED,
                on=case,
                subjects=people,
                purpose=Purpose.case(case.reference),
            )
            Application.objects.filter(pk=case.pk).update(
                claimed_by=posting.account_id, claimed_label=posting.officer_code, state="accepted"
            )
            judge_at_once()

    with pytest.raises(DatabaseError, match="names everybody in it"):
        by_hand(*case.subjects)
    close_gate()
    by_hand(*case.subjects, spouse.pk)
    case.refresh_from_db()
    assert case.claimed_by == posting.account_id
