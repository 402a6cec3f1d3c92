"""Files of the trail lie sealed, and open only for who fetches them and as they were made."""

import tracemalloc

import pytest

from audit.actions.answer_export import answer_export
from audit.exports.files import PIECE, new_file, path_of, pieces_of
from audit.exports.models import TrailExport
from audit.models import AuditEntry
from audit.outbox import take_all
from tests.conftest import close_gate
from tests.factories.identity import make_person, make_posting, officer_actor, sign_in
from tests.factories.room import TRAIL, ask_for_file, look, text

pytestmark = pytest.mark.django_db
LINE = "李*,GA-1\r\n"
LINES = 3 * PIECE // len(LINE.encode()) + 1  # three pieces and a bit
BROKEN = "这份文件打不开：它和当初写下的不一样了。"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def asker():
    return make_posting(capacity="supervisor")


def made(asker, officer: str) -> TrailExport:
    export = ask_for_file(asker, officer=officer)
    second = officer_actor(make_posting(capacity="supervisor"))
    answer_export(actor=second, number=export.number, allow=True)
    take_all()
    close_gate()
    export.refresh_from_db()
    return export


@pytest.fixture
def export(asker):
    clerk = make_posting()
    look(clerk, make_person(name="李晓"))
    return made(asker, clerk.officer_code)


def lengthened(export) -> list[bytes]:
    """The same file made longer, as the pieces that lie on the disk."""
    with new_file(export) as file:
        for _ in range(LINES):
            file.write(LINE)
    kept, found = path_of(export).read_bytes(), []
    while kept:
        end = 4 + int.from_bytes(kept[:4])
        found.append(kept[:end])
        kept = kept[end:]
    return found


def fetch(client, export):
    return client.post(f"{TRAIL}exports/{export.number}/file/")


def test_nothing_of_it_can_be_read_on_the_disk_and_who_fetches_it_reads_all(client, asker, export):
    lies = path_of(export).read_bytes()
    for word in ("李*", export.officer, "application.viewed", "\r\n"):
        assert word.encode() not in lies
    sign_in(client, asker.account)
    copy = fetch(client, export).getvalue().decode("utf-8-sig")
    assert copy.count("李*") == 1
    assert copy.count("application.viewed") == 1
    assert copy.split("\r\n", 1)[1].encode() == b"".join(pieces_of(export))[3:]


def test_a_long_file_comes_as_it_was_written_piece_by_piece(client, asker, export):
    assert len(lengthened(export)) == 4
    pieces = list(pieces_of(export))
    assert [len(one) for one in pieces[:3]] == [PIECE] * 3
    assert b"".join(pieces) == b"\xef\xbb\xbf" + LINE.encode() * LINES
    sign_in(client, asker.account)
    answer = fetch(client, export)
    assert answer.getvalue().decode().split("\r\n", 1)[1] == LINE * LINES


BREAKS = {
    "a changed byte": lambda kept: [kept[0][:-1] + bytes([kept[0][-1] ^ 1]), *kept[1:]],
    "two exchanged": lambda kept: [kept[1], kept[0], *kept[2:]],
    "one left out": lambda kept: [kept[0], *kept[2:]],
    "one twice": lambda kept: [kept[0], kept[0], *kept[1:]],
    "the end cut off between pieces": lambda kept: kept[:-1],
    "the end cut off within one": lambda kept: [*kept[:-1], kept[-1][:-1]],
    "something after the end": lambda kept: [*kept, b"\x00\x00\x00\x01x"],
    "no length of a piece": lambda kept: [b"\xff\xff\xff\xff", *kept],
    "half a length": lambda kept: [*kept, b"\x00\x00"],
    "nothing": lambda kept: [],
    "open words": lambda kept: [("\ufeff" + LINE).encode()],
}


@pytest.mark.parametrize("how", BREAKS)
def test_what_is_not_as_it_was_made_is_not_sent_and_nobody_is_said_to_have_it(
    client, asker, export, how, caplog
):
    path_of(export).write_bytes(b"".join(BREAKS[how](lengthened(export))))
    sign_in(client, asker.account)
    assert BROKEN in text(fetch(client, export), 503)
    assert f"the file of the trail {export.number} cannot be opened" in caplog.text
    assert not AuditEntry.objects.filter(verb="trail.downloaded").exists()
    export.refresh_from_db()
    assert export.state == "made"


def test_another_file_does_not_open_under_its_name(client, asker, export):
    other = made(asker, export.officer)
    path_of(export).write_bytes(path_of(other).read_bytes())
    sign_in(client, asker.account)
    assert BROKEN in text(fetch(client, export), 503)


def test_a_file_opens_with_the_key_it_was_sealed_by_and_not_without(
    client, asker, export, settings
):
    sign_in(client, asker.account)
    old = dict(settings.SEALED_KEYS)
    settings.SEALED_KEYS, settings.SEALED_KEY_CURRENT = {**old, "newer": bytes(32)}, "newer"
    assert fetch(client, export).status_code == 200
    settings.SEALED_KEYS = {"newer": bytes(32)}
    assert BROKEN in text(fetch(client, export), 503)


def test_a_long_file_is_made_and_read_in_little_memory(export):
    lines = 32 * PIECE // len(LINE.encode())  # eight megabytes
    tracemalloc.start()
    with new_file(export) as file:
        for _ in range(lines):
            file.write(LINE)
    size = sum(len(piece) for piece in pieces_of(export))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 31 * PIECE
    assert most < 8 * PIECE
