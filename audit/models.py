"""The trail's tables, read through the ORM and written through one database function only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.exports.models import TrailExport
from audit.sentinel.models import (
    Habit,
    SentinelAlarm,
    SentinelTuning,
    SentinelVerdict,
    WatchCursor,
)

__all__ = [
    "AuditDetail",
    "AuditEntry",
    "AuditSubject",
    "Habit",
    "Outbox",
    "SentinelAlarm",
    "SentinelTuning",
    "SentinelVerdict",
    "TrailCheck",
    "TrailExport",
    "WatchCursor",
]


class AuditEntry(models.Model):
    """One act or view. Points at people and things by id only, and outlives them all.

    Rows come from `audit.trail.record()`; the application role can only read this table.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"))
    actor = models.UUIDField(_("account"), null=True)
    actor_label = models.TextField(_("officer or job"))
    capacity = models.TextField(_("acting as"))
    department = models.TextField(_("department"))
    region = models.TextField(_("region"))
    principal = models.UUIDField(_("on behalf of"), null=True)
    mandate = models.UUIDField(_("mandate"), null=True)
    sign_in = models.TextField(_("sign-in"))
    verb = models.TextField(_("what"))
    object_kind = models.TextField(_("kind of object"))
    object_id = models.TextField(_("object"))
    purpose_kind = models.TextField(_("kind of purpose"))
    purpose = models.TextField(_("purpose"))
    outcome = models.TextField(_("outcome"))
    request_id = models.TextField(_("request"))
    detail_hash = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "audit_entry"
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail entries")

    def __str__(self) -> str:
        return f"{self.pk} {self.verb}"


class AuditSubject(models.Model):
    """Whose data an entry is about: a person or an organisation, by id.

    `at` is the moment of the entry: the tables are divided by month, and whoever joins them joins
    on both columns.
    """

    pk = models.CompositePrimaryKey("entry_id", "subject")
    entry_id = models.BigIntegerField()
    subject = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "audit_subject"
        verbose_name = _("subject of an entry")
        verbose_name_plural = _("subjects of entries")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.subject}"


class AuditDetail(models.Model):
    """The words of an entry, kept apart so that the law can erase them; gated.

    The salt of their hash stands beside them and is the owner's alone.
    """

    entry_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    body = models.JSONField()
    subjects = ArrayField(models.UUIDField())

    class Meta:
        managed = False
        db_table = "audit_detail"
        verbose_name = _("detail of an entry")
        verbose_name_plural = _("details of entries")

    def __str__(self) -> str:
        return str(self.entry_id)


class Outbox(models.Model):
    """A job or message that was promised in the same transaction as the act that caused it.

    `payload` names things by id and carries no personal words. `key` makes a promise once: a second
    one with the same key is the same promise.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("outgoing job")
        verbose_name_plural = _("outgoing jobs")
        indexes = [
            models.Index(
                fields=["next_try", "id"],
                name="audit_outbox_waiting",
                condition=Q(done_at=None, given_up=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class TrailCheck(models.Model):
    """One check of the whole trail and what it found. Rows are only ever added.

    Written by whoever ran the check, the worker as a rule; it convinces nobody outside, who check
    for themselves with `audit_verify` and the heads they have kept.
    """

    at = models.DateTimeField(_("at"), default=timezone.now)
    entries = models.BigIntegerField(_("entries checked"))
    heads = models.BigIntegerField(_("heads checked"))
    seconds = models.FloatField(_("seconds"))
    faults = models.PositiveIntegerField(_("faults"))
    first_entry = models.BigIntegerField(_("first bad entry"), null=True)
    first_fault = models.CharField(_("first fault"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("check of the trail")
        verbose_name_plural = _("checks of the trail")
        indexes = [models.Index(fields=["-at", "-id"], name="audit_check_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.faults}"
