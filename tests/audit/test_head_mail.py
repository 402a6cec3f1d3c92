"""Heads by mail: a head a day to those who keep it, and what they kept can be held against us."""

import base64
import quopri
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from audit.models import Outbox
from audit.outbox import take_all
from audit.sealing.letters import heads_in_mail, line_of
from audit.sealing.mail import promise_heads
from audit.sealing.publish import published
from audit.sealing.store import last_head
from audit.tasks import mail_heads
from portal.settings.env import mail_addresses
from tests.audit.verify_cases import run
from tests.conftest import as_owner, as_sealer
from tests.factories.sealing import KEY, seal_all, sealed, tampering, write

pytestmark = pytest.mark.django_db(transaction=True)

WITNESSES = ["archive@university.example", "clerk@court.example"]


@pytest.fixture(autouse=True)
def witnesses(settings) -> None:
    settings.WITNESS_MAIL = WITNESSES


def sent() -> list[str]:
    """To whom the worker sends now."""
    mail.outbox.clear()
    mail_heads()
    take_all()
    return sorted(one.to[0] for one in mail.outbox)


def test_every_witness_gets_one_head_a_day() -> None:
    assert sent() == []  # nothing has been sealed
    sealed(2)
    assert sent() == WITNESSES
    sealed(1)
    assert sent() == []
    yesterday = f":{timezone.localdate()}:"
    with as_owner():
        for job in Outbox.objects.filter(kind="audit.head_mail"):
            key = job.key.replace(yesterday, ":2020-01-01:")
            Outbox.objects.filter(pk=job.pk).update(key=key)
    assert sent() == WITNESSES


def test_a_new_epoch_is_told_on_the_same_day() -> None:
    sealed(1)
    assert sent() == WITNESSES
    with tampering():
        run("update audit_epoch set cluster = 'another'")
        seal_all()
        assert last_head().epoch == 2
        promise_heads()
        keys = Outbox.objects.filter(kind="audit.head_mail").values_list("key", flat=True)
        assert sorted(key.split(":")[3] for key in keys) == ["1", "1", "2", "2"]


def test_a_new_key_is_told_on_the_same_day(settings, capsys) -> None:
    settings.SIGNING_KEY = KEY.private_bytes_raw()
    sealed(1)
    assert sent() == WITNESSES
    with as_sealer():
        call_command("rotate_keys")
    new = Ed25519PrivateKey.from_private_bytes(base64.b64decode(capsys.readouterr().out))
    write(1)
    with as_sealer():
        seal_all(new)
    assert sent() == WITNESSES


def test_a_mail_that_could_not_be_sent_is_sent_later(monkeypatch) -> None:
    sealed(1)

    def down(self, messages):
        raise OSError("no line")

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", down)
        assert sent() == []
    Outbox.objects.update(next_try=timezone.now())
    assert sent() == WITNESSES


def test_the_outbox_holds_no_address_and_forgotten_ones_get_nothing(settings) -> None:
    sealed(1)
    mail_heads()
    for job in Outbox.objects.all():
        assert "@" not in job.key + str(job.payload)
    settings.WITNESS_MAIL = WITNESSES[:1]
    assert sent() == WITNESSES[:1]


def a_mail() -> mail.EmailMessage:
    sealed(3)
    sent()
    return mail.outbox[0]


def test_the_mail_speaks_to_people_and_to_programs() -> None:
    letter = a_mail()
    assert "请保存" in letter.subject
    assert "Keep this" in letter.subject
    assert "\n" not in letter.subject
    assert "held 3 entries" in letter.body
    assert "共有3条" in letter.body
    assert line_of(last_head()) in letter.body.splitlines()


def as_saved(how: str, letter: mail.EmailMessage) -> bytes:
    """What a mail program makes of it on the disk."""
    whole = letter.message().as_bytes()
    head = whole.partition(b"\n\n")[0]
    match how:
        case "as it came":
            return whole
        case "in base64":
            head = head.replace(b"8bit", b"base64")
            return head + b"\n\n" + base64.encodebytes(letter.body.encode())
        case "quoted-printable":
            head = head.replace(b"8bit", b"quoted-printable")
            return head + b"\n\n" + quopri.encodestring(letter.body.encode())
        case "answered and quoted":
            return b"\n".join(b"> > " + line for line in letter.body.encode().splitlines())
        case "folded at 60":
            line = line_of(last_head()).replace(", ", ",\n  ")
            return letter.body.replace(line_of(last_head()), line).encode()
        case "with Windows lines":
            return letter.body.replace("\n", "\r\n").encode()
    return letter.body.encode()


WAYS = [
    "as it came",
    "in base64",
    "quoted-printable",
    "answered and quoted",
    "folded at 60",
    "with Windows lines",
    "copied as text",
]


@pytest.mark.parametrize("how", WAYS)
def test_a_saved_mail_is_held_against_the_trail(how: str, tmp_path, capsys) -> None:
    kept = tmp_path / "kept.eml"
    kept.write_bytes(as_saved(how, a_mail()))
    assert list(published(kept)) == [last_head()]
    call_command("audit_verify", "--heads", str(kept))
    assert "all as sealed" in capsys.readouterr().out
    with tampering():
        run("delete from audit_head; delete from audit_pass; delete from audit_tile")
        run("update audit_entry set verb = 'test.other'")
        seal_all()
        with pytest.raises(CommandError, match="fault"):
            call_command("audit_verify", "--heads", str(kept))
    assert "rewritten" in capsys.readouterr().out


def test_a_mail_without_a_head_proves_nothing_and_says_so(tmp_path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("Dear colleague,\n{not a head}\n", encoding="ascii")
    with pytest.raises(CommandError, match="holds no head"):
        call_command("audit_verify", "--heads", str(kept))


def test_several_mails_in_one_file_are_several_heads() -> None:
    sealed(1)
    head = last_head()
    other = replace(head, number=head.number + 1)
    text = f"From: a\n\none {line_of(head)}\nand {line_of(other)} and again {line_of(head)}"
    assert heads_in_mail(text.encode()) == [head, other]


def test_addresses_are_a_list(monkeypatch) -> None:
    monkeypatch.setenv("PORTAL_WITNESS_MAIL", " a@example.org, b@example.org,")
    assert mail_addresses("PORTAL_WITNESS_MAIL") == ["a@example.org", "b@example.org"]
    monkeypatch.setenv("PORTAL_WITNESS_MAIL", "")
    assert mail_addresses("PORTAL_WITNESS_MAIL", default=["c@example.org"]) == []


@pytest.mark.parametrize(
    "said", ["nobody", "a@b", "a@example.org\nBcc: b@example.org", "x y@z.example"]
)
def test_addresses_are_read_strictly(said: str, monkeypatch) -> None:
    monkeypatch.setenv("PORTAL_WITNESS_MAIL", said)
    with pytest.raises(ImproperlyConfigured, match="is no e-mail address"):
        mail_addresses("PORTAL_WITNESS_MAIL")
