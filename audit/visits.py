"""What is one look: opening somebody's page, and what is shown there in full belongs to it.

Rules of the sentinel, an officer's week and the weekly report all count by this one function.
"""

from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from audit.models import AuditEntry
from audit.selectors import looks

VISIT = timedelta(minutes=30)
REVEALED = ".revealed"


def is_part_of_a_look(since: datetime, until: datetime) -> ExpressionWrapper:
    """Entries that belong to a look before them and are none of their own.

    A covered value shown in full, where the same officer under the same post had looked at the
    same thing, a person or a case, in the same request or up to half an hour before. A value shown
    without that is a look: whoever asks for values alone, one case after the other, is counted.
    Asked of entries of the trail; only values shown are looked behind, each by one look into the
    index on (object_kind, object_id, at). All of them lie between `since` and `until`, so that only
    those months are planned for.
    """
    before = AuditEntry.objects.filter(
        object_kind=OuterRef("object_kind"),
        object_id=OuterRef("object_id"),
        at__range=(since - VISIT, until),
        at__gte=OuterRef("at") - VISIT,
        at__lte=OuterRef("at"),
        id__lt=OuterRef("id"),
        actor_label=OuterRef("actor_label"),
    )
    belongs = Q(verb__endswith=REVEALED) & Q(Exists(before.filter(looks())))
    return ExpressionWrapper(belongs, output_field=BooleanField())
