"""What an office asks the applicant to put right: gated, because it speaks of their data."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Correction(models.Model):
    """One complete request: everything at once (Administrative Licensing Law, article 32).

    `points` is a list of `{"target": question key or "material:<code>", "text": …, "before": …}`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+", verbose_name=_("application")
    )
    subject_id = models.UUIDField(db_index=True)
    points = models.JSONField()
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.UUIDField(_("asked by"))
    last_day = models.DateField(_("last day"))
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None),
                name="applications_one_open_correction",
            )
        ]

    def __str__(self) -> str:
        return f"correction of {self.application_id}"
