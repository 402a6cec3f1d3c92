"""The single facts forms are made of, and the documents items ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataElement(models.Model):
    """One fact with one name, used by every form that needs it, so that it is asked once."""

    class Sensitivity(models.TextChoices):
        PUBLIC = "public", _("Public")
        PERSONAL = "personal", _("Personal")
        SENSITIVE = "sensitive", _("Sensitive")

    class Reuse(models.TextChoices):
        REGISTER = "register", _("Known from a register")
        PROFILE = "profile", _("Kept in the person's own space")
        CASE = "case", _("For this case only")
        REAFFIRM = "reaffirm", _("Asked again each time")

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100)
    kind = models.CharField(_("kind of field"), max_length=20)
    constraints = models.JSONField(_("limits of the value"), default=dict, blank=True)
    sensitivity = models.CharField(_("sensitivity"), max_length=10, choices=Sensitivity)
    reuse = models.CharField(_("reuse"), max_length=10, choices=Reuse)
    record_type = models.CharField(_("register that knows it"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("data element")
        verbose_name_plural = _("data elements")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="catalog_element_from_register_names_it",
                condition=~models.Q(reuse="register") | ~models.Q(record_type=""),
                violation_error_message=_("A fact known from a register must name the register."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class RequiredDocument(models.Model):
    """A document some item asks for, under one name."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    issuer = models.CharField(_("issued by"), max_length=60, blank=True)
    record_type = models.CharField(_("register that proves it"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
