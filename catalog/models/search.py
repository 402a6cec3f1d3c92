"""What people call things, and the postings the search is made of."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem


class Alias(models.Model):
    """Words citizens use for an item. They weigh more than the official name."""

    item = models.ForeignKey(
        ServiceItem, on_delete=models.PROTECT, related_name="aliases", verbose_name=_("item")
    )
    words = models.CharField(_("words"), max_length=80)
    language = models.CharField(_("language"), max_length=12, default="zh-hans")

    class Meta:
        verbose_name = _("citizens' words")
        verbose_name_plural = _("citizens' words")
        ordering = ["item_id", "words"]
        constraints = [
            models.UniqueConstraint(
                name="catalog_alias_once_an_item",
                fields=["item", "words"],
                violation_error_message=_("The item already has these words."),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class SearchTerm(models.Model):
    """A posting: this term speaks for this item, so strongly."""

    term = models.CharField(_("term"), max_length=40)
    item = models.ForeignKey(
        ServiceItem,
        on_delete=models.PROTECT,
        related_name="terms",
        db_index=False,  # the constraint below begins with it
        verbose_name=_("item"),
    )
    weight = models.FloatField(_("weight"))

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        constraints = [
            models.UniqueConstraint(name="catalog_term_once_an_item", fields=["item", "term"]),
        ]

    def __str__(self) -> str:
        return self.term


class CatalogVersion(models.Model):
    """One row that a trigger moves whenever the catalogue changes (see `catalog/kept.py`).

    Copies in memory compare the mark, not the number: after a restore numbers come again, marks
    do not.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(_("number"), default=0)
    mark = models.UUIDField(_("mark"), default=uuid4)
    inputs_hash = models.CharField(_("hash of the files last loaded"), max_length=64, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("catalogue version")
        verbose_name_plural = _("catalogue versions")
        constraints = [
            models.CheckConstraint(name="catalog_version_is_one_row", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return str(self.number)
