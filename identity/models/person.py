"""Persons: a thin row that lists may read, and everything personal behind the gate."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.sealed.field import SealedField


class Person(models.Model):
    """The index row of a human being: an id and a masked name, nothing that names anybody."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    masked_name = models.CharField(_("masked name"), max_length=40)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return self.masked_name


class Sex(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class PersonDetail(models.Model):
    """What a person is called and where they are registered. Gated: read it after `record()`."""

    subject = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=100)
    citizen_number = SealedField(_("identity number"), mask="number")
    phone = SealedField(_("mobile"), mask="phone", null=True, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True)
    household_address = models.CharField(_("household address"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("personal details")
        verbose_name_plural = _("personal details")

    def __str__(self) -> str:
        return f"details of {self.pk}"


class PersonNumber(models.Model):
    """Finds a person by a number without holding the number: keyed digest to person."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="numbers")
    kind = models.CharField(_("kind"), max_length=16)

    class Meta:
        verbose_name = _("number of a person")
        verbose_name_plural = _("numbers of persons")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="identity_one_number_of_a_kind_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Assurance(models.Model):
    """How sure we are who somebody is, and how that was found out. Rows are only ever added.

    This is not how a session signed in: a strong proof of identity years ago and a weak sign-in
    today are two facts.
    """

    class Level(models.TextChoices):
        REGISTER = "register", _("Name and number agree with the population register")
        IN_PERSON = "in_person", _("Checked in person")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assurances")
    account_id = models.UUIDField(_("account"), db_index=True)
    level = models.CharField(_("level"), max_length=16, choices=Level)
    source_code = models.CharField(_("source"), max_length=40)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("proof of identity")
        verbose_name_plural = _("proofs of identity")

    def __str__(self) -> str:
        return f"{self.level} at {self.at:%Y-%m-%d}"
