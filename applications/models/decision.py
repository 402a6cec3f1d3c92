"""What officers decided and why: gated."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Decision(models.Model):
    """One reasoned word of an office: a step passed, a superior's answer, the decision."""

    class Kind(models.TextChoices):
        STEP_PASSED = "step_passed", _("Checked and passed on")
        ASKED_SUPERIOR = "asked_superior", _("Put to the superior")
        ALLOWED = "allowed", _("Allowed by the superior")
        NOT_ALLOWED = "not_allowed", _("Not allowed by the superior")
        APPROVED = "approved", _("Granted")
        REJECTED = "rejected", _("Not granted")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+", verbose_name=_("application")
    )
    subject_id = models.UUIDField(db_index=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    grounds = models.JSONField(_("grounds"), default=list)
    document = models.CharField(_("document"), max_length=120, blank=True)
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )
    by = models.UUIDField(_("by"))
    by_label = models.CharField(_("officer"), max_length=32)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.kind} on {self.application_id}"
