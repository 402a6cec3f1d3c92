"""The operator carries out what two supervisors have ordered, and sees first what would go."""

import csv
import io
import os
import pwd
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.actions.answer_export import answer_export
from audit.actions.ask_for_export import ask_for_export
from audit.exports.files import pieces_of
from audit.keeping.alone import KEEPING, alone
from audit.keeping.erasing import Done, carried_out
from audit.keeping.register import proven_in, read_register
from audit.models import AuditDetail, AuditEntry
from audit.outbox import take_all
from audit.sealing.keyring import known_keys
from audit.sealing.sources import DatabaseSource
from audit.sealing.verify import verify
from audit.selectors import TrailSearch
from audit.transaction import in_one_transaction
from portal.erasures.end_erasure import end_erasure
from tests.conftest import as_owner, as_sealer
from tests.factories.backups import in_database, make_backup, restore
from tests.factories.erasures import make_confirmed, make_order
from tests.factories.identity import (
    make_citizen,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.looks import make_look
from tests.factories.old_months import OLD, archived, found
from tests.factories.sealing import KEY, seal_all
from tests.portal.test_erasures import open_question

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def register(tmp_path, settings) -> Path:
    settings.ERASURES_FILE = tmp_path / "register" / "erasures.jsonl"
    return settings.ERASURES_FILE


class Scene:
    """A person about whom something is said, and two supervisors."""

    def __init__(self) -> None:
        with in_one_transaction():
            self.person = make_person(name="李晓")
            self.clerk = make_posting()
            self.two = make_posting(capacity="supervisor"), make_posting(capacity="supervisor")
            self.own = self.say(self.person.pk)
            self.shared = self.say(self.person.pk, make_person(name="赵一").pk)

    def say(self, *subjects):
        detail = {"answer": "a", "reason": "b"}
        return make_look(self.clerk, *subjects, verb="value.revealed", detail=detail)

    def order(self, **fields):
        with in_one_transaction():
            return make_confirmed(self.person.pk, self.two, **fields)

    def left(self) -> set[int]:
        """Which of the two entries still say something."""
        with as_owner():
            rows = AuditDetail.objects.filter(entry_id__in=[self.own.pk, self.shared.pk])
            return set(rows.values_list("entry_id", flat=True))


@pytest.fixture
def scene():
    return Scene()


def erase_words(*arguments: str, **options: object) -> str:
    said = io.StringIO()
    with as_owner():
        call_command("erase_words", *arguments, stdout=said, stderr=said, wait=0, **options)
    return said.getvalue()


def seal() -> None:
    with as_sealer():
        seal_all(KEY)


def test_it_shows_what_would_go_and_erases_nothing(scene):
    order = scene.order()
    said = erase_words(order.number)
    ground = "Ground: Consent taken back (PIPL, article 47)"
    assert f"{order.number}: words about 李* of before {order.before}. {ground}\n" in said
    assert f"  2 x Looked at a covered value in full ({scene.clerk.officer_code}), " in said
    assert "1 of these entries are about others as well: these stay." in said
    assert "Nothing was erased yet. To erase, repeat this with --erase." in said
    assert scene.left() == {scene.own.pk, scene.shared.pk}
    (viewed,) = AuditEntry.objects.filter(verb="erasure.viewed")
    assert (viewed.actor_label, viewed.object_id) == ("erase_words", order.number)


def test_it_erases_what_was_ordered_and_nothing_about_others(scene, register):
    order = scene.order()
    said = erase_words(order.number, erase=True)
    assert "The words of 1 entries are erased; the entries stay." in said
    assert f"Not in {register} yet: 1" in said
    assert scene.left() == {scene.shared.pk}
    seal()
    assert f"Register: {register}" in erase_words()
    assert read_register(register, known_keys()[0]) == [order.erasure]
    assert found() == (set(), 0)
    with pytest.raises(CommandError, match="was carried out already"):
        erase_words(order.number, erase=True)


def test_words_about_others_go_when_the_order_says_so(scene):
    order = scene.order(with_others=True)
    assert "they go too, as ordered" in erase_words(order.number)
    erase_words(order.number, erase=True)
    assert scene.left() == set()


def test_what_is_opened_after_the_confirmation_stops_it(scene):
    order = scene.order()
    with in_one_transaction():
        open_question(scene.own, scene.person, scene.clerk, make_citizen(person=scene.person))
    said = erase_words(order.number, erase=True)
    assert "Still needs these words: Question why somebody looked, not answered, Q1" in said
    assert "Nothing was erased." in said
    assert scene.left() == {scene.own.pk, scene.shared.pk}
    hurried = scene.order(although_needed=True)
    erase_words(hurried.number, erase=True)
    assert scene.left() == {scene.shared.pk}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            ["TE-2026-7Q4K-2M9D", "--again", "register"],
            "Name an order or a register (--again)",
        ),
        (["--erase"], "Which order? Without --erase the command lists"),
        (["", "--erase"], "Which order? Without --erase the command lists"),
        (["--again", ""], "Error: argument --again: no file or folder is named: it is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(arguments, why):
    with pytest.raises(CommandError) as refused:
        erase_words(*arguments)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize("state", ["unknown", "asked", "taken back"])
def test_only_a_confirmed_order_is_carried_out(scene, state):
    number = "TE-2026-ZZZZ-ZZZZ"
    why = "There is no order"
    if state == "asked":
        with in_one_transaction():
            number = make_order(scene.person.pk, scene.two[0]).number
        why = "waits for the second supervisor"
    if state == "taken back":
        number, why = scene.order().number, "was taken back"
        with in_one_transaction():
            end_erasure(actor=officer_actor(scene.two[1]), number=number)
    with pytest.raises(CommandError, match=why):
        erase_words(number, erase=True)
    assert scene.left() == {scene.own.pk, scene.shared.pk}


def test_without_a_number_it_lists_what_waits(scene):
    assert "No order waits." in erase_words()
    order = scene.order()
    with in_one_transaction():
        asked = make_order(scene.person.pk, scene.two[0])
    assert erase_words().splitlines()[:2] == [
        f"{order.number}: can be carried out",
        f"{asked.number}: waits for the second supervisor",
    ]


def test_an_order_that_takes_no_words_is_not_carried_out(scene):
    with in_one_transaction():
        order = make_confirmed(make_person(name="钱二").pk, scene.two)
    said = erase_words(order.number, erase=True)
    assert "Nothing to erase. A supervisor can take this order back." in said
    assert not AuditEntry.objects.filter(verb="trail.words_erased").exists()


def test_it_says_which_months_are_in_archives(old_month, tmp_path, scene):
    archived(tmp_path)
    order = scene.order()
    assert f"Archived months may hold such words as well: {OLD}." in erase_words(order.number)
    assert "Words in archived months stay out" in erase_words(order.number, erase=True)
    with in_one_transaction():
        only_away = make_confirmed(make_person(name="钱二").pk, scene.two)
    assert "The words of 0 entries are erased" in erase_words(only_away.number, erase=True)


def test_a_backup_of_before_brings_words_back_and_the_register_takes_them_again(
    scene, register, tmp_path, files, second_database
):
    seal()
    backup = make_backup(tmp_path)
    (files / "ab" / "abc.pdf").unlink()
    (files / "ab").rmdir()
    order = scene.order()
    erase_words(order.number, erase=True)
    seal()
    erase_words()
    restore(backup, second_database)
    with in_database(second_database):
        assert scene.left() == {scene.own.pk, scene.shared.pk}
        said = erase_words(again=register)
        assert f"{order.number}: words about 李*" in said
        assert "Nothing was erased yet." in said
        assert scene.left() == {scene.own.pk, scene.shared.pk}
        assert "The words of 1 entries are erased" in erase_words(again=register, erase=True)
        assert scene.left() == {scene.shared.pk}
        assert carried_out([order.number]) == {order.number}
        assert "Everything in this register is erased here too." in erase_words(
            again=register, erase=True
        )
        seal()
        assert found()[0] == {"erased without order"}  # no entry here tells of the order
        order_outside = proven_in(register, known_keys()[0])
        assert verify(DatabaseSource(), proven=order_outside).faults == []


def test_two_commands_do_not_keep_the_trail_at_once(scene):
    order = scene.order()
    other = connection.copy()
    with as_owner(), alone():
        other.settings_dict = dict(connection.settings_dict)
        with other.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [KEEPING])
            assert cursor.fetchone() == (False,)
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [KEEPING])
    with pytest.raises(CommandError, match="Another command is archiving"):
        erase_words(order.number, erase=True)
    other.close()
    erase_words(order.number, erase=True)
    assert scene.left() == {scene.shared.pk}


