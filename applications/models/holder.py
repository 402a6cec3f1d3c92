"""Who has a case, at every moment."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Holder(models.Model):
    """One stretch of time in which one party held the case; the next begins where it ended."""

    class Kind(models.TextChoices):
        APPLICANT = "applicant", _("You")
        DEPARTMENT = "department", _("Department")
        SUPERIOR = "superior", _("Superior")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="holders", verbose_name=_("application")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("department"),
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("holder")
        verbose_name_plural = _("holders")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(until=None),
                name="applications_one_holder_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["application", "since"], name="applications_holders_follow_each_other"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="applications_holding_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind="applicant", department=None)
                | Q(kind__in=["department", "superior"], department__isnull=False),
                name="applications_office_holder_has_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
