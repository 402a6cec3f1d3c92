"""What outsiders can check of the trail without signing in."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from applications.case_trail import record_case
from applications.models import Application
from applications.verbs import Verb
from audit.keeping.returning import restore_month
from audit.models import AuditEntry, AuditSubject
from audit.sealing.heads import Head
from audit.sealing.merkle import is_consistent
from audit.sealing.proofs import Proof, proof_of
from audit.sealing.publish import publish
from audit.sealing.store import last_head
from identity.models import Person
from identity.selectors.actor import ACTING_FOR
from portal.health.checks import beat, look
from tests.audit.test_proofs_kept import say_otherwise
from tests.conftest import as_owner, as_sealer
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    citizen_actor,
    make_citizen,
    make_mandate,
    make_person,
    sign_in,
)
from tests.factories.old_months import OLD, archived, write_old
from tests.factories.sealing import KEY, OTHER_KEY, seal_all, sealed

pytestmark = pytest.mark.django_db(transaction=True)

TRAIL = "/trust/trail/"
REAL = "The proof in it is real, and our record is unchanged"
ENGLISH = {"accept-language": "en"}


def handed_in(client: Client) -> Application:
    """A case of somebody who is signed in, handed in a moment ago."""
    with transaction.atomic():
        account = make_citizen(person=make_person(name="李晓"))
        case = make_handed_in(account)
        record_case(case, actor=citizen_actor(account), verb=Verb.SUBMITTED)
    sign_in(client, account)
    return case


def handed_in_long_ago(client: Client) -> Application:
    """A case handed in in the old month; its entry there is not sealed yet."""
    with transaction.atomic():
        account = make_citizen(person=make_person(name="李晓"))
        case = make_handed_in(account)
    Application.objects.filter(pk=case.pk).update(submitted_at=OLD.start + timedelta(hours=1))
    (entry,) = write_old(1)
    kind, number = case._meta.label_lower, str(case.pk)
    say_otherwise(entry, verb=Verb.SUBMITTED, object_kind=kind, object_id=number)
    sign_in(client, account)
    return case


def said(answer: HttpResponse) -> str:
    return answer.content.decode()


def proof_in(receipt: bytes | str) -> dict[str, Any]:
    """The proof a saved receipt carries, as outsiders take it out."""
    text = receipt if isinstance(receipt, str) else receipt.decode()
    begun = text.partition('<script id="proof" type="application/json">')[2]
    document: dict[str, Any] = json.loads(begun.partition("</script>")[0])
    return document


def pasted(client: Client, document: object) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    return said(client.post(TRAIL, {"proof": text}, headers=ENGLISH))


def uploaded(client: Client, body: bytes, address: str = TRAIL, field: str = "file") -> str:
    file = SimpleUploadedFile("YB-2026-receipt.html", body, "text/html")
    return said(client.post(address, {field: file}, headers=ENGLISH))


def test_the_page_shows_the_newest_head(client: Client) -> None:
    assert "Nothing has been sealed yet" in client.get(TRAIL, headers=ENGLISH).content.decode()
    sealed(2)
    page = client.get(TRAIL, headers=ENGLISH).content.decode()
    assert last_head().root in page
    assert last_head().key_id in page


def test_a_proof_is_checked_without_signing_in(client: Client) -> None:
    proof = proof_of(sealed(3)[1]).as_dict()
    page = pasted(client, proof)
    assert REAL in page
    assert page.count("#check") >= 3  # one mark for each step of the check
    assert "#cross" not in page
    proof["entry"][11] = "test.other"
    changed = pasted(client, proof)
    assert "This file was changed after we made it" in changed
    assert "The entry in the file is not the one under this seal." in changed
    assert "The entry in the file lies under this seal" not in changed
    assert "test.other" not in pasted(client, proof).partition("<textarea")[0]


def forged(document: dict[str, Any], fault: str) -> dict[str, Any]:
    """The proof with one thing wrong in it."""
    head = Head.read(document["head"])
    match fault:
        case "entry":
            document["entry"][11] = "test.other"
        case "other key":
            head = head.signed(OTHER_KEY)
        case "signature":
            head = replace(head, signature=head.signed(OTHER_KEY).signature)
        case "not kept":
            head = replace(head, number=77).signed(KEY)
        case "root":
            head = replace(head, root="0" * 64).signed(KEY)
    return {**document, "head": head.as_dict()}


@pytest.mark.parametrize(
    ("fault", "marks"),
    [
        ("none", ["check", "check", "check"]),
        ("entry", ["check", "check", "cross"]),
        ("other key", ["cross", "cross", "check"]),
        ("signature", ["cross", "cross", "check"]),
        ("not kept", ["check", "cross", "check"]),
        ("root", ["check", "cross", "cross"]),
    ],
)
def test_each_step_of_the_check_has_the_sign_of_what_came_out(
    client: Client, fault: str, marks: list[str]
) -> None:
    """A tick beside what does not hold would be believed."""
    document = forged(proof_of(sealed(2)[0]).as_dict(), fault)

    page = pasted(client, document)

    result = page[page.index('class="note note--') : page.index("</section>")]
    kind, whole, *steps = re.findall(r"note--(\w+)|icons\.svg#(\w+)", result)
    assert [sign for _kind, sign in steps][: len(marks)] == marks
    assert result.count('class="is-bad"') == marks.count("cross")
    expected = ("ok", "check") if fault == "none" else ("stop", "cross")
    assert (kind[0], whole[1]) == expected


def test_a_seal_of_our_key_that_our_list_lacks_is_called_our_fault(client: Client) -> None:
    document = proof_of(sealed(2)[0]).as_dict()
    unknown = Head.read({**document["head"], "number": 77}).signed(KEY)
    page = pasted(client, {**document, "head": unknown.as_dict()})
    assert "The seal in this receipt is missing from our list" in page
    assert "the fault may be ours" in page
    assert REAL not in page


def test_a_seal_of_another_key_is_not_ours(client: Client) -> None:
    document = proof_of(sealed(2)[0]).as_dict()
    foreign = Head.read(document["head"]).signed(OTHER_KEY)
    page = pasted(client, {**document, "head": foreign.as_dict()})
    assert "This receipt was not made by this portal" in page
    assert REAL not in page


def test_the_saved_file_is_given_as_it_was_saved_and_says_which_case_was_handed_in(
    client: Client,
) -> None:
    case = handed_in(client)
    sealed(1)
    assert f"/my/cases/{case.reference}/proof/" in said(client.get(f"/my/cases/{case.reference}/"))
    file = client.get(f"/my/cases/{case.reference}/proof/").content
    stranger = Client()

    for page in (
        uploaded(stranger, file),
        uploaded(stranger, b"\xef\xbb\xbf" + file),
        pasted(stranger, proof_in(file)),
        uploaded(stranger, file, "/trust/", "letter"),
    ):
        assert REAL in page
        assert case.reference in page
        assert "Handed the case in" in page
        for personal in ("李晓", "李*", case.track_code, case.item.name):
            assert personal not in page


def test_the_saved_receipt_can_be_read_and_names_nobody(client: Client) -> None:
    case = handed_in(client)
    sealed(1)

    receipt = said(client.get(f"/my/cases/{case.reference}/proof/", headers=ENGLISH))

    shown = receipt.partition("<script")[0]
    for what in (case.reference, case.steps.get(order=1).department.name, "/trust/trail/"):
        assert what in receipt, what
    for personal in ("李晓", "李*", case.track_code):
        assert personal not in receipt
    for fetched in ("src=", "@import", "<link", "url("):
        assert fetched not in shown


def test_a_file_that_was_changed_says_what_to_do(client: Client) -> None:
    case = handed_in(client)
    sealed(1)
    file = client.get(f"/my/cases/{case.reference}/proof/").content.decode()
    document = proof_in(file)
    later = document["entry"][2].replace(document["entry"][2][:4], "2031")

    page = uploaded(Client(), file.replace(document["entry"][2], later).encode())

    assert "This file was changed after we made it" in page
    assert "save the receipt once more" in page
    assert "2031" not in page
    assert case.reference not in page


def test_nothing_given_is_said_beside_the_field(client: Client) -> None:
    for form in ({}, {"proof": "  "}, {"file": SimpleUploadedFile("x.json", b"")}):
        answer = client.post(TRAIL, form, headers=ENGLISH)
        assert answer.status_code == 422
        assert '<a href="#f-file">' in said(answer)


def test_a_picture_is_no_proof_and_the_page_says_where_letters_are_checked(client: Client) -> None:
    page = uploaded(client, b"\x89PNG\r\n" + bytes(range(256)) * 1000)
    assert "This is no receipt of ours" in page
    assert 'href="/trust/"' in page


@pytest.mark.parametrize(
    "text", ["x", "[]", "[" * 5000, '{"kind": "portal-trail-proof/1"}', "\x00", "💥" * 9000]
)
def test_garbage_is_no_proof(client: Client, text: str) -> None:
    answer = client.post(TRAIL, {"proof": text}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "This is no receipt of ours" in said(answer)


def test_heads_and_keys_can_be_taken_by_programs(client: Client) -> None:
    sealed(2)
    sealed(2)
    everything = client.get("/trust/heads.json").json()
    heads = [Head.read(head) for head in everything["heads"]]
    assert [head.size for head in heads if head.size] == [2, 4]
    assert heads[-1].is_signed_by(KEY.public_key())
    assert everything["keys"][0]["public"] == KEY.public_key().public_bytes_raw().hex()
    later = client.get(f"/trust/heads.json?after={heads[-2].number}").json()["heads"]
    assert later == [heads[-1].as_dict()]


def test_the_way_from_one_head_to_a_later_one_can_be_checked(client: Client) -> None:
    sealed(3)
    before = last_head().number
    sealed(5)
    said = client.get(f"/trust/consistency.json?old={before}&new={last_head().number}").json()
    old, new = Head.read(said["old"]), Head.read(said["new"])
    path = [bytes.fromhex(step) for step in said["path"]]
    roots = (bytes.fromhex(old.root), bytes.fromhex(new.root))
    assert is_consistent(old.size, roots[0], new.size, roots[1], path)


@pytest.mark.parametrize("query", ["", "?old=1", "?old=x&new=1", "?old=1&new=" + "9" * 99])
def test_heads_that_are_not_there_are_refused_in_words(client: Client, query: str) -> None:
    sealed(1)
    assert client.get(f"/trust/consistency.json{query}").status_code == 404
    assert client.get(f"/trust/heads.json{query}").status_code == 200


def test_health_says_whether_the_trail_is_sealed(settings, tmp_path) -> None:
    settings.HEADS_FILE = tmp_path / "heads.jsonl"
    beat()
    assert (look().is_sealed, look().head_seconds) == (False, None)
    assert look().as_dict()["state"] == "ready, but the work behind it waits"
    sealed(1)
    assert not look().is_sealed  # a head nobody outside has is none to rely on
    with as_sealer():
        publish(last_head())
    assert look().is_sealed
    assert look().as_dict()["state"] == "ready"


def test_a_citizen_keeps_the_proof_that_a_case_was_handed_in(client: Client) -> None:
    case = handed_in(client)
    address = f"/my/cases/{case.reference}/proof/"
    assert client.get(address).status_code == 404  # a few seconds too early
    sealed(1)
    answer = client.get(address)
    proof = Proof.read(proof_in(answer.content))
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}-receipt.html"'
    assert proof.leaf.values[10] == "application.submitted"
    assert proof.holds(KEY.public_key())


@pytest.mark.parametrize("capacity", ["citizen", "delegate"])
def test_who_saves_the_proof_is_recorded(client: Client, capacity: str) -> None:
    case = handed_in(client)
    sealed(1)
    if capacity == "delegate":
        with transaction.atomic():
            helper = make_citizen(person=make_person(name="王芳"))
            person = Person.objects.get(pk=case.subject_id)
            make_mandate(
                holder=helper.person, for_person=person, item_codes=["CN014"], verbs=["view"]
            )
            sign_in(client, helper)
        session = client.session
        session[ACTING_FOR] = str(case.subject_id)
        session.save()

    assert client.get(f"/my/cases/{case.reference}/proof/").status_code == 200

    entry = AuditEntry.objects.get(verb=Verb.OWN_VIEWED)
    assert (entry.capacity, entry.object_id) == (capacity, str(case.pk))
    subjects = AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True)
    assert list(subjects) == [case.subject_id]


def test_the_proof_of_a_case_comes_back_with_its_month(
    client: Client, old_month: list[int], tmp_path: Path, settings: Any
) -> None:
    case = handed_in_long_ago(client)
    address = f"/my/cases/{case.reference}/proof/"
    assert "There is no proof yet" in said(client.get(address, headers=ENGLISH))
    with as_sealer():
        seal_all(KEY)
    before = client.get(address).content
    assert Proof.read(proof_in(before)).holds(KEY.public_key())

    gone = archived(tmp_path)
    answer = client.get(address, headers=ENGLISH)
    assert (answer.status_code, "no proof yet" in said(answer)) == (404, False)
    assert "is kept in the archive, under seal" in said(answer)
    assert f"Call {settings.HELP_PHONE} or ask at any counter" in said(answer)

    with as_owner():
        restore_month(gone.path)
    assert client.get(address).content == before


def test_nobody_gets_the_proof_of_somebody_elses_case(client: Client) -> None:
    case = handed_in(client)
    sealed(1)
    stranger = Client()
    assert stranger.get(f"/my/cases/{case.reference}/proof/").status_code == 302
    with transaction.atomic():
        sign_in(stranger, make_citizen(person=make_person(name="王芳")))
    assert stranger.get(f"/my/cases/{case.reference}/proof/").status_code == 404
