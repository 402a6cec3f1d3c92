"""Say whether the database is built as the migrations build it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.structure.comparing import WORDING, as_plan, faults_of_structure
from audit.structure.reading import Facts, read_facts
from audit.structure.wordings import other_wordings


class Command(BaseCommand):
    """Names every difference; the exit status is 1 then."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write",
            action="store_true",
            help="write down how this database is built: after a new migration, for the tree",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.STRUCTURE_FILE
        if options["write"]:
            facts = {**as_plan(read_facts()), WORDING: other_wordings()}
            path.write_text(_in_lines(facts), encoding="utf-8")
            self.stdout.write(f"Written: {path.name}")
            return
        faults = faults_of_structure()
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} differences")
        self.stdout.write("The database is built as the migrations build it.")


def _in_lines(facts: Facts) -> str:
    """JSON with a line for each fact, so that a change of one is a change of one line."""
    kinds = []
    for kind, of in facts.items():
        lines = [f"{json.dumps(thing)}: {json.dumps(parts)}" for thing, parts in of.items()]
        kinds.append(json.dumps(kind) + ": {\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(kinds) + "\n}\n"
