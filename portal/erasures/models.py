"""The order to erase words of the trail: whose, from before which day, by which two supervisors."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.keeping.erasing import Erasure, Ground
from identity.models import Account


class ErasureOrder(models.Model):
    """An index row: whose words, on what ground, who asked, who confirmed. The reason is apart.

    It erases nothing by itself. The owner of the database carries it out with `erase_words`, once
    it is confirmed; that it was carried out stands in the trail and in `audit_erasure_rule`, under
    the order's number. What was asked for never changes, and an answer stands (see the migration).
    It ends taken back or, if nobody had confirmed it, turned down by another supervisor.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    subject_id = models.UUIDField(_("about"), db_index=True)
    before = models.DateField(_("words of before this day"))
    ground = models.CharField(_("legal ground"), max_length=40)
    with_others = models.BooleanField(_("also words that are about others as well"))
    although_needed = models.BooleanField(_("although something open still needs them"))
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
    ended_at = models.DateTimeField(_("taken back at"), null=True)
    ended_label = models.CharField(_("taken back by officer"), max_length=32, blank=True)
    turned_down = models.BooleanField(_("turned down by the second supervisor"), default=False)

    class Meta:
        verbose_name = _("order to erase words")
        verbose_name_plural = _("orders to erase words")
        constraints = [
            models.CheckConstraint(
                name="portal_erasure_takes_two",
                condition=~Q(confirmed_by=F("asked_by")),
                violation_error_message=_("One supervisor asks, another one confirms."),
            ),
            models.CheckConstraint(
                name="portal_erasure_confirmed_whole",
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_label="")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                & ~Q(confirmed_label=""),
            ),
            models.CheckConstraint(
                name="portal_erasure_turned_down_by_another",
                condition=Q(turned_down=False)
                | Q(ended_at__isnull=False, confirmed_at=None) & ~Q(ended_label=F("asked_label")),
                violation_error_message=_("Only another supervisor turns an order down."),
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="portal_erasures_newest")]

    def __str__(self) -> str:
        return self.number

    @property
    def erasure(self) -> Erasure:
        """What the floor is to do."""
        return Erasure(
            number=self.number,
            subject=self.subject_id,
            before=self.before,
            ground=Ground(self.ground),
            with_others=self.with_others,
        )


class ErasureReason(models.Model):
    """Why, in the words of the supervisor who asked. Gated."""

    order = models.OneToOneField(
        ErasureOrder, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    subject_id = models.UUIDField(_("about"), db_index=True)
    words = models.TextField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = _("reason of an order to erase")
        verbose_name_plural = _("reasons of orders to erase")

    def __str__(self) -> str:
        return str(self.order_id)
