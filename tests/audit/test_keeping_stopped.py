"""Archiving, restoring and erasing are stopped dead at every step, and go on when repeated."""

import os
import signal
import sys
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.keeping.away import months_away
from audit.keeping.checking import check
from audit.keeping.erasing import carried_out, erase, erasures
from audit.keeping.register import read_register, write_register
from audit.models import AuditDetail, AuditEntry
from audit.sealing.keyring import known_keys
from tests.conftest import as_owner, as_sealer
from tests.factories.erasures import order_in_trail
from tests.factories.old_months import OLD, archived, erasure, found
from tests.factories.sealing import KEY, seal_all

pytestmark = pytest.mark.django_db(transaction=True)

MOST_STEPS = 200


class _Stop:
    """Ends this process without a word before its nth step: a statement, or a file's new name."""

    def __init__(self, step: int) -> None:
        self.left = step

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(self, execute, *arguments):
        self.count()
        return execute(*arguments)

    def before_rename(self, event, _arguments):
        if event == "os.rename":
            self.count()


def runs_to_its_end(work: Callable[[], object], step: int) -> bool:
    """Do it in another process, which is killed before this step; whether it had fewer."""
    connection.close()
    child = os.fork()
    if child == 0:
        stop = _Stop(step)
        sys.addaudithook(stop.before_rename)
        with connection.execute_wrapper(stop.before_statement):
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0
    return True


def stopped_at_every_step(work: Callable[[], object], is_whole: Callable[[], None]) -> int:
    """Stop it before its first step, repeat and stop before the second, and so on until it gets to
    its end; after each stop nothing may be lost. Returns how many stops there were."""
    for step in range(1, MOST_STEPS):
        if runs_to_its_end(work, step):
            return step - 1
        is_whole()
    raise AssertionError("it never came to its end")


def test_archiving_goes_on_after_a_stop_at_any_step(old_month, tmp_path):
    def archive() -> None:
        call_command("archive_trail", str(tmp_path), before=str(OLD.after(1)))

    def is_whole() -> None:
        here = AuditEntry.objects.filter(pk__in=old_month).count()
        away = list(months_away())
        assert (here, away) in ((5, []), (0, [OLD]))
        if away:  # its file is whole on the disk, under one name or the other
            (file,) = tmp_path.iterdir()
            assert check(file).entries == 5

    with as_owner():
        stops = stopped_at_every_step(archive, is_whole)
        archive()
        assert stops > 20
        assert [one.name for one in tmp_path.iterdir()] == [f"trail-{OLD}.jsonl.gz"]
        assert list(months_away()) == [OLD]
    with as_sealer():
        seal_all(KEY)
    assert found() == (set(), 5)


def test_a_month_that_left_just_before_the_stop_gets_its_file_at_the_next_run(old_month, tmp_path):
    gone = archived(tmp_path)
    gone.path.rename(gone.path.with_name(f"{gone.path.name}.part"))
    with as_owner():
        call_command("archive_trail", str(tmp_path))
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        f"trail-{OLD}.jsonl.gz",
        f"trail-{OLD.after(1)}.jsonl.gz",
    ]


def test_restoring_goes_on_after_a_stop_at_any_step(old_month, tmp_path):
    order_in_trail(erasure(timezone.localdate()))
    gone = archived(tmp_path)
    with as_owner():
        erase(erasure(timezone.localdate()))

    def is_whole() -> None:
        here = AuditEntry.objects.filter(pk__in=old_month).count()
        assert (here, list(months_away())) in ((0, [OLD]), (5, []))
        assert not AuditDetail.objects.exists()

    with as_owner():
        stops = stopped_at_every_step(
            lambda: months_away() and call_command("restore_trail", str(gone.path)), is_whole
        )
        assert stops > 10
        assert list(months_away()) == []
    with as_sealer():
        seal_all(KEY)
    assert found() == (set(), 0)


def test_erasing_goes_on_after_a_stop_at_any_step(old_month, tmp_path):
    wanted = erasure(timezone.localdate())
    order_in_trail(wanted)
    file = tmp_path / "erasures.jsonl"

    def work() -> None:
        if not carried_out([wanted.number]):
            erase(wanted)
        write_register(file)

    def is_whole() -> None:
        done = carried_out([wanted.number])
        assert AuditDetail.objects.count() == (0 if done else 10)
        assert AuditEntry.objects.filter(verb="trail.words_erased").count() == len(done)

    with as_owner():
        stops = stopped_at_every_step(work, is_whole)
    with as_sealer():
        seal_all(KEY)
    with as_owner():
        stops += stopped_at_every_step(lambda: write_register(file), lambda: None)
        assert stops > 10
        assert read_register(file, known_keys()[0]) == erasures() == [wanted]
    assert found() == (set(), 0)
