"""An officer states a fact no register and no applicant has supplied."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.actions.decide import require_in_work
from applications.actions.keep_named import keep_named_in
from applications.case_trail import record_case
from applications.compliance.evaluate import check_rules, rules_for
from applications.compliance.facts import NO_INTEREST
from applications.compliance.stated import FACT, Stated, kind_of_fact
from applications.definitions import definition_for
from applications.models import Alarm, Answers, Application
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused


@transaction.atomic
def state_fact(
    *, actor: Actor, reference: str, field: str, value: Stated, evidence: str
) -> Application:
    """Write down what the officer found out and how; None means there is nothing of the kind.

    Only facts that are missing, or that an officer stated before, can be stated: what a register
    or the applicant says stands. What was stated before stays beside the new word.
    """
    application = get_in_hand(actor, reference)
    require_in_work(application)
    keep_named_in(application, str(value), evidence)
    record_case(application, actor=actor, verb=Verb.FACT_STATED, detail={"field": field})
    answers = Answers.objects.select_for_update().get(application=application)
    verdict = check_rules(application, stage=Alarm.Stage.OPENING)
    before = answers.values.get(FACT + field)
    if (before is None and field not in verdict.lacks) or field == NO_INTEREST:
        raise _not_asked()
    kind = kind_of_fact(field, definition_for(application), rules_for(application.item.code))
    if not kind.fits(value) or not evidence.strip():
        raise _does_not_fit()
    now = timezone.now()
    answers.values[FACT + field] = {
        **({"known_none": True} if value is None else {"value": value}),
        "source": "officer",
        "evidence": evidence.strip(),
        "by": actor.label,
        "as_of": timezone.localdate(now).isoformat(),
        "at": now.isoformat(),
        "before": _line_of(before),
    }
    answers.save(update_fields=["values"])
    return application


def _line_of(entry: dict[str, object] | None) -> list[dict[str, object]]:
    """The earlier words about a fact, oldest first."""
    if entry is None:
        return []
    earlier = entry.get("before")
    return [
        *(earlier if isinstance(earlier, list) else []),
        {name: part for name, part in entry.items() if name != "before"},
    ]


def _not_asked() -> Refused:
    return Refused(
        code="application.fact_not_missing",
        message=_("This fact is not missing, so nothing can be written down here."),
        next_step=_("The page of the case shows which facts are still to be found out."),
        status=422,
    )


def _does_not_fit() -> Refused:
    return Refused(
        code="application.fact_needs_evidence",
        message=_("This fact cannot be written down like this."),
        next_step=_("Give a value that fits the fact, and say how you found it out."),
        status=422,
    )
