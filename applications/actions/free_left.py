"""Cases in the hands of officers who are gone: back to the office."""

from django.db import transaction
from django.utils import timezone

from applications.case_trail import record_case
from applications.models import Application
from applications.states import State
from applications.verbs import Verb
from audit.kernel.actors import Actor
from identity.selectors.postings import accounts_gone

FREEING = Actor.system("cases of officers who left")
WORKABLE = (State.SUBMITTED, State.ACCEPTED)


@transaction.atomic
def free_left_cases(department_code: str = "") -> int:
    """Put what is in hands that are gone back into its queue, of one office or of all.

    A case that waits for its applicant or a superior follows when it comes back.
    """
    freed = 0
    for code, accounts in accounts_gone(department_code).items():
        left = Application.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            queue__department__code=code, claimed_by__in=accounts, state__in=WORKABLE
        )
        for application in left:
            application.claimed_by, application.claimed_label = None, ""
            application.updated_at = timezone.now()
            application.save(update_fields=["claimed_by", "claimed_label", "updated_at"])
            record_case(application, actor=FREEING, verb=Verb.RELEASED)
            freed += 1
    return freed
