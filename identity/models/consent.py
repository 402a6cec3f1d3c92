"""What people allow and what they contest."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.record import RecordSource


class ConsentQuerySet(models.QuerySet["Consent"]):
    def live(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """For one item, somebody allowed us to ask the registers of these record types."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_id = models.UUIDField(_("about"), db_index=True)
    account_id = models.UUIDField(_("given by"))
    item_code = models.CharField(_("item"), max_length=64)
    record_types = ArrayField(models.CharField(max_length=40), verbose_name=_("record types"))
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "item_code"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="identity_one_live_consent_per_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_code}: {', '.join(self.record_types)}"


class Dispute(models.Model):
    """Somebody says that a register is wrong about them. Gated: it quotes what is right.

    `earlier`: words the person replaced while it was open, each with the moment of its end.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being looked into")
        CORRECTED = "corrected", _("Corrected")
        KEPT = "kept", _("Kept as it is")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_id = models.UUIDField(_("about"), db_index=True)
    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="disputes")
    element = models.CharField(_("element"), max_length=64)
    statement = models.TextField(_("what is right"), max_length=1000)
    earlier = models.JSONField(_("earlier words"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.CharField(_("officer"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("contested value")
        verbose_name_plural = _("contested values")
        constraints = [
            models.CheckConstraint(
                name="identity_dispute_is_answered_in_words",
                condition=models.Q(state="open", answered_at=None, answer="")
                | (~models.Q(state="open") & models.Q(answered_at__isnull=False))
                & ~models.Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.element} of {self.source_id}"
