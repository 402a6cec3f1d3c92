"""Reports that were made, kept as they were."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Department


class Report(models.Model):
    """One department's week in figures. Made once, never changed; holds nothing personal.

    `content` is what `portal.reports.content` wrote, with its format number.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="reports", verbose_name=_("department")
    )
    period_from = models.DateField(_("first day"))
    period_to = models.DateField(_("last day"))
    content = models.JSONField(_("content"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "period_from"], name="portal_one_report_per_period"
            ),
            models.CheckConstraint(
                name="portal_report_ends_after_it_begins",
                condition=models.Q(period_to__gte=models.F("period_from")),
            ),
        ]
        indexes = [models.Index(fields=["-period_from", "id"], name="portal_report_newest_first")]

    def __str__(self) -> str:
        return f"{self.department_id} {self.period_from}"
