"""Nobody can tell another person's matters from who looked: two people, one case, one list."""

import re

import pytest
from django.utils import timezone

from applications.verbs import Verb
from audit.kernel.actors import Purpose
from audit.models import AuditEntry
from audit.trail import ObjectRef, record
from identity.models import Mandate, PersonDetail
from portal.desk.seen_words import ABOUT_NOBODY, NAMED_IN_IT, OWN_ONLY, SEEN
from portal.desk.trail_words import VERBS
from portal.myspace.told import told
from tests.conftest import close_gate
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    citizen_actor,
    end_mandate,
    make_citizen,
    make_mandate,
    make_person,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look, make_superior
from tests.factories.portal import end_case

pytestmark = pytest.mark.django_db
LOOKS_LIKE_A_LOOK = (
    ".viewed",
    ".revealed",
    ".looked_up",
    ".listed",
    ".opened_by_reason",
    ".leak_traced",
    ".exported",
    ".downloaded",
    ".export_made",
)


@pytest.fixture
def owner():
    return make_citizen(person=make_person(name="赵秀英"))


@pytest.fixture
def helper():
    """Filled in the owner's form under a mandate, which has ended meanwhile."""
    return make_citizen(person=make_person(name="王小明"))


@pytest.fixture
def case(owner, helper):
    """The owner's matter; the helper's name stands in it as who applied."""
    case = make_handed_in(account=owner, helper=helper)
    end_mandate(Mandate.objects.get())
    return case


def work_on(case, clerk, verb, **more) -> AuditEntry:
    entry = record(
        actor=officer_actor(clerk),
        verb=verb,
        on=case,
        subjects=case.subjects,
        purpose=Purpose.case(case.reference),
        **more,
    )
    close_gate()
    return AuditEntry.objects.get(pk=entry)


def page_of(client, account, address="/my/access/") -> str:
    sign_in(client, account)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def lines_of(client, account) -> list[tuple[str, str, str]]:
    sign_in(client, account)
    looks = client.get("/my/access/").context["people"].looks
    return [(one.what, one.why, one.seen) for one in looks]


def test_the_owner_reads_the_case_and_who_is_named_in_it_reads_only_that(
    client, owner, helper, case, clerk
):
    work_on(case, clerk, Verb.VIEWED)

    assert lines_of(client, owner) == [
        (told(Verb.VIEWED), f"办件 {case.reference}", str(SEEN[Verb.VIEWED]))
    ]
    assert lines_of(client, helper) == [("看了一个办件", "写到您的一件事", str(NAMED_IN_IT))]


def test_how_a_case_of_other_people_goes_on_is_not_said(client, helper, case, clerk):
    """Whether it was granted, refused or sent back is the owner's matter alone."""
    verbs = [Verb.APPROVED, Verb.REJECTED, Verb.CORRECTION_ASKED, Verb.ESCALATED, Verb.CLAIMED]
    for verb in verbs:
        work_on(case, clerk, verb)
    work_on(case, clerk, Verb.APPROVED, outcome="undone")

    assert set(lines_of(client, helper)) == {("办了一个办件", "写到您的一件事", "")}
    looks = client.get("/my/access/").context["people"].looks
    assert {one.is_refused for one in looks} == {False}


def test_neither_number_nor_name_nor_item_nor_any_id_of_the_case_is_in_the_page(
    client, owner, helper, case, clerk
):
    work_on(case, clerk, Verb.VIEWED)
    work_on(case, clerk, "value.revealed", detail={"answer": "name", "reason": "compare"})

    page = page_of(client, helper)

    record(
        actor=officer_actor(clerk),
        verb="test.looked",
        subjects=[owner.person_id],
        purpose=Purpose.duty("supervision"),
    )
    number = str(PersonDetail.objects.get(pk=owner.person_id).citizen_number)
    close_gate()
    for secret in (
        case.reference,
        case.track_code,
        str(case.pk),
        case.masked_name,
        case.item.name,
        case.item.code,
        str(owner.person_id),
        str(owner.pk),
        "赵秀英",
        number,
        clerk.officer_code,
        clerk.department.code,
    ):
        assert secret not in page


def test_what_the_owner_does_later_is_not_told_to_who_once_helped(client, owner, helper, case):
    record(
        actor=citizen_actor(owner),
        verb=Verb.WITHDRAWN,
        on=case,
        subjects=case.subjects,
        purpose=Purpose.own(),
    )
    letter = end_case(case, at=timezone.now())
    record(
        actor=citizen_actor(owner),
        verb=Verb.OUTCOME_VIEWED,
        on=ObjectRef.of(letter),
        subjects=case.subjects,
        purpose=Purpose.own(),
    )
    close_gate()

    sign_in(client, helper)
    looks = client.get("/my/access/").context["citizens"].looks
    assert [(one.what, one.why) for one in looks] == [
        ("看了一个办件", "写到您的一件事"),
        ("办了一个办件", "写到您的一件事"),
        ("收回了一份委托", ""),
    ]


