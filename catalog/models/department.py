"""Who offers an item: departments and the offices under them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.region import Region
from catalog.text import in_english


class Department(models.Model):
    """An office of government, known by its credit code or, until we have that, a temporary one."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    has_temporary_code = models.BooleanField(_("the code is temporary"), default=False)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="departments", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="offices",
        null=True,
        blank=True,
        verbose_name=_("belongs to"),
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    is_sample = models.BooleanField(_("made up for the sample"), default=False)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["region_id", "name"]
        constraints = [
            models.UniqueConstraint(
                name="catalog_department_name_once_a_region",
                fields=["region", "name"],
                violation_error_message=_("This region already has a department of this name."),
            ),
            models.CheckConstraint(
                name="catalog_department_code_is_plain",
                condition=models.Q(code__regex=r"^[0-9A-Z-]{4,24}$"),
                violation_error_message=_(
                    "A department code has 4 to 24 digits or capital letters."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if in_english() and self.name_en else self.name
