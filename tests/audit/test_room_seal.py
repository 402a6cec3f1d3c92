"""How the seal stands, as supervisors see it: newest head, daily check, witnesses."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.models import AuditEntry, TrailCheck, WitnessWord
from audit.seal_state import seal_state
from audit.sealing.checks import check_daily
from audit.sealing.heads import Head
from audit.sealing.store import last_head
from audit.sealing.witnesses import ask_witnesses
from tests.audit.test_sealing import sealed
from tests.factories.identity import make_person, make_posting, sign_in
from tests.factories.room import TRAIL, look, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "heads.jsonl"


class Told(BaseHTTPRequestHandler):
    head: object = None

    def do_GET(self) -> None:
        body = json.dumps({"head": self.head}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def witness(settings) -> Iterator[type[Told]]:
    door = type("Own", (Told,), {})
    server = HTTPServer(("127.0.0.1", 0), door)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.WITNESSES = [f"http://127.0.0.1:{server.server_port}/"]
    yield door
    server.shutdown()
    server.server_close()
    thread.join()


def checked(**fields) -> TrailCheck:
    values = {"entries": 8, "heads": 2, "seconds": 0.4, "faults": 0}
    return TrailCheck.objects.create(**{**values, **fields})


def seal_one() -> Head:
    with transaction.atomic():
        look(make_posting(), make_person())
    sealed()
    head = last_head()
    assert head is not None
    return head


def test_the_daily_check_is_remembered_once_a_day_and_shown_on_every_page(client):
    seal_one()

    found = check_daily()

    assert found is not None
    assert (found.faults, found.first_fault, found.heads) == (0, "", 1)
    assert check_daily() is None
    sign_in(client, make_posting(capacity="supervisor").account)
    page = text(client.get(TRAIL))
    assert f"{found.entries}条，链完整" in page
    assert "和封存时一样" in text(client.get(f"{TRAIL}seal/"))


def test_a_check_from_before_six_in_the_morning_is_of_yesterday():
    seal_one()
    checked(at=timezone.now() - timedelta(days=1))

    assert check_daily() is not None


def test_the_command_remembers_when_asked_to(capsys):
    seal_one()

    call_command("audit_verify")
    assert not TrailCheck.objects.exists()
    call_command("audit_verify", "--remember")

    assert TrailCheck.objects.get().faults == 0


def test_what_a_check_found_cannot_be_taken_back():
    check = checked(faults=1, first_entry=7, first_fault="changed: not what was sealed, entry 7")

    for change in (lambda: check.delete(), lambda: TrailCheck.objects.update(faults=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_trail_that_does_not_fit_is_an_alarm_on_every_page(client):
    seal_one()
    checked(faults=2, first_entry=7, first_fault="changed: not what was sealed, entry 7")
    sign_in(client, make_posting(capacity="supervisor").account)

    assert "留痕和封存对不上：2处" in text(client.get(TRAIL))
    page = text(client.get(f"{TRAIL}seal/"))
    assert 'role="alert"' in page
    assert "第一条不对的是第7条" in page


def test_a_seal_that_stands_still_is_said(client):
    sign_in(client, make_posting(capacity="supervisor").account)

    assert seal_state().stands_still
    assert "现在留痕没有在封存" in text(client.get(TRAIL))
    assert "还没有封存过" in text(client.get(f"{TRAIL}seal/"))


def test_a_look_at_the_seal_is_recorded_and_names_nobody(client):
    head = seal_one()
    sign_in(client, make_posting(capacity="supervisor").account)

    page = text(client.get(f"{TRAIL}seal/"))

    assert head.key_id in page
    assert AuditEntry.objects.get(verb="trail.viewed").object_kind == "trail.seal"
    sign_in(client, make_posting().account)
    assert client.get(f"{TRAIL}seal/").status_code == 403


def test_a_witness_agrees_differs_has_seen_nothing_or_is_silent(client, settings, witness):
    head = seal_one()

    def word() -> str:
        ask_witnesses()
        return WitnessWord.objects.get().word

    assert word() == "empty"
    witness.head = head.as_dict()
    assert word() == "agrees"
    witness.head = {**head.as_dict(), "root": "00" * 32}
    assert word() == "differs"
    witness.head = {**head.as_dict(), "number": head.number + 1}
    assert word() == "differs"
    witness.head = "nonsense"
    assert word() == "silent"
    sign_in(client, make_posting(capacity="supervisor").account)
    assert "没有应答" in text(client.get(f"{TRAIL}seal/"))
    settings.WITNESSES = ["http://127.0.0.1:9/"]
    assert word() == "silent"
    assert WitnessWord.objects.get().address == "http://127.0.0.1:9/"
