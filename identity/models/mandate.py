"""Who may act for whom."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.organisation import Organisation
from identity.models.person import Person


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> "MandateQuerySet":
        today = timezone.localdate()
        return self.filter(revoked_at=None, valid_from__lte=today, valid_to__gte=today)


class Mandate(models.Model):
    """One person may do named things for another person or an organisation, until a day.

    A mandate is revoked, never deleted: acts done under it still have to be explained.
    """

    class Kind(models.TextChoices):
        DELEGATE = "delegate", _("Delegate")
        GUARDIAN = "guardian", _("Guardian")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.DELEGATE)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates_held")
    for_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates_given"
    )
    for_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates"
    )
    item_codes = ArrayField(models.CharField(max_length=64), verbose_name=_("items"), default=list)
    verbs = ArrayField(models.CharField(max_length=64), verbose_name=_("acts"), default=list)
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("until"))
    evidence = models.CharField(_("evidence"), max_length=64, help_text=_("Its file number."))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                name="identity_mandate_for_one",
                condition=Q(for_person__isnull=True) ^ Q(for_organisation__isnull=True),
                violation_error_message=_("Name either a person or an organisation."),
            ),
            models.CheckConstraint(
                name="identity_mandate_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day cannot lie before the first."),
            ),
            models.CheckConstraint(
                name="identity_mandate_not_for_oneself",
                condition=Q(for_person__isnull=True) | ~Q(holder=F("for_person")),
                violation_error_message=_("Nobody needs a mandate for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.valid_to}"
