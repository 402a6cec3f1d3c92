"""The places government is divided into."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.text import in_english

CODE_LENGTH = 12


class Region(models.Model):
    """A province, city, county, township or village by its national code."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("Province")
        CITY = 2, _("City")
        COUNTY = 3, _("County or district")
        TOWNSHIP = 4, _("Town or street")
        VILLAGE = 5, _("Village or community")

    code = models.CharField(_("division code"), max_length=CODE_LENGTH, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    full_name = models.CharField(_("full name"), max_length=200)
    level = models.PositiveSmallIntegerField(_("level of the region"), choices=Level)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("belongs to"),
    )
    hue = models.PositiveSmallIntegerField(_("hue of its pages"), default=172)
    chroma = models.FloatField(_("strength of its colour"), default=1.0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="catalog_region_code_has_twelve_digits",
                condition=models.Q(code__regex=r"^[0-9]{12}$"),
                violation_error_message=_("A division code has twelve digits."),
            ),
            models.CheckConstraint(
                name="catalog_region_hue_is_an_angle",
                condition=models.Q(hue__lt=360),
                violation_error_message=_("The hue is a number from 0 to 359."),
            ),
            models.CheckConstraint(
                name="catalog_region_chroma_keeps_contrast",
                condition=models.Q(chroma__gte=0.5, chroma__lte=1.4),
                violation_error_message=_("The strength of the colour lies between 0.5 and 1.4."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def display_name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if in_english() and self.name_en else self.name


def levels_above(code: str) -> list[str]:
    """The region itself and every region above it: whose items a resident can use."""
    above = [code[:n].ljust(CODE_LENGTH, "0") for n in (2, 4, 6, 9)]
    return list(dict.fromkeys([*above, code]))


def beginning_of(code: str) -> str:
    """What the codes of a division and of all below it begin with: 511602000000 gives 511602."""
    ends = (2, 4, 6, 9, CODE_LENGTH)
    return next((code[:n] for n in ends if not code[n:].strip("0")), code)
