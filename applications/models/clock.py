"""When the clock of a case stood still."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Clock(models.Model):
    """One pause of the promised time. Days of a pause are added to the promise when it ends."""

    class Reason(models.TextChoices):
        CORRECTION = "correction", _("Waiting for the applicant")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="pauses", verbose_name=_("application")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    paused_at = models.DateTimeField(_("from"))
    resumed_at = models.DateTimeField(_("to"), null=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(resumed_at=None),
                name="applications_one_pause_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.reason}"
