"""One immutable release per item: guide, form, steps, limits, fee and basis together."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.item import ServiceItem


class ReleaseQuerySet(models.QuerySet["Release"]):
    def published(self) -> "ReleaseQuerySet":
        return self.filter(published_at__isnull=False)

    def in_force(self, on: date) -> "ReleaseQuerySet":
        """The releases that hold on a day; at most one an item."""
        return self.published().filter(
            models.Q(in_force_to__isnull=True) | models.Q(in_force_to__gt=on),
            in_force_from__lte=on,
        )


class Release(models.Model):
    """What an item asks and promises, frozen at publication. Every case is pinned to one.

    `in_force_to` is the first day on which it no longer holds. A trigger refuses every other
    change once `published_at` is set. Who drafted and who approved are kept as bare numbers,
    because the catalogue knows no person.
    """

    item = models.ForeignKey(
        ServiceItem, on_delete=models.PROTECT, related_name="releases", verbose_name=_("item")
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    in_force_from = models.DateField(_("in force from"))
    in_force_to = models.DateField(_("in force until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    drafted_by = models.UUIDField(_("drafted by"))
    approved_by = models.UUIDField(_("approved by"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample content"), default=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["item_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="catalog_release_number_once_an_item",
                fields=["item", "number"],
                violation_error_message=_("This item already has a release of this number."),
            ),
            models.UniqueConstraint(
                name="catalog_release_one_open_ended_an_item",
                fields=["item"],
                condition=models.Q(published_at__isnull=False, in_force_to__isnull=True),
                violation_error_message=_("Only one release of an item can be in force."),
            ),
            models.CheckConstraint(
                name="catalog_release_ends_after_it_begins",
                condition=models.Q(in_force_to__isnull=True)
                | models.Q(in_force_to__gte=models.F("in_force_from")),
                violation_error_message=_("A release cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="catalog_release_published_by_two",
                condition=models.Q(published_at__isnull=True)
                | (
                    models.Q(approved_by__isnull=False)
                    & ~models.Q(approved_by=models.F("drafted_by"))
                ),
                violation_error_message=_(
                    "A release is approved by somebody other than its author."
                ),
            ),
            models.CheckConstraint(
                name="catalog_release_hash_is_sha256",
                condition=models.Q(content_hash__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("The content hash is not a SHA-256 value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} no. {self.number}"
