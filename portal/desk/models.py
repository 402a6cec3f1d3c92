"""That somebody looked without a case, and what another person found about it."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from identity.models import Account


class LookupReview(models.Model):
    """One look without a case, waiting to be judged by a supervisor, or judged.

    An index row without personal content: whom it was about, what was typed and what the supervisor
    wrote are in the trail, behind the gate. The application role can add a row and judge it once
    (see the migration); nobody judges a look of their own.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be reviewed")
        FINE = "fine", _("In order")
        NOT_FINE = "not_fine", _("Not in order")

    class Kind(models.TextChoices):
        PERSON = "person", _("A person by number")
        CASE = "case", _("A case of another office")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(_("number"), max_length=20, unique=True)
    entry_id = models.BigIntegerField(_("entry"), unique=True)
    at = models.DateTimeField(_("looked at"))
    kind = models.CharField(_("what was looked at"), max_length=8, choices=Kind)
    reason = models.CharField(_("reason"), max_length=40)
    was_refused = models.BooleanField(_("was refused"), default=False)
    officer = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    officer_label = models.CharField(_("officer code"), max_length=60)
    department = models.CharField(_("department"), max_length=40)
    due_on = models.DateField(_("to be reviewed by"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    reviewed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_label = models.CharField(_("reviewer"), max_length=60, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)

    class Meta:
        verbose_name = _("review of a look")
        verbose_name_plural = _("reviews of looks")
        constraints = [
            models.CheckConstraint(
                name="portal_nobody_reviews_an_own_look",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("officer")),
                violation_error_message=_("Somebody else reviews this look."),
            ),
            models.CheckConstraint(
                name="portal_review_is_open_or_by_somebody",
                condition=Q(state="open", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(
                    state__in=["fine", "not_fine"],
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "id"], name="portal_reviews_waiting", condition=Q(state="open")
            ),
            models.Index(
                fields=["-reviewed_at", "-id"],
                name="portal_reviews_given",
                condition=~Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
