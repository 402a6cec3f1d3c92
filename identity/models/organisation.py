"""Organisations: companies, institutions, societies. Facts of the public register only."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from identity.models.person import Person


class Organisation(models.Model):
    """A body that can ask for something. What the public register shows, hence not gated."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        SOLE_TRADER = "sole_trader", _("Sole trader")
        INSTITUTION = "institution", _("Institution")
        SOCIETY = "society", _("Society")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.COMPANY)
    legal_representative = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represents",
        verbose_name=_("legal representative"),
    )
    address = models.CharField(_("address"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name
