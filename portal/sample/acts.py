"""What the people of the sample do: each act goes through the product's own actions."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.actions.approve import approve_application
from applications.actions.attach import attach_file
from applications.actions.claim import claim_case
from applications.actions.escalate import ask_superior
from applications.actions.pass_step import pass_step
from applications.actions.rate import rate_application
from applications.actions.reject import reject_application
from applications.actions.request_correction import request_correction
from applications.actions.submit import Submitted, submit_application
from applications.actions.view import open_application
from applications.actions.withdraw import withdraw_application
from applications.selectors.papers import lacking_papers
from applications.selectors.sheet import own_sheet
from audit.kernel.actors import Actor

Act = Callable[[Actor, str, Mapping[str, Any]], None]
PAGE = (420, 594)


def submit(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    """Hand in what papers are lacking, then the case; raises LookupError if something is open."""
    for paper in lacking_papers(own_sheet(actor, reference)):
        file = SimpleUploadedFile(f"{paper.material.code}.jpg", _sheet_of_paper())
        attach_file(actor=actor, reference=reference, material=paper.material.code, file=file)
    result = submit_application(actor=actor, reference=reference, declared=True)
    if not isinstance(result, Submitted):
        lacking = [question.key for question in result.questions]
        lacking += [paper.material.code for paper in result.papers]
        raise LookupError(f"the sample case lacks {', '.join(lacking)}")


def claim(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    claim_case(actor=actor, reference=reference)
    open_application(actor=actor, reference=reference)


def pass_on(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    pass_step(actor=actor, reference=reference, reason=row["reason"])


def approve(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    approve_application(
        actor=actor,
        reference=reference,
        reason=row["reason"],
        no_interest=True,
        although=row.get("although", ""),
    )


def reject(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    reject_application(
        actor=actor, reference=reference, grounds=row["grounds"], reason=row["reason"]
    )


def correct(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    request_correction(actor=actor, reference=reference, points=row["points"])


def ask(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    ask_superior(actor=actor, reference=reference, reason=row["reason"])


def withdraw(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    withdraw_application(actor=actor, reference=reference)


def rate(actor: Actor, reference: str, row: Mapping[str, Any]) -> None:
    rate_application(actor=actor, reference=reference, score=row["score"])


ACTS: dict[str, Act] = {
    "submit": submit,
    "claim": claim,
    "pass": pass_on,
    "approve": approve,
    "reject": reject,
    "correct": correct,
    "ask_superior": ask,
    "withdraw": withdraw,
    "rate": rate,
}


def _sheet_of_paper() -> bytes:
    """A picture of an empty sheet: the sample shows no document of anybody."""
    out = BytesIO()
    Image.new("RGB", PAGE, "white").save(out, "JPEG")
    return out.getvalue()
