"""Check the whole trail: every entry, every head, every signature; or one archived month."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.keeping.archive import BrokenArchiveError, is_archive, read
from audit.keeping.checking import Checked, Shelf, check, said_of_erased, shelf_of
from audit.keeping.ordered import Orders
from audit.keeping.register import BrokenRegisterError, proven_in, read_register
from audit.kernel.file_faults import in_words, typed_path
from audit.sealing.checks import may_remember, remember, with_surroundings
from audit.sealing.export import BrokenExportError, FileSource
from audit.sealing.faults import Fault, first_entry, last_good
from audit.sealing.heads import Head
from audit.sealing.leaves import Leaf
from audit.sealing.publish import BrokenHeadsError, published
from audit.sealing.sources import DatabaseSource, Source
from audit.sealing.verify import Report, verify

SHOWN = 20
NOT_CHECKED = 2  # the exit status, apart from that of a trail that is not as it was sealed
BROKEN = (BrokenExportError, BrokenArchiveError, BrokenHeadsError, BrokenRegisterError)


class Command(BaseCommand):
    """Says what is wrong and with which entry it begins; the exit status is 1 then, and 2 if it
    could not check."""

    help = __doc__
    requires_system_checks: list[str] = []  # they load every page, which this needs none of

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="export",
            type=typed_path,
            metavar="FILE",
            help="an export or an archived month, not the database",
        )
        parser.add_argument(
            "--archives",
            type=typed_path,
            metavar="FOLDER",
            help="check the archived months in this folder as well",
        )
        parser.add_argument(
            "--remember", action="store_true", help="keep the result for the supervisors' page"
        )
        parser.add_argument(
            "--heads",
            type=typed_path,
            metavar="FILE",
            help="heads kept outside; our own file of published heads unless named",
        )
        parser.add_argument(
            "--erasures",
            type=typed_path,
            metavar="FILE",
            help="the register of erasures; our own unless named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_month = options["export"] is not None and is_archive(options["export"])
            _refuse_what_goes_not_together(options)
            if is_month:
                self._check_archive(options)
            else:
                self._check_all(options)
        except OSError as error:
            raise CommandError(in_words(error), returncode=NOT_CHECKED) from error
        except BROKEN as error:
            raise CommandError(str(error), returncode=NOT_CHECKED) from error

    def _check_all(self, options: dict[str, Any]) -> None:
        shelf = Shelf()
        if options["archives"] is not None:
            shelf = shelf_of(options["archives"], {one.name for one in DatabaseSource().away()})
        archived = shelf.ids if options["archives"] is not None else None
        kept = self._kept_outside(options)
        # Only now: what is published must be here, and the sealer goes on meanwhile.
        source = self._source(options["export"])
        began = time.monotonic()
        ends_early = options["export"] is not None and options["heads"] is None
        report = verify(
            source,
            published=kept,
            archived=archived,
            proven=[*shelf.orders, *self._proven(source, options)],
            wordless=shelf.wordless,
            ends_early=ends_early,
            progress=self._say,
        )
        self.stderr.write("")
        if options["export"] is None:
            report = with_surroundings(report)
        if options["remember"]:
            remember(report, time.monotonic() - began)
        if report.away:
            how = "found good" if archived else "not looked at: --archives FOLDER"
            self.stdout.write(f"{report.away} entries are in archives ({how})")
        for one in report.put_right:
            self.stdout.write(
                f"Before head {one.head.number} the clock was put right: head"
                f" {one.before.number} says {one.before.at}, and entries of epoch"
                f" {one.before.epoch} may say such times too."
            )
        if options["export"] is not None:
            self._say_how_new_it_is(report)
        whole = "all as sealed" if archived or not report.away else "all that is here is as sealed"
        self._conclude(report.faults, f"{report.entries} entries, {report.heads} heads: {whole}")

    def _proven(self, source: Source, options: dict[str, Any]) -> list[Leaf]:
        """What a register says of orders that are not in this trail, as after a restore."""
        register = options["erasures"]
        if register is None and options["export"] is None and settings.ERASURES_FILE.exists():
            register = settings.ERASURES_FILE
        keys = source.known_keys()
        return proven_in(register, keys[0]) if register is not None and keys else []

    def _say_how_new_it_is(self, report: Report) -> None:
        """Of an export: heads may be older than it, or newer."""
        if report.later:
            self.stdout.write(f"The export ends at head {report.heads}; {report.later} came later")
        if any(fault.kind == "cut tail" for fault in report.faults):
            self.stdout.write(
                "An export made before these heads were saved looks cut as well: make a new one."
            )

    def _check_archive(self, options: dict[str, Any]) -> None:
        checked = check(options["export"], self._kept_outside(options))
        gone = [] if checked.faults else self._say_what_was_erased(options, checked)
        whole = f"{checked.month}: {checked.entries} entries, all as sealed"
        self._conclude([*checked.faults, *gone], whole)

    def _say_what_was_erased(self, options: dict[str, Any], checked: Checked) -> list[Fault]:
        """A file that left does not know what the law took from its words since. The faults: words
        that are not in it, and that nobody ordered to erase."""
        register = options["erasures"] or settings.ERASURES_FILE
        if options["erasures"] is None and not register.exists():
            self.stdout.write(
                "Words in it may have been erased by law since: --erasures FILE would tell."
            )
            if checked.wordless:
                self.stdout.write(
                    f"{len(checked.wordless)} entries have lost their words: whether by law, it"
                    " would tell too."
                )
            return []
        first_key = read(options["export"])[1][0]
        ordered = read_register(register, first_key)
        for number, entries in said_of_erased(options["export"], ordered).items():
            self.stdout.write(
                f"The words of {entries} entries in this file were erased by law since ({number})"
                " and may not be used: restore and archive the month anew, then destroy this file."
            )
        orders = Orders([*checked.orders, *proven_in(register, first_key)])
        return list(orders.faults_of(checked.wordless))

    def _kept_outside(self, options: dict[str, Any]) -> Iterator[Head]:
        outside = options["heads"] or settings.HEADS_FILE
        if options["heads"] is None and not outside.exists():
            self.stderr.write("No heads from outside: a cut tail would not be noticed.")
            return iter(())
        if options["heads"] is not None and not outside.stat().st_size:
            raise BrokenHeadsError(f"{outside.name} holds no head")  # nothing to compare with
        return published(outside)

    def _conclude(self, faults: list[Fault], whole: str) -> None:
        if not faults:
            self.stdout.write(whole)
            return
        for fault in faults[:SHOWN]:
            self.stdout.write(str(fault))
        if len(faults) > SHOWN:
            self.stdout.write(f"and {len(faults) - SHOWN} more")
        first, good = first_entry(faults), last_good(faults)
        named = "No entry can be named."
        if first is not None:
            named = f"The first bad entry is {first}."
        elif good is not None:
            named = (
                f"It begins after entry {good}." if good else "It may begin with the first entry."
            )
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise CommandError(f"{count}. {named}")

    def _source(self, export: Path | None) -> Source:
        if export is not None:
            return FileSource(export)
        with connection.cursor() as cursor:
            cursor.execute("set statement_timeout = 0")  # of this session: a large trail takes time
        return DatabaseSource()

    def _say(self, done: int) -> None:
        self.stderr.write(f"\r{done} entries checked", ending="")


def _refuse_what_goes_not_together(options: dict[str, Any]) -> None:
    """Before the check, which may take long. CommandError."""
    why = ""
    if options["export"] is not None and (options["remember"] or options["archives"] is not None):
        why = "--remember and --archives are for a check of the database: leave out --from."
    elif options["remember"] and not may_remember():
        why = "Only the sealer keeps results: --settings=portal.settings_sealer"
    if why:
        raise CommandError(why, returncode=NOT_CHECKED)
