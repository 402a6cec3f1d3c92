"""Confirming a document: what it is, for whom in part, and whether a saved one is intact."""

import re
from hashlib import sha256

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions.approve import approve_application
from applications.models import Outcome, OutcomeText
from audit.kernel.actors import Actor
from audit.models import AuditEntry, AuditSubject
from audit.trail import record
from identity.models import Account
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import make_citizen, make_person, officer_actor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counter():
    """The count of codes tried is kept in the cache; every test begins at none."""
    cache.clear()


@pytest.fixture
def outcome():
    case, clerk = make_in_hand()
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()
    return Outcome.objects.get(application=case)


@pytest.fixture
def saved(client):
    """The two files a citizen saves, as they come over the line."""
    citizen = make_citizen(person=make_person(name="李晓"))
    case, clerk = make_in_hand(account=citizen)
    approve_application(
        actor=officer_actor(clerk), reference=case.reference, reason="齐了", no_interest=True
    )
    close_gate()
    sign_in(client, citizen)
    address = f"/my/cases/{case.reference}/outcome/file/"
    files = {
        language: client.get(address, headers={"accept-language": language}).content
        for language in ("zh-hans", "en")
    }
    client.logout()
    return files


def compare(client, file: bytes):
    return client.post("/trust/", {"letter": SimpleUploadedFile("letter.html", file, "text/html")})


def mark_of(answer) -> tuple[str, str]:
    """The colour and the sign with which a result is shown."""
    note = r'class="note note--(\w+)" role="status".*?icons\.svg#(\w+)'
    (found,) = re.findall(note, answer.content.decode(), re.DOTALL)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_saved_letter_is_known_again_in_either_language(client, saved, language):
    assert "李晓" in saved[language].decode()

    answer = compare(client, saved[language])

    assert answer.status_code == 200
    assert Outcome.objects.get().number in answer.content.decode()
    assert "与我们发出的一字不差" in answer.content.decode()
    assert mark_of(answer) == ("ok", "check")


@pytest.mark.parametrize(
    ("was", "now"), [("李晓", "王伟"), ("李晓", "李小"), ("</html>", "</html> "), ("2026", "2036")]
)
def test_a_letter_with_one_changed_word_is_not_ours(client, saved, was, now):
    forged = saved["zh-hans"].decode().replace(was, now)
    assert forged != saved["zh-hans"].decode()

    answer = compare(client, forged.encode())

    assert answer.status_code == 404
    assert Outcome.objects.get().number not in answer.content.decode()
    assert mark_of(answer) == ("stop", "cross")


def test_the_two_files_differ_and_neither_changes_when_it_is_saved_again(client, saved):
    outcome = Outcome.objects.get()
    record(
        actor=Actor.system("test"),
        verb="outcome.viewed",
        on=outcome,
        subjects=outcome.application.subjects,
    )
    kept = OutcomeText.objects.get().files
    assert (kept["zh"].encode(), kept["en"].encode()) == (saved["zh-hans"], saved["en"])
    assert '<html lang="zh-Hans">' in kept["zh"]
    assert '<html lang="en">' in kept["en"]


@pytest.mark.parametrize("file", [b"x" * (256 * 1024 + 1), None])
def test_what_cannot_be_a_letter_is_refused_with_what_to_choose(client, file):
    answer = compare(client, file) if file else client.post("/trust/")

    assert answer.status_code == 422
    assert '<a href="#f-letter">' in answer.content.decode()


def test_what_is_given_to_compare_is_never_shown(client):
    answer = compare(client, b"<script>alert('mine')</script>")

    assert answer.status_code == 404
    assert "alert" not in answer.content.decode()


def test_the_fingerprints_shown_are_those_of_the_saved_files(client, saved):
    page = client.get("/trust/", {"code": Outcome.objects.get().code}).content.decode()

    shown = re.findall(r"[0-9a-f]{64}", page)
    assert shown == [sha256(saved["zh-hans"]).hexdigest(), sha256(saved["en"]).hexdigest()]


def test_a_code_is_confirmed_without_signing_in_and_with_a_masked_name(client, outcome):
    page = client.get("/trust/", {"code": outcome.code}).content.decode()

    assert '<section class="note note--ok" role="status"' in page
    assert outcome.number in page
    assert outcome.department.name in page
    assert outcome.application.masked_name == "李*"
    assert re.findall("李.", page) == ["李*"]
    assert outcome.application.reference not in page


def checked() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(verb="outcome.checked"))


def test_a_letter_confirmed_by_its_code_names_whom_it_is_for(client, outcome):
    before = AuditEntry.objects.count()

    client.get("/trust/", {"code": outcome.code})

    assert AuditEntry.objects.count() == before + 1
    (entry,) = checked()
    assert (entry.capacity, entry.actor, entry.actor_label) == ("system", None, "letters")
    assert (entry.object_kind, entry.object_id) == ("applications.outcome", str(outcome.pk))
    assert (entry.purpose_kind, entry.purpose) == ("duty", "letters")
    subjects = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert list(subjects) == [outcome.application.subject_id]


def test_who_is_signed_in_is_not_written_down_for_whom_the_letter_is(client, outcome):
    sign_in(client, make_citizen())

    client.get("/trust/", {"code": outcome.code})

    assert [entry.actor for entry in checked()] == [None]


def test_a_letter_confirmed_by_its_file_leaves_the_same_entry(client, saved):
    for language in ("zh-hans", "en"):
        compare(client, saved[language])

    assert [entry.object_id for entry in checked()] == [str(Outcome.objects.get().pk)] * 2


@pytest.mark.parametrize("code", ["", "000000000000", "x", "ABCDEFGHJKMN"])
def test_a_code_nobody_issued_leaves_nothing_about_anybody(client, outcome, code):
    before = AuditEntry.objects.count()

    client.get("/trust/", {"code": code})
    compare(client, b"<html>no letter of ours</html>")

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("language", "told", "why"),
    [
        ("zh-hans", "凭验证码或保存的文书核对了您的决定书", "核对您的决定书是不是真的"),
        ("en", "Confirmed your decision letter to whoever had", "Whether a decision letter of"),
    ],
)
def test_whom_it_is_for_reads_of_it_among_what_the_portal_did(client, saved, language, told, why):
    client.get("/trust/", {"code": Outcome.objects.get().code})
    sign_in(client, Account.objects.get(person=Outcome.objects.get().application.subject_id))

    page = client.get("/my/access/", headers={"accept-language": language})

    (look,) = [one for one in page.context["machine"].single if why in one.why]
    assert look.what.startswith(told)
    assert told in page.content.decode()


def test_spaces_dashes_and_small_letters_do_not_matter(client, outcome):
    code = outcome.code.lower()

    page = client.get("/trust/", {"code": f" {code[:4]}-{code[4:8]} {code[8:]} "})

    assert outcome.number in page.content.decode()


@pytest.mark.parametrize("code", ["000000000000", "ABCDEFGHJKMN", "x", "🙂", "\u202e1", "9" * 300])
def test_a_code_nobody_issued_is_said_to_be_none(client, outcome, code):
    response = client.get("/trust/", {"code": code})

    assert response.status_code == 404
    assert outcome.number not in response.content.decode()
    assert mark_of(response) == ("stop", "cross")


def test_the_page_says_what_is_not_signed(client):
    page = client.get("/trust/").content.decode()

    assert "SHA-256" in page


def test_trying_many_codes_is_slowed_down(client):
    answers = [client.get("/trust/", {"code": "x"}).status_code for _ in range(31)]

    assert answers[29:] == [404, 429]
