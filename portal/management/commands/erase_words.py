"""Erase words of the trail by law, as two supervisors have ordered; shows first what would go."""

import os
import pwd
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from audit.keeping.affected import affected_by, takes_nothing
from audit.keeping.alone import CannotBeKeptError, alone
from audit.keeping.away import months_away_of
from audit.keeping.erasing import Erasure, carried_out, erase
from audit.keeping.register import (
    BrokenRegisterError,
    lacking_for_archive,
    read_register,
    take_over,
    write_register,
)
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.file_faults import in_words, typed_path
from audit.kernel.sentences import in_a_row
from audit.sealing.keyring import known_keys
from portal.desk.trail_words import (
    ERASURES,
    actor_in_words,
    capacity_in_words,
    verb_in_words,
)
from portal.erasures.models import ErasureOrder
from portal.erasures.needed import still_needed
from portal.erasures.open_erasure import name_of
from portal.erasures.selectors import record_order, standing_of
from portal.erasures.words import sorts_in_words

OPERATOR = Actor.system("erase_words")
WAIT = 30  # seconds for the next pass of the sealer, which comes every few seconds


class Command(BaseCommand):
    """For the owner. Without a number it lists the orders that wait. Nothing is erased without
    --erase; then it cannot be brought back."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Example: manage.py erase_words TE-2026-7Q4K-2M9D --settings portal.settings_owner"
            " shows what would go; the same with --erase erases it."
        )
        parser.add_argument("number", nargs="?", help="the number of a confirmed order")
        parser.add_argument("--erase", action="store_true", help="erase, and not only show")
        parser.add_argument(
            "--again",
            type=typed_path,
            metavar="FILE",
            help="after a restore: what this register of erasures says and this database lacks",
        )
        parser.add_argument(
            "--wait",
            type=int,
            default=WAIT,
            metavar="SECONDS",
            help=f"how long to wait for the seal of an erasure, for the register ({WAIT})",
        )

    @no_translations  # commands speak one language, in a terminal of whatever kind
    def handle(self, *args: Any, **options: Any) -> None:
        number, again = (options["number"] or "").strip().upper(), options["again"]
        if number and again is not None:
            raise CommandError("Name an order or a register (--again), not both.")
        if options["erase"] and not number and again is None:
            raise CommandError("Which order? Without --erase the command lists those that wait.")
        try:
            with alone():
                self._work(number, again, really=options["erase"])
                self._keep_outside(options["wait"])
        except OSError as error:
            raise CommandError(in_words(error)) from error
        except (CannotBeKeptError, BrokenRegisterError) as error:
            raise CommandError(str(error)) from error
        except Refused as refusal:
            raise CommandError(in_a_row(refusal.message, refusal.next_step)) from refusal

    def _work(self, number: str, again: Path | None, *, really: bool) -> None:
        if again is not None:
            self._repeat(again, really=really)
        elif number:
            self._carry_out(number, really=really)
        else:
            self._list()

    def _list(self) -> None:
        orders = list(ErasureOrder.objects.filter(ended_at=None).order_by("asked_at", "id"))
        waiting = [one for one in standing_of(orders) if one.waits or one.is_ready]
        for one in waiting:
            how = "can be carried out" if one.is_ready else "waits for the second supervisor"
            self.stdout.write(f"{one.order.number}: {how}")
        if not waiting:
            self.stdout.write("No order waits. Two supervisors give one at /admin/erasures/.")

    @transaction.atomic
    def _carry_out(self, number: str, *, really: bool) -> None:
        order = _order_of(number)
        record_order(OPERATOR, "erasure.viewed", order.erasure)
        self._show(order.erasure)
        needs = still_needed(order.erasure)
        for need in needs:
            self.stdout.write(f"Still needs these words: {need.kind}, {need.number}")
        if needs and not order.although_needed:
            self.stdout.write(
                "Nothing was erased. Wait until these are decided, or have two supervisors order it"
                " anew, with the law that does not let you wait."
            )
        elif takes_nothing(order.erasure):
            self.stdout.write("Nothing to erase. A supervisor can take this order back.")
        elif not really:
            self.stdout.write("Nothing was erased yet. To erase, repeat this with --erase.")
        else:
            self._erase(order.erasure)

    def _repeat(self, register: Path, *, really: bool) -> None:
        """What was erased after the backup this database came from."""
        keys = known_keys()
        if not keys:
            raise CannotBeKeptError("Nothing is sealed in this database yet: start the sealer.")
        ordered = read_register(register, keys[0])
        done = carried_out([one.number for one in ordered])
        missing = [one for one in ordered if one.number not in done]
        for erasure in missing:
            with transaction.atomic():
                record_order(OPERATOR, "erasure.viewed", erasure)
                self._show(erasure)
                if really:
                    self._erase(erasure)
        if really:
            take_over(register, settings.ERASURES_FILE)
        if not missing:
            self.stdout.write("Everything in this register is erased here too.")
        elif not really:
            self.stdout.write("Nothing was erased yet. To erase, repeat this with --erase.")

    def _show(self, erasure: Erasure) -> None:
        """Whose words, and which: never what they say."""
        self.stdout.write(
            f"{erasure.number}: words about {name_of(erasure.subject) or erasure.subject}"
            f" of before {erasure.before}. Ground: {ERASURES[erasure.ground]}"
        )
        found = affected_by(erasure)
        for one in found:
            days = f"{one.first:%Y-%m-%d} to {one.last:%Y-%m-%d}"
            what, who = verb_in_words(one.verb), actor_in_words(one.label, one.capacity)
            self.stdout.write(
                f"  {one.entries} x {what} ({who or capacity_in_words(one.capacity)}), {days}:"
                f" {sorts_in_words(one.sorts)}"
            )
        shared = sum(one.shared for one in found)
        if shared:
            fate = "they go too, as ordered" if erasure.with_others else "these stay"
            self.stdout.write(f"  {shared} of these entries are about others as well: {fate}.")
        if not found:
            self.stdout.write("  No entry in the database has such words.")
        away = ", ".join(map(str, months_away_of(erasure)))
        if away:
            self.stdout.write(f"  Archived months may hold such words as well: {away}.")

    def _erase(self, erasure: Erasure) -> None:
        erased = erase(erasure, _account())
        self.stdout.write(f"The words of {erased} entries are erased; the entries stay.")
        if months_away_of(erasure):
            self.stdout.write(
                "Words in archived months stay out when a month is restored. To have them gone from"
                " the archive, restore the month, archive it again and destroy the old file."
            )

    def _keep_outside(self, wait: int) -> None:
        """The proof of each erasure goes into the register as soon as its entry is sealed."""
        path = settings.ERASURES_FILE
        until = time.monotonic() + wait
        while waiting := write_register(path):
            if time.monotonic() >= until:
                self.stdout.write(
                    f"Not in {path} yet: {waiting}, until they are sealed. Run erase_words again"
                    " in a minute."
                )
                return
            time.sleep(1)
        lacking = ", ".join(lacking_for_archive(path))
        if lacking:
            self.stdout.write(
                f"Not in {path}: {lacking}. The entries that prove it are in archived months: bring"
                " these back with restore_trail, then run erase_words again."
            )
        if path.exists():
            self.stdout.write(f"Register: {path}. Keep a copy of it with your backups.")


def _account() -> str:
    """Under whose account of the machine this runs; nothing where the machine has no name for it.
    Not the environment: anybody can write there who they are."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def _order_of(number: str) -> ErasureOrder:
    """A confirmed order that was not carried out. CannotBeKeptError for every other."""
    order = ErasureOrder.objects.select_for_update().filter(number=number).first()
    if order is None:
        raise CannotBeKeptError(
            f"There is no order {number}. Without a number this command lists those that wait."
        )
    (standing,) = standing_of([order])
    if standing.is_done:
        raise CannotBeKeptError(f"{number} was carried out already.")
    if not standing.is_ready:
        why = "was taken back" if order.ended_at else "waits for the second supervisor"
        raise CannotBeKeptError(f"{number} {why}. Nothing was erased.")
    return order
