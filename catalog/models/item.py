"""What is offered: the matter as the standard names it, and one department's implementation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.department import Department
from catalog.text import in_english


class ItemType(models.TextChoices):
    """The national kinds of matters (the numbers are the national ones)."""

    PERMIT = "01", _("Permit")
    LEVY = "04", _("Levy")
    BENEFIT = "05", _("Benefit")
    CONFIRMATION = "07", _("Confirmation")
    AWARD = "08", _("Award")
    RULING = "09", _("Ruling")
    OTHER = "10", _("Other administrative act")
    SERVICE = "20", _("Public service")


class StandardItem(models.Model):
    """A matter under the one name it has everywhere."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    basic_code = models.CharField(_("national basic code"), max_length=12, blank=True)
    name = models.CharField(_("standard name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    item_type = models.CharField(_("kind of item"), max_length=2, choices=ItemType)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("standard item")
        verbose_name_plural = _("standard items")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class ServiceItemQuerySet(models.QuerySet["ServiceItem"]):
    def offered(self) -> "ServiceItemQuerySet":
        """Items people can still ask for."""
        return self.exclude(status=ServiceItem.Status.RETIRED)


class ServiceItem(models.Model):
    """One thing one department does for people. Its code is the one in addresses."""

    class Audience(models.TextChoices):
        PERSON = "person", _("People")
        ORGANISATION = "organisation", _("Firms and organisations")
        BOTH = "both", _("People and organisations")
        UNKNOWN = "unknown", _("Not stated")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Offered")
        SUSPENDED = "suspended", _("Suspended")
        RETIRED = "retired", _("No longer offered")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    standard = models.ForeignKey(
        StandardItem,
        on_delete=models.PROTECT,
        related_name="items",
        null=True,
        blank=True,
        verbose_name=_("standard item"),
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="items", verbose_name=_("department")
    )
    basic_code = models.CharField(_("national basic code"), max_length=12, blank=True)
    local_code = models.CharField(_("local code"), max_length=80, blank=True)  # never parsed
    item_type = models.CharField(_("kind of item"), max_length=2, choices=ItemType)
    audience = models.CharField(
        _("for whom"), max_length=12, choices=Audience, default=Audience.UNKNOWN
    )
    main_item = models.CharField(_("item it is part of"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    listed_only = models.BooleanField(_("listed, guide not published yet"), default=False)
    similar = models.ManyToManyField(
        "self", symmetrical=False, related_name="guides", blank=True, verbose_name=_("listed as")
    )

    objects = ServiceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="catalog_item_code_is_plain",
                condition=models.Q(code__regex=r"^[A-Z]{2}[0-9]{3,10}$"),
                violation_error_message=_("An item code is two capital letters and a number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def display_name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no other."""
        return self.name_en if in_english() and self.name_en else self.name
