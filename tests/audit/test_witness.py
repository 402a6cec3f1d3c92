"""A witness believes nothing that does not follow from what it has seen."""

import json
import socket
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from queue import Queue
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.sealing import telling
from audit.sealing.heads import NO_HEAD, Head
from audit.sealing.keys import KnownKey
from audit.sealing.losses import faults_of_places
from audit.sealing.merkle import Tree, leaf_hash, root_of
from audit.sealing.places import places
from audit.sealing.publish import tell_witness
from audit.sealing.store import last_head
from audit.sealing.witness import QuarrelError, Witness, main, serve
from tests.conftest import as_sealer
from tests.factories.sealing import KEY, OTHER_KEY, sealed

LEAVES = [leaf_hash(str(number).encode()) for number in range(20)]
KEYS = [KnownKey(KEY.public_key(), None, "").as_dict()]


def head_of(number: int, size: int, key: Ed25519PrivateKey = KEY, **changes: object) -> Head:
    head = Head(
        number=number,
        epoch=1,
        size=size,
        root=root_of(LEAVES[:size]).hex(),
        at="2026-01-01T00:00:00.000000+00:00",
        previous=NO_HEAD,
        key_id="",
    )
    return replace(head, **changes).signed(key)


def told(head: Head, since: int = 0, **changes: object) -> dict[str, object]:
    """A head as a sealer sends it, with the way from the tree of `since` leaves."""
    tree = Tree(head.size, lambda level, start, count: b"".join(LEAVES[start : start + count]))
    path = [step.hex() for step in tree.consistency_proof(since)] if since else []
    return {"head": head.as_dict(), "keys": KEYS, "path": path, **changes}


def test_heads_that_follow_are_kept_and_signed(tmp_path):
    witness = Witness(tmp_path)
    witness.attest(told(head_of(1, 5)))
    answer = witness.attest(told(head_of(2, 9), since=5))
    assert set(answer) == {"witness", "signature"}
    assert Witness(tmp_path).last == head_of(2, 9)
    assert witness.attest(told(head_of(2, 9), since=9))["witness"] == answer["witness"]


@pytest.mark.parametrize(
    "message",
    [
        told(head_of(1, 4)),
        told(head_of(3, 9)),
        told(head_of(3, 9, root=root_of(LEAVES[1:10]).hex()), since=5),
        told(head_of(3, 9, key=OTHER_KEY), since=5),
        told(head_of(3, 9), since=5, keys=[KnownKey(OTHER_KEY.public_key(), None, "").as_dict()]),
        told(
            head_of(3, 9),
            since=5,
            keys=[*KEYS, KnownKey(OTHER_KEY.public_key(), "nobody", "").as_dict()],
        ),
    ],
)
def test_what_does_not_follow_is_a_quarrel_and_is_kept_as_evidence(tmp_path, message):
    witness = Witness(tmp_path)
    witness.attest(told(head_of(2, 5)))
    with pytest.raises(QuarrelError):
        witness.attest(message)
    assert witness.last == head_of(2, 5)
    assert json.loads((tmp_path / "quarrels.jsonl").read_text())["told"] == message


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(tmp_path):
    with running(serve(tmp_path / "witness", 0)) as where:
        yield where


def ask(address: str, body: bytes | None = None) -> tuple[int, dict[str, object]]:
    """Status and content of what a witness answers."""
    where = urlsplit(address)
    with closing(HTTPConnection(where.hostname, where.port, timeout=10)) as line:
        line.request("GET" if body is None else "POST", "/", body)
        answer = line.getresponse()
        return answer.status, json.load(answer)


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"[]", b"\xff", b'{"head": {}}', b"[" * 90000])
def test_garbage_is_answered_and_changes_nothing(address, body):
    assert ask(address, body)[0] in {400, 413}
    assert ask(address)[1]["head"] is None


