"""Looks at somebody without a case, so that there is something to ask about and to judge."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audit.models import AuditEntry
from audit.transaction import in_one_transaction
from identity.actions.answer_question import answer_question
from identity.actions.ask_why import ask_why
from identity.models import Account, LookQuestion
from portal.desk.lookup import LOOKED_UP, look_up_person
from portal.desk.models import LookupReview
from portal.desk.reviews import judge_look
from portal.sample.cases import citizen, officer

LOOKS = Path(__file__).with_name("looks.json")


def load_looks() -> int:
    """Make them where nobody has asked anything yet; how many were made."""
    with in_one_transaction():
        if LookQuestion.objects.exists():
            return 0
        rows = json.loads(LOOKS.read_text(encoding="utf-8"))
        for row in rows:
            _look(row)
        return len(rows)


def _look(row: Mapping[str, Any]) -> None:
    account = Account.objects.get(username=row["of"])
    clerk = officer(row["by"])
    look_up_person(actor=clerk, person_id=account.person_id, reason=row["reason"], why=row["why"])
    entry = AuditEntry.objects.filter(actor_label=clerk.label, verb=LOOKED_UP).latest("at")
    if "judge" in row:
        judge_look(
            actor=officer(row["judge"]["by"]),
            reference=LookupReview.objects.get(entry_id=entry.pk).reference,
            state=LookupReview.State.FINE,
            words=row["judge"]["words"],
        )
    if "ask" not in row:
        return
    question = ask_why(actor=citizen(account), entry_id=entry.pk, words=row["ask"])
    answer_question(
        actor=officer(row["answer"]["by"]),
        reference=question.reference,
        verdict=LookQuestion.Verdict(row["answer"]["verdict"]),
        answer=row["answer"]["words"],
    )
