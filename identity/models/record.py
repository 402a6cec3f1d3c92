"""Shared records: which registers answer, who asked them, and what they said."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RecordType(models.Model):
    """A kind of proof that a register gives, such as the entry in the household register."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)

    class Meta:
        verbose_name = _("record type")
        verbose_name_plural = _("record types")

    def __str__(self) -> str:
        return self.code


class RecordSource(models.Model):
    """A register that answers: the connector of the same code asks it at `endpoint`."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    record_type = models.ForeignKey(
        RecordType, on_delete=models.PROTECT, related_name="sources", verbose_name=_("record type")
    )
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="record_sources",
        verbose_name=_("department"),
    )
    endpoint = models.CharField(
        _("endpoint"), max_length=300, help_text=_("sample: or an https address.")
    )
    enabled = models.BooleanField(_("asked"), default=True)

    class Meta:
        verbose_name = _("record source")
        verbose_name_plural = _("record sources")
        constraints = [
            models.CheckConstraint(
                name="identity_record_source_endpoint_known",
                condition=models.Q(endpoint="sample:") | models.Q(endpoint__startswith="https://"),
                violation_error_message=_("Write sample: or an address that begins with https://"),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class RecordFetch(models.Model):
    """That somebody asked a register, and how it went. What it said is not here."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        NOTHING = "nothing", _("Nothing recorded")
        FAILED = "failed", _("No answer")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account_id = models.UUIDField(_("asked by"), null=True)
    subject_id = models.UUIDField(_("about"), db_index=True)
    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="fetches")
    item_code = models.CharField(_("item"), max_length=64)
    application_reference = models.CharField(_("application"), max_length=32, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("question to a register")
        verbose_name_plural = _("questions to registers")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.outcome}"


class RecordSnapshot(models.Model):
    """What a register said, as it said it. Gated; sensitive values in it are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_id = models.UUIDField(_("about"), db_index=True)
    source = models.ForeignKey(RecordSource, on_delete=models.PROTECT, related_name="snapshots")
    payload = models.JSONField(_("answer"))
    as_of = models.DateTimeField(_("as of"))

    class Meta:
        verbose_name = _("answer of a register")
        verbose_name_plural = _("answers of registers")

    def __str__(self) -> str:
        return f"{self.source_id} as of {self.as_of:%Y-%m-%d}"


class RecordUse(models.Model):
    """Which answers of a case came from which snapshot: ids and element codes, no values."""

    snapshot = models.ForeignKey(
        RecordSnapshot, on_delete=models.PROTECT, related_name="uses", db_constraint=True
    )
    subject_id = models.UUIDField(_("about"), db_index=True)
    application_reference = models.CharField(_("application"), max_length=32, db_index=True)
    elements = ArrayField(models.CharField(max_length=64), verbose_name=_("elements"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("use of a record")
        verbose_name_plural = _("uses of records")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "application_reference"],
                name="identity_record_use_once_per_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} in {self.application_reference}"