@pytest.mark.django_db(transaction=True)
def test_the_sealer_tells_its_witnesses(address, settings, caplog):
    settings.WITNESSES = [address]
    sealed(3)
    with as_sealer():
        tell_witness(address, last_head())
    sealed(4)
    with as_sealer():
        tell_witness(address, last_head())
    assert ask(address)[1]["head"] == last_head().as_dict()
    assert caplog.records == []


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_is_away_holds_nobody_up(settings, caplog):
    sealed(1)
    with as_sealer():
        tell_witness("http://127.0.0.1:1/", last_head())
    assert "does not answer" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_never_ends_its_answer_holds_up_neither_the_seal_nor_others(
    settings, monkeypatch
):
    monkeypatch.setattr(telling, "PATIENCE", 0.0)
    slow, quick = "http://slow.example/", "http://quick.example/"
    settings.WITNESSES = [slow, quick]
    answers = threading.Event()
    heard: Queue[tuple[str, int]] = Queue()

    def tell_one(address: str, head: Head) -> None:
        if address == slow:
            assert answers.wait(30)
        heard.put((address, head.number))

    going_on = telling.Telling(tell_one)
    with as_sealer():
        for number in (1, 2, 3):
            going_on.tell(head_of(number, number))
            assert heard.get(timeout=30) == (quick, number)
        silent = [place.name for place in places() if place.silent is not None]
    assert slow in silent
    answers.set()
    going_on.wait()
    assert [heard.get(timeout=30) for _time in range(2)] == [(slow, 1), (slow, 3)]


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_lost_what_it_had_is_found_and_one_that_is_silent_is_not(settings, tmp_path):
    """Emptied and told anew, it keeps fewer heads than it has taken."""
    server = serve(tmp_path / "first", 0)
    port = server.server_address[1]
    with running(server) as address:
        settings.WITNESSES = [address]
        for _time in range(2):
            sealed(1)
            with as_sealer():
                tell_witness(address, last_head())
                assert list(faults_of_places()) == []
    with as_sealer():
        assert list(faults_of_places()) == []
    with running(serve(tmp_path / "emptied", port)), as_sealer():
        (lost,) = faults_of_places()
        assert str(lost) == f"lost heads: {address} took 2 heads and has 0"
        tell_witness(address, last_head())
        (again,) = faults_of_places()
        assert str(again) == f"lost heads: {address} took 2 heads and has 1"


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The last line of what a witness says that does not start; it ends with status 2."""
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in arguments])
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()[-1].removeprefix("python -m audit.sealing.witness: error: ")


@pytest.fixture
def taken():
    """A port somebody else listens at: where a refusal is forgotten, no witness starts either."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("port", ["many", "0", "65536", "-1", "8.5", "", "９"])
def test_what_is_no_port_is_refused_in_words(tmp_path, capsys, port):
    file = tmp_path / "file"
    file.write_text("no witness could start here")
    said = refused(capsys, file, port)
    assert said == f"argument PORT: {port!r} is no port: give a number from 1 to 65535"


def test_arguments_that_lack_are_named(tmp_path, capsys, taken):
    assert refused(capsys) == "the following arguments are required: FOLDER, PORT"
    assert refused(capsys, tmp_path) == "the following arguments are required: PORT"
    assert refused(capsys, "", taken) == "argument FOLDER: no file or folder is named: it is empty"


def test_a_port_in_use_is_refused_in_words(tmp_path, capsys, taken):
    said = refused(capsys, tmp_path, taken)
    assert said == f"Port {taken} is taken by another program: name another above 1023."


def test_a_folder_that_cannot_be_one_is_refused_in_words(tmp_path, capsys, taken):
    file = tmp_path / "file"
    file.write_text("in the way")
    said = refused(capsys, file, taken)
    assert said == f"Something else is at {file} already: name another place."
    said = refused(capsys, file / "below", taken)
    assert said == f"{file}/below cannot be: part of its path is a file and no folder."


WHOLE = {"heads.jsonl": json.dumps(head_of(2, 9).as_dict()), "keys.jsonl": json.dumps(KEYS[0])}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize(
    "damaged", [lambda line: line, lambda line: line[:-9], lambda _: "{}\n", lambda _: "\n"]
)
def test_a_damaged_line_is_named_and_what_to_do_about_it(tmp_path, capsys, taken, name, damaged):
    """The first is whole, but for its end: the next line would be written behind it."""
    Witness(tmp_path).attest(told(head_of(1, 5)))
    with (tmp_path / name).open("a") as file:
        file.write(damaged(WHOLE[name]))
    assert refused(capsys, tmp_path, taken) == (
        f"{tmp_path / name}, line 2 is damaged. If it is the last line and cut off, take it out:"
        " nobody was told yet that it is kept. Otherwise put the folder back from a copy."
    )


def test_a_damaged_key_is_no_reason_to_make_another(tmp_path, capsys, taken):
    key = tmp_path / "key"
    key.write_bytes(b"half a key")
    said = refused(capsys, tmp_path, taken)
    assert said == f"{key} is no key: put it back from a copy."
    assert key.read_bytes() == b"half a key"
