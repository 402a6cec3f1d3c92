"""Holds: for a time, some looks at somebody's data are not shown to that person."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account

MOST_DAYS = 180
LONGEST = timedelta(days=MOST_DAYS)


class DisclosureHold(models.Model):
    """Which looks are held back, on what ground, by which two supervisors, until when. No words.

    The grounds are those the Personal Information Protection Law knows: notice that would impede a
    state organ's statutory duties (article 35), and secrecy demanded by a law or an administrative
    regulation (article 18, first paragraph); article 45 applies both to inspection by the person.
    A hold is asked for, confirmed by somebody else, and ends; its row is never deleted. `renews`
    makes it the one renewal of another. `officer` is the account behind an officer's code, which
    neither asks nor confirms. `told_until`: looks up to this moment had been shown when the hold
    was confirmed, and stay visible.
    """

    class Scope(models.TextChoices):
        CASE = "case", _("Looks for one case")
        OFFICE = "office", _("Looks from one office")
        OFFICER = "officer", _("Looks by one officer")

    class Ground(models.TextChoices):
        DUTY = (
            "duty",
            _(
                "Notice would impede a statutory duty (Personal Information Protection Law,"
                " article 35)"
            ),
        )
        SECRECY = (
            "secrecy",
            _(
                "A law demands secrecy (Personal Information Protection Law, article 18, first"
                " paragraph)"
            ),
        )

    reference = models.CharField(_("number"), max_length=20, unique=True)
    subject_id = models.UUIDField(_("about"), db_index=True)
    scope = models.CharField(_("which looks"), max_length=8, choices=Scope)
    scope_code = models.CharField(_("number of the case, office or officer"), max_length=40)
    officer = models.UUIDField(_("account of the officer"), null=True)
    looks_from = models.DateField(_("looks from this day"))
    looks_to = models.DateField(_("to this day"))
    ground = models.CharField(_("legal ground"), max_length=8, choices=Ground)
    renews = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="renewal",
        verbose_name=_("renews"),
    )
    asked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_label = models.CharField(_("asked for by officer"), max_length=32)
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_label = models.CharField(_("confirmed by officer"), max_length=32, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    told_until = models.DateTimeField(_("looks told until"), null=True)
    days = models.PositiveSmallIntegerField(_("days from the confirmation"))
    expires_at = models.DateTimeField(_("ends by itself at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_label = models.CharField(_("ended by officer"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(
                name="identity_hold_takes_two",
                condition=~Q(confirmed_by=F("asked_by")),
                violation_error_message=_("A hold is asked for and confirmed by two persons."),
            ),
            models.CheckConstraint(
                name="identity_hold_not_by_the_officer",
                condition=Q(officer=None)
                | ~Q(asked_by=F("officer"))
                & (Q(confirmed_by=None) | ~Q(confirmed_by=F("officer"))),
                violation_error_message=_("Nobody holds back looks of their own."),
            ),
            models.CheckConstraint(
                name="identity_hold_names_the_officer",
                condition=Q(scope="officer", officer__isnull=False)
                | ~Q(scope="officer") & Q(officer=None),
            ),
            models.CheckConstraint(
                name="identity_hold_confirmed_whole",
                condition=Q(
                    confirmed_at=None, confirmed_by=None, confirmed_label="", expires_at=None
                )
                | Q(
                    confirmed_at__isnull=False, confirmed_by__isnull=False, expires_at__isnull=False
                )
                & ~Q(confirmed_label=""),
            ),
            models.CheckConstraint(
                name="identity_hold_has_a_time",
                condition=Q(looks_to__gte=F("looks_from"), days__gte=1, days__lte=MOST_DAYS)
                & (Q(expires_at=None) | Q(expires_at__lte=F("confirmed_at") + LONGEST)),
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="identity_holds_newest")]

    def __str__(self) -> str:
        return self.reference


class HoldReason(models.Model):
    """Why, in the words of the supervisor who asked. Gated."""

    hold = models.OneToOneField(
        DisclosureHold, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    subject_id = models.UUIDField(_("about"), db_index=True)
    words = models.TextField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = _("reason of a hold")
        verbose_name_plural = _("reasons of holds")

    def __str__(self) -> str:
        return str(self.hold_id)
