"""What people thought of an item after it was done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem


class Rating(models.Model):
    """One mark for one finished case, which may be changed once. It keeps no person."""

    class Score(models.IntegerChoices):
        VERY_DISSATISFIED = 1, _("Very dissatisfied")
        DISSATISFIED = 2, _("Dissatisfied")
        FAIR = 3, _("Fair")
        SATISFIED = 4, _("Satisfied")
        VERY_SATISFIED = 5, _("Very satisfied")

    item = models.ForeignKey(
        ServiceItem, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("item")
    )
    application_reference = models.CharField(_("receipt"), max_length=64, unique=True)
    score = models.PositiveSmallIntegerField(_("score"), choices=Score)
    is_changed = models.BooleanField(_("changed once"), default=False)
    created = models.DateTimeField(_("rated at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                name="catalog_rating_from_one_to_five",
                condition=models.Q(score__gte=1, score__lte=5),
                violation_error_message=_("A score is a number from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.score}"