def test_what_a_delegate_did_is_shown_in_full_to_the_owner(client, owner, helper, case):
    actor = citizen_actor(helper, on_behalf_of=owner.person_id)
    record(
        actor=actor, verb=Verb.OWN_VIEWED, on=case, subjects=case.subjects, purpose=Purpose.own()
    )
    close_gate()

    sign_in(client, owner)
    look, *_begun = client.get("/my/access/").context["citizens"].looks
    assert look.what == told(Verb.OWN_VIEWED)
    assert "王小明" not in page_of(client, owner)


def test_a_look_at_fifty_people_reads_like_a_look_at_one(client, owner, clerk):
    others = [make_person().pk for _ in range(49)]
    make_look(clerk, owner.person_id, verb="trail.viewed")
    make_look(clerk, *others[:20], owner.person_id, *others[20:], verb="trail.viewed")

    many, one = lines_of(client, owner)

    assert many == one
    page = page_of(client, owner)
    items = re.findall(r'<li class="is-view" id="look-\d+">(.*?)</li>', page, re.S)
    many_lines, one_line = (re.sub(r"\d+", "", item) for item in items[:2])
    assert many_lines == one_line


def test_the_file_of_ones_own_data_is_veiled_the_same_way(client, owner, helper, case, clerk):
    work_on(case, clerk, Verb.REJECTED)
    sign_in(client, helper)

    saved = client.post("/my/export/").content.decode()

    assert '"what": "办了一个办件"' in saved
    for secret in (case.reference, case.item.name, "赵秀英"):
        assert secret not in saved


def test_the_first_page_of_the_space_is_veiled_the_same_way(client, helper, case, clerk):
    work_on(case, clerk, Verb.REJECTED)

    page = page_of(client, helper, "/my/")

    assert "写到您的一件事" in page
    assert told(Verb.REJECTED) not in page


def test_entry_numbers_of_others_and_numbers_of_nothing_get_the_same_answer(
    client, owner, helper, clerk
):
    at_owner = make_look(clerk, owner.person_id)
    own = make_look(clerk, helper.person_id)
    sign_in(client, helper)
    answers = set()
    for number in (at_owner.pk, own.pk + 5000, 0, 99**12):
        for method in (client.get, client.post):
            response = method(f"/my/access/{number}/")
            said = re.search("<main.*</main>", response.content.decode(), re.S)
            without_call_number = re.sub('class="num">[0-9a-f]+<', "", said[0])
            answers.add((response.status_code, without_call_number.replace(f"/{number}/", "/N/")))

    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    assert client.get(f"/my/access/{own.pk}/").status_code == 200


def test_a_question_of_another_person_is_not_there(client, owner, helper, clerk):
    make_superior(clerk.department)
    look = make_look(clerk, owner.person_id, helper.person_id)
    sign_in(client, owner)
    asked = client.post(f"/my/access/{look.pk}/", {"words": "为什么"})
    address = asked["Location"]
    assert client.get(address).status_code == 200
    close_gate()

    sign_in(client, helper)

    theirs, none = client.get(address), client.get("/my/access/questions/0000000000/")
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert client.get("/my/access/").context["asked"] == []
    (own,) = client.get("/my/access/").context["people"].looks
    assert own.question is None


def test_a_mandate_shows_nothing_of_who_looked_at_its_giver(client, owner, helper, clerk):
    look = make_look(clerk, owner.person_id)
    mandate = make_mandate(
        holder_id=helper.person_id,
        for_person_id=owner.person_id,
        kind=Mandate.Kind.DELEGATE,
        item_codes=["CN014"],
        verbs=["view", "submit"],
        valid_from=timezone.localdate(),
        valid_to=timezone.localdate(),
    )
    sign_in(client, helper)
    client.post("/my/act-for/", {"subject": str(mandate.for_person_id), "next": "/my/"})

    for address in ("/my/access/", f"/my/access/{look.pk}/"):
        assert client.get(address).status_code in (403, 404)


def test_every_look_of_an_officer_has_words_for_what_it_shows():
    """A new verb of looking needs its words, or a place among those that show nobody's data."""
    looks = {verb for verb in VERBS if verb.endswith(LOOKS_LIKE_A_LOOK)}

    assert looks - OWN_ONLY - ABOUT_NOBODY == set(SEEN)
    assert not OWN_ONLY & set(SEEN)
