"""Questions of citizens about a look at their data, and who has to answer them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account


class LookQuestion(models.Model):
    """The index row of a question: about which entry of the trail, and who has it now. No words.

    `office` is the department whose superiors have it; without one the supervisors have it. So a
    question that is not answered is always in exactly one hand. `officer` is the account that
    looked: whoever that is never answers. `level` counts the offices it has stood at, from 0.
    """

    class Verdict(models.TextChoices):
        FOR_WORK = "for_work", _("The look was part of the work")
        MISTAKE = "mistake", _("It was a mistake")
        NOT_ALLOWED = "not_allowed", _("It was not allowed")

    reference = models.CharField(_("number"), max_length=20, unique=True)
    entry_id = models.BigIntegerField(_("entry of the trail"))
    entry_at = models.DateTimeField(_("moment of the look"))
    subject_id = models.UUIDField(_("about"), db_index=True)
    asker = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    officer = models.UUIDField(_("account that looked"))
    looked_from = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("office of the officer"),
    )
    office = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("with the superiors of"),
    )
    level = models.PositiveSmallIntegerField(_("offices it has stood at"), default=0)
    asked_at = models.DateTimeField(_("question put at"), default=timezone.now)
    due_on = models.DateField(_("answer due on"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.CharField(_("answered by officer"), max_length=32, blank=True)
    verdict = models.CharField(_("what came out"), max_length=12, choices=Verdict, blank=True)

    class Meta:
        verbose_name = _("question about a look")
        verbose_name_plural = _("questions about looks")
        constraints = [
            models.UniqueConstraint(
                fields=["entry_id", "asker"],
                condition=Q(answered_at=None),
                name="identity_one_open_question_per_look",
            ),
            models.CheckConstraint(
                name="identity_question_answered_with_verdict",
                condition=Q(answered_at=None, verdict="", answered_by="")
                | Q(answered_at__isnull=False) & ~Q(verdict="") & ~Q(answered_by=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "due_on", "id"],
                name="identity_questions_waiting",
                condition=Q(answered_at=None),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="identity_questions_due",
                condition=Q(answered_at=None),
            ),
            models.Index(
                fields=["-answered_at", "-id"],
                name="identity_questions_wrong",
                condition=Q(verdict__in=["mistake", "not_allowed"]),
            ),
            models.Index(fields=["asker", "-asked_at"], name="identity_questions_of"),
        ]

    def __str__(self) -> str:
        return self.reference


class QuestionText(models.Model):
    """What was asked and what was answered, in people's words. Gated."""

    question = models.OneToOneField(
        LookQuestion, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    subject_id = models.UUIDField(_("about"), db_index=True)
    words = models.TextField(_("question"), max_length=500, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("words of a question")
        verbose_name_plural = _("words of questions")

    def __str__(self) -> str:
        return str(self.question_id)


class QuestionStep(models.Model):
    """With whom a question lay from when on, and until when it was to be answered. Only added."""

    question = models.ForeignKey(LookQuestion, on_delete=models.PROTECT, related_name="steps")
    level = models.PositiveSmallIntegerField(_("level"))
    office = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("with the superiors of"),
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    due_on = models.DateField(_("answer due on"))

    class Meta:
        verbose_name = _("way of a question")
        verbose_name_plural = _("ways of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "level"], name="identity_question_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.level}"
