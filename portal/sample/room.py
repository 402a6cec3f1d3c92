"""What waits in the supervisor's room of the sample: a file somebody asks for."""

from django.utils import timezone

from audit.actions.ask_for_export import ask_for_export
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor, Capacity
from audit.room.weeks import Week
from audit.selectors import TrailSearch
from audit.transaction import in_one_transaction
from identity.models import Posting
from portal.desk.directory import PortalDirectory

ASKS, ABOUT = "ZFB-0902", "XZSP-0101"
INQUIRY = "广监〔2026〕3号"


def ask_for_a_file() -> int:
    """One request, so that there is something to answer; none if one was ever made."""
    if TrailExport.objects.exists():
        return 0
    posting = Posting.objects.select_related("department").get(officer_code=ASKS)
    actor = Actor(
        account_id=posting.account_id,
        label=posting.officer_code,
        capacity=Capacity.SUPERVISOR,
        department_code=posting.department.code,
        region_code=posting.department.region_id,
        proven_at=timezone.now(),
    )
    with in_one_transaction():
        ask_for_export(
            actor=actor,
            kind=TrailExport.Kind.PEOPLE,
            search=TrailSearch(officer=ABOUT, since=Week.of(timezone.localdate()).start),
            post=PortalDirectory().post(ABOUT),
            inquiry=INQUIRY,
            ground=TrailExport.Ground.REVIEW,
        )
    return 1
