"""Issuing the document that ends a case: numbered, with a code anybody can confirm."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.utils import timezone

from applications.definitions import definition_for
from applications.models import Answers, Application, Outcome, OutcomeText
from applications.outcomes.file import fingerprint, written_files
from applications.outcomes.letter import Letter, granted_letter, refused_letter
from audit.kernel.ids import random_code
from catalog.models import Department
from catalog.schema.definition import Definition

CODE_LENGTH = 12


def issue(
    application: Application,
    *,
    result: Outcome.Result,
    department: Department,
    at: datetime,
    grounds: Sequence[str] = (),
) -> Outcome:
    """Write the letter of a case and number it, whole and at once: afterwards it stands. One case
    has one outcome, by constraint; the database takes it with the decision only."""
    definition = definition_for(application)
    number = next_number(department, at)
    issued_on = timezone.localdate(at)
    valid_until = _valid_until(definition, issued_on) if result == Outcome.Result.GRANTED else None
    outcome = Outcome(
        application=application,
        number=number,
        code=random_code(CODE_LENGTH),
        result=result,
        department=department,
        issued_at=at,
        valid_until=valid_until,
    )
    letter = _letter(outcome, definition, grounds)
    body: Mapping[str, Any] = {"paragraphs": letter.paragraphs}
    outcome.title = letter.title
    outcome.text_hash = fingerprint(json.dumps(body, sort_keys=True, ensure_ascii=False).encode())
    files = written_files(outcome, body)
    outcome.file_hash_zh, outcome.file_hash_en = (
        fingerprint(files[key].encode()) for key in ("zh", "en")
    )
    outcome.save(force_insert=True)
    OutcomeText.objects.create(
        outcome=outcome, subject_id=application.subject_id, body=body, files=files
    )
    return outcome


def _letter(outcome: Outcome, definition: Definition, grounds: Sequence[str]) -> Letter:
    application = outcome.application
    if outcome.result != Outcome.Result.GRANTED:
        return refused_letter(definition, grounds, application)
    marks: dict[str, str | date | None] = {
        "number": outcome.number,
        "reference": application.reference,
        "issued_on": timezone.localdate(outcome.issued_at),
        "valid_until": outcome.valid_until,
    }
    values = Answers.objects.get(application=application).values
    return granted_letter(definition, values, marks)


def _valid_until(definition: Definition, issued_on: date) -> date | None:
    plan = definition.outcome
    if plan is None or plan.valid_months is None:
        return None
    return issued_on + relativedelta(months=plan.valid_months)


def next_number(department: Department, at: datetime) -> str:
    """The next number of this office and year, such as 区行政审批局〔2026〕12号.

    An advisory lock for the rest of the transaction keeps two officers from taking the same one.
    """
    year = timezone.localdate(at).year
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"outcome:{department.pk}"])
    issued = Outcome.objects.filter(department=department, number__contains=f"〔{year}〕").count()
    return f"{department.name}〔{year}〕{issued + 1}号"
