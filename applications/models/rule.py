"""National rules as data, what they found, and who was asked."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Rule(models.Model):
    """A rule that can stop an approval: a condition in the condition language, with its law.

    `items` are item codes, or `*` for every item. `override` names who may allow the case all the
    same; empty means nobody may.
    """

    class Effect(models.TextChoices):
        BLOCK = "block", _("Stops the approval")
        ESCALATE = "escalate", _("Goes to a superior")
        WARN = "warn", _("Warns")

    code = models.CharField(_("code"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=300, blank=True)
    items = models.JSONField(_("items"))
    condition = models.JSONField(_("condition"))
    effect = models.CharField(_("effect"), max_length=8, choices=Effect)
    legal_basis = models.CharField(_("legal basis"), max_length=400)
    override = models.CharField(_("who may allow it"), max_length=200, blank=True)
    is_sample = models.BooleanField(_("sample rule"), default=False)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Alarm(models.Model):
    """A rule stood against a case. Stays, whatever becomes of the case; raised once per rule."""

    class Stage(models.TextChoices):
        SUBMISSION = "submission", _("When handed in")
        OPENING = "opening", _("When opened")
        DECISION = "decision", _("When it was to be granted")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("application")
    )
    rule = models.ForeignKey(
        Rule, on_delete=models.PROTECT, related_name="alarms", verbose_name=_("rule")
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("times granting was tried"), default=0)
    is_seen = models.BooleanField(_("seen by a supervisor"), default=False)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rule"], name="applications_one_alarm_per_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} on {self.application_id}"


class Escalation(models.Model):
    """A case put before a superior: which rules, asked by whom, answered how and by whom else."""

    class Answer(models.TextChoices):
        ALLOWED = "allowed", _("Allowed")
        NOT_ALLOWED = "not_allowed", _("Not allowed")

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="escalations",
        verbose_name=_("application"),
    )
    rules = models.JSONField(_("rules"))
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )
    asked_by = models.UUIDField(_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=12, choices=Answer, blank=True)
    answered_by = models.UUIDField(_("answered by"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answer=""),
                name="applications_one_open_escalation",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (
                    ~Q(answer="")
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answered_by=models.F("asked_by"))
                ),
                name="applications_escalation_is_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"escalation of {self.application_id}"
