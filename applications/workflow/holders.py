"""Who has the case: exactly one party at every moment."""

from datetime import datetime

from applications.models import Application, Holder
from catalog.models import Department


def hold(
    application: Application,
    *,
    kind: Holder.Kind,
    at: datetime,
    department: Department | None = None,
) -> None:
    """Hand the case to the next holder: the open stretch ends where the new one begins."""
    current = Holder.objects.filter(application=application, until=None).first()
    if current is not None:
        if current.kind == kind and current.department_id == (department and department.pk):
            return
        current.until = at
        current.save(update_fields=["until"])
    Holder.objects.create(application=application, kind=kind, department=department, since=at)


def let_go(application: Application, at: datetime) -> None:
    """The case has ended: nobody holds it any more."""
    Holder.objects.filter(application=application, until=None).update(until=at)