def test_the_page_of_the_order_says_when_it_was_carried_out_and_by_whom(scene, client):
    order = scene.order()
    erase_words(order.number, erase=True)
    erased = AuditEntry.objects.get(verb="trail.words_erased")
    sign_in(client, scene.two[1].account, fresh=True)
    page = client.get(f"/admin/erasures/{order.number}/", headers={"accept-language": "en"})
    assert page.context["found"].done == Done(
        erased.pk, erased.at, pwd.getpwuid(os.getuid()).pw_name
    )
    assert f'href="/admin/trail/entries/{erased.pk}/"' in page.content.decode()
    assert "The operator, on the machine" in page.content.decode()


def test_a_file_of_the_trail_says_which_words_are_gone(scene, tmp_path, settings):
    settings.EXPORTS_ROOT = tmp_path / "exports"
    with in_one_transaction():
        looked = make_look(scene.clerk, scene.person.pk)
    erase_words(scene.order(with_others=True).number, erase=True)
    with in_one_transaction():
        export = ask_for_export(
            actor=officer_actor(scene.two[0]),
            kind="entries",
            search=TrailSearch(officer=scene.clerk.officer_code),
            post=None,
            inquiry="川监〔2026〕12号",
            ground="review",
        )
    with in_one_transaction():
        answer_export(actor=officer_actor(scene.two[1]), number=export.number, allow=True)
    take_all()
    rows = list(csv.reader(io.StringIO(b"".join(pieces_of(export)).decode("utf-8-sig"))))
    said = {row[0]: row[8] for row in rows[1:]}
    today = f"{timezone.localdate():%Y-%m-%d}"
    gone = f"这里的文字已于{today}依法删除。"
    erased = {str(scene.own.pk): gone, str(scene.shared.pk): gone}
    assert said == {str(looked.pk): "", **erased}


def test_nobody_is_said_to_have_carried_out_what_waits(scene, client):
    order = scene.order()
    sign_in(client, scene.two[1].account, fresh=True)
    page = client.get(f"/admin/erasures/{order.number}/", headers={"accept-language": "en"})
    assert page.context["found"].done is None
    assert "The operator, on the machine" not in page.content.decode()


def test_what_is_no_register_is_told_plainly(scene, tmp_path):
    seal()
    other = tmp_path / "other.jsonl"
    with pytest.raises(CommandError, match=re.escape(f"There is no {other}")):
        erase_words(again=other)
    other.write_text("words")
    with pytest.raises(CommandError, match=r"other\.jsonl is no register of erasures"):
        erase_words(again=other)


def test_only_the_owner_erases(scene):
    order = scene.order()
    with pytest.raises(CommandError, match="the settings name portal_app"):
        call_command("erase_words", order.number, erase=True)
    assert scene.left() == {scene.own.pk, scene.shared.pk}
