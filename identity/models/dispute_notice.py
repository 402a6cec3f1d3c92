"""That somebody contests a value: what the office of a register sees before it opens anything."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.consent import Dispute
from identity.models.record import RecordSource


class DisputeNotice(models.Model):
    """The index row of a dispute: of which register and value, since when. No words, no names."""

    dispute = models.OneToOneField(
        Dispute, on_delete=models.PROTECT, related_name="+", verbose_name=_("contested value")
    )
    reference = models.CharField(_("number"), max_length=20, unique=True)
    subject_id = models.UUIDField(_("about"), db_index=True)
    source = models.ForeignKey(
        RecordSource, on_delete=models.PROTECT, related_name="+", verbose_name=_("record source")
    )
    element = models.CharField(_("element"), max_length=64)
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a contested value")
        verbose_name_plural = _("notices of contested values")
        indexes = [
            models.Index(
                fields=["source", "id"],
                name="identity_disputes_waiting",
                condition=models.Q(answered_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.reference
