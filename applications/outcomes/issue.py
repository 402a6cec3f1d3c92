"""Issuing the document that ends a case: numbered, with a code anybody can confirm."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.utils import timezone

from applications.definitions import definition_for
from applications.models import Answers, Application, Outcome, OutcomeText
from applications.outcomes.file import write_files
from applications.outcomes.letter import granted_letter, refused_letter
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
    """Write the letter of a case and number it. One case has one outcome, by constraint."""
    definition = definition_for(application)
    number = next_number(department, at)
    issued_on = timezone.localdate(at)
    valid_until = _valid_until(definition, issued_on) if result == Outcome.Result.GRANTED else None
    if result == Outcome.Result.GRANTED:
        marks = {
            "number": number,
            "reference": application.reference,
            "issued_on": issued_on.isoformat(),
            "valid_until": valid_until.isoformat() if valid_until else "—",
        }
        values = Answers.objects.get(application=application).values
        letter = granted_letter(definition, values, marks)
    else:
        letter = refused_letter(definition, grounds, application)
    body: Mapping[str, Any] = {"paragraphs": letter.paragraphs}
    outcome = Outcome.objects.create(
        application=application,
        number=number,
        code=random_code(CODE_LENGTH),
        result=result,
        title=letter.title,
        department=department,
        issued_at=at,
        valid_until=valid_until,
        text_hash=sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
    )
    text = OutcomeText.objects.create(outcome=outcome, subject_id=application.subject_id, body=body)
    write_files(outcome, text)
    return outcome


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
