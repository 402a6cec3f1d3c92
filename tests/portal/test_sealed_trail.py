"""What outsiders can check of the trail without signing in."""

import json

import pytest
from django.db import transaction
from django.test import Client

from applications.case_trail import record_case
from applications.models import Application
from applications.verbs import Verb
from audit.sealing.heads import Head
from audit.sealing.merkle import is_consistent
from audit.sealing.proofs import Proof, proof_of
from audit.sealing.publish import publish
from audit.sealing.store import last_head
from portal.health.checks import beat, look
from tests.audit.test_sealing import KEY, sealed
from tests.conftest import as_sealer
from tests.factories.desk import make_handed_in
from tests.factories.identity import citizen_actor, make_citizen, make_person, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

TRAIL = "/trust/trail/"
ENGLISH = {"accept-language": "en"}


def handed_in(client: Client) -> Application:
    """A case of somebody who is signed in, handed in a moment ago."""
    with transaction.atomic():
        account = make_citizen(person=make_person(name="李晓"))
        case = make_handed_in(account)
        record_case(case, actor=citizen_actor(account), verb=Verb.SUBMITTED)
    sign_in(client, account)
    return case


def checked(client: Client, document: object) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    return client.post(TRAIL, {"proof": text}, headers=ENGLISH).content.decode()


def test_the_page_shows_the_newest_head(client: Client) -> None:
    assert "Nothing has been sealed yet" in client.get(TRAIL, headers=ENGLISH).content.decode()
    sealed(2)
    page = client.get(TRAIL, headers=ENGLISH).content.decode()
    assert last_head().root in page
    assert last_head().key_id in page


def test_a_proof_is_checked_without_signing_in(client: Client) -> None:
    proof = proof_of(sealed(3)[1]).as_dict()
    assert "This line is in our trail" in checked(client, proof)
    proof["entry"][11] = "test.other"
    assert "This proof does not hold" in checked(client, proof)


def test_a_head_that_is_not_ours_proves_nothing(client: Client) -> None:
    document = proof_of(sealed(2)[0]).as_dict()
    forged = Head.read({**document["head"], "number": 77}).signed(KEY)
    assert "This proof does not hold" in checked(client, {**document, "head": forged.as_dict()})


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "[" * 5000, '{"kind": "portal-trail-proof/1"}', "\x00", "💥" * 9000]
)
def test_garbage_is_no_proof(client: Client, text: str) -> None:
    answer = client.post(TRAIL, {"proof": text}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "This is no proof of ours" in answer.content.decode()


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
    proof = Proof.read(json.loads(answer.content))
    assert answer["Content-Disposition"].startswith("attachment")
    assert proof.leaf.values[10] == "application.submitted"
    assert proof.holds(KEY.public_key())


def test_nobody_gets_the_proof_of_somebody_elses_case(client: Client) -> None:
    case = handed_in(client)
    sealed(1)
    stranger = Client()
    assert stranger.get(f"/my/cases/{case.reference}/proof/").status_code == 302
    with transaction.atomic():
        sign_in(stranger, make_citizen(person=make_person(name="王芳")))
    assert stranger.get(f"/my/cases/{case.reference}/proof/").status_code == 404
