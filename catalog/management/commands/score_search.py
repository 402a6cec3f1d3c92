"""Score the search against a file of queries with known answers."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.kernel.file_faults import typed_path
from catalog.loading.report import BrokenFile
from catalog.search.scoring import Figures, Score, score_file


class Command(BaseCommand):
    """Top-1, top-5 and MRR@10 for each kind of query, and the false answers."""

    help = "Score the search: top-1, top-5, MRR@10 for each kind of query, and false answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=typed_path, help="CSV: queries and the ids that answer them"
        )
        parser.add_argument("--json", action="store_true", help="figures as JSON")
        parser.add_argument("--missed", action="store_true", help="also list what was not found")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = score_file(options["file"])
        except BrokenFile as problem:
            raise CommandError(str(problem)) from problem
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(figures), ensure_ascii=False, indent=1))
            return
        for name, score in [*sorted(figures.kinds.items()), ("all", figures.overall)]:
            self.stdout.write(_line(name, score))
        self.stdout.write(
            f"no answer: {figures.no_answer} asked, {len(figures.false_answers)} answered falsely"
        )
        self.stdout.write(f"about another catalogue, left out: {figures.left_out}")
        if options["missed"]:
            for missed in [*figures.overall.missed, *figures.false_answers]:
                self.stdout.write(f"  {missed}")


def _line(name: str, score: Score) -> str:
    row = score.as_dict()
    return (
        f"{name:<16} {row['queries']:>4} queries  top-1 {row['top1']:.3f}  top-5 {row['top5']:.3f}"
        f"  MRR@10 {row['mrr10']:.3f}  right but unsure {row['right_but_unsure']}"
    )


def _as_dict(figures: Figures) -> dict[str, Any]:
    return {
        "kinds": {name: score.as_dict() for name, score in sorted(figures.kinds.items())},
        "all": figures.overall.as_dict(),
        "no_answer": {"asked": figures.no_answer, "answered_falsely": len(figures.false_answers)},
        "left_out": figures.left_out,
    }
