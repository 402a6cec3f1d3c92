"""Example cases at different points of their way, so that no desk and no figure is empty."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from applications.actions.prefill import prefill_application
from applications.actions.save_answers import Typed, save_answers
from applications.actions.start import start_application
from applications.models import Application
from applications.selectors.sheet import own_sheet
from audit.kernel.actors import Actor, Capacity
from audit.transaction import in_one_transaction
from identity.actions.prove_person import Proven, prove_person
from identity.models import Account, Organisation, Posting
from portal.sample.acts import ACTS

CASES = Path(__file__).with_name("cases.json")
SIGN_IN = "sample"

Row = Mapping[str, Any]


def load_cases() -> int:
    """Make the example cases where there are no cases yet, all or none; how many were made."""
    with in_one_transaction():
        if Application.objects.exists():
            return 0
        plan = json.loads(CASES.read_text(encoding="utf-8"))
        for row in plan["neighbours"]:
            _settle(row)
        for row in plan["cases"]:
            _play(row)
        return len(plan["cases"])


def _settle(row: Row) -> None:
    """A neighbour: an account nobody can sign in to, of a person the register knows."""
    account, made = Account.objects.get_or_create(username=row["username"])
    if not made:
        return
    account.set_unusable_password()
    account.save(update_fields=["password"])
    proof = prove_person(actor=citizen(account), name=row["name"], number=row["number"])
    if not isinstance(proof, Proven):
        raise LookupError(f"the sample register does not know {row['username']}")


def _play(row: Row) -> None:
    """One case from its start to where the sample leaves it."""
    reference = draft(row, complete=bool(row["then"])).reference
    for step in row["then"]:
        applicant = citizen(Account.objects.get(username=row["by"]))
        actor = officer(step["by"]) if "by" in step else applicant
        ACTS[step["act"]](actor, reference, step)


def draft(row: Row, *, complete: bool) -> Application:
    """The case of a row, not handed in yet; an incomplete one ends with its answers."""
    applicant = citizen(Account.objects.get(username=row["by"]))
    firm = Organisation.objects.get(credit_code=row["for"]) if "for" in row else None
    application = start_application(
        actor=applicant, item_code=row["item"], subject_id=firm.pk if firm else applicant.person_id
    )
    if not isinstance(application, Application):
        raise LookupError(f"{row['item']}: nobody to act for was named")
    prefill_application(actor=applicant, reference=application.reference)
    _fill(applicant, application.reference, row["answers"], complete=complete)
    return application


def _fill(actor: Actor, reference: str, answers: Row, *, complete: bool) -> None:
    """Page by page like a person in a browser."""
    texts = {key: _text(value) for key, value in answers.items()}
    for page in own_sheet(actor, reference).definition.pages:
        more = True
        while more:
            shown = [question.key for question in own_sheet(actor, reference).questions(page)]
            if not complete and not set(shown) & set(texts):
                return
            typed = Typed(shown=shown, texts=texts)
            saved = save_answers(actor=actor, reference=reference, slug=page.slug, typed=typed)
            more = saved.more
        if complete and saved.errors:
            raise LookupError(f"{reference}, {page.slug}: {dict(saved.errors)}")


def _text(value: Any) -> str:
    """What would be typed; `{"days_ago": n}` stands for a day."""
    if isinstance(value, dict):
        return (timezone.localdate() - timedelta(days=value["days_ago"])).isoformat()
    return str(value)


def citizen(account: Account) -> Actor:
    """Somebody who signed in and acts for nobody else."""
    return Actor(
        account_id=account.pk,
        label="",
        capacity=Capacity.CITIZEN,
        person_id=account.person_id,
        sign_in=SIGN_IN,
    )


def officer(username: str) -> Actor:
    """The officer at the one posting the sample gives this account, as if just proven by a code."""
    posting = Posting.objects.select_related("department").get(account__username=username)
    return Actor(
        account_id=posting.account_id,
        label=posting.officer_code,
        capacity=Capacity(posting.capacity),
        department_code=posting.department.code,
        region_code=posting.department.region_id,
        sign_in=SIGN_IN,
        proven_at=timezone.now(),
    )
