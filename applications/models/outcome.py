"""What ends a case: an index row anybody may confirm, and a text behind the gate."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Outcome(models.Model):
    """Number, kind, office and dates of an issued document. No personal content."""

    class Result(models.TextChoices):
        GRANTED = "granted", _("Granted")
        NOT_GRANTED = "not_granted", _("Not granted")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="outcome", verbose_name=_("application")
    )
    number = models.CharField(_("number"), max_length=60, unique=True)
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    result = models.CharField(_("result"), max_length=12, choices=Result)
    title = models.JSONField(_("title"))
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    valid_until = models.DateField(_("valid until"), null=True)
    text_hash = models.CharField(_("hash of the text"), max_length=64)
    file_hash_zh = models.CharField(
        _("SHA-256 of the Chinese file"), max_length=64, blank=True, default="", db_index=True
    )
    file_hash_en = models.CharField(
        _("SHA-256 of the English file"), max_length=64, blank=True, default="", db_index=True
    )

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.number


class OutcomeText(models.Model):
    """The words of an outcome, and the same as files people save, one in each language: gated."""

    outcome = models.OneToOneField(
        Outcome, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    subject_id = models.UUIDField(db_index=True)
    body = models.JSONField(_("text"))
    files = models.JSONField(_("files"), default=dict)

    class Meta:
        verbose_name = _("text of an outcome")
        verbose_name_plural = _("texts of outcomes")

    def __str__(self) -> str:
        return f"text of {self.outcome_id}"
