"""An officer states a fact no register and no applicant has supplied."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.access import get_in_hand
from applications.case_trail import record_case
from applications.compliance.evaluate import rules_for
from applications.models import Answers, Application
from applications.verbs import Verb
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from catalog.conditions import fields_of

Fact = str | int | float | bool | None


@transaction.atomic
def state_fact(
    *, actor: Actor, reference: str, field: str, value: Fact, evidence: str
) -> Application:
    """Write down what the officer found out and how; None means there is nothing of the kind.

    Only facts the rules of this item ask for can be stated, and never without evidence.
    """
    application = get_in_hand(actor, reference)
    asked = {
        name for rule in rules_for(application.item.code) for name in fields_of(rule.condition)
    }
    if field not in asked or not evidence.strip():
        raise Refused(
            code="application.fact_needs_evidence",
            message=_("This fact cannot be written down like this."),
            next_step=_("Choose one of the missing facts and say how you found it out."),
            status=422,
        )
    record_case(application, actor=actor, verb=Verb.FACT_STATED, detail={"field": field})
    answers = Answers.objects.select_for_update().get(application=application)
    answers.values[f"fact:{field}"] = {
        **({"known_none": True} if value is None else {"value": value}),
        "source": "officer",
        "evidence": evidence.strip(),
        "by": actor.label,
        "as_of": timezone.localdate().isoformat(),
    }
    answers.save(update_fields=["values"])
    return application
