"""Postings: for which department and as what an officer works."""

from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account, Administration


class PostingCapacity(models.TextChoices):
    CLERK = "clerk", _("Clerk")
    SUPERIOR = "superior", _("Superior")
    SUPERVISOR = "supervisor", _("Supervisor")
    CATALOGUE = "catalogue", _("Catalogue manager")
    LEAD = "lead", _("Head of department")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")


ADMINISTRATION_OF: dict[str, str] = {
    PostingCapacity.SYSADMIN: Administration.SYSTEM,
    PostingCapacity.SECADMIN: Administration.SECURITY,
    PostingCapacity.SUPERVISOR: Administration.AUDIT,
}
# By whom everybody else is let in: one enters a posting, the other confirms it.
FIRST_POSTS = frozenset({PostingCapacity.SYSADMIN, PostingCapacity.SECADMIN})


class PostingQuerySet(models.QuerySet["Posting"]):
    def not_ended(self) -> "PostingQuerySet":
        """Of today and of days to come, confirmed or not."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))

    def in_force(self) -> "PostingQuerySet":
        """What gives somebody anything: confirmed, begun and not ended."""
        return self.not_ended().filter(
            valid_from__lte=timezone.localdate(), confirmed_at__isnull=False
        )

    def to_confirm(self) -> "PostingQuerySet":
        return self.not_ended().filter(confirmed_at=None)


class Posting(models.Model):
    """One officer, one department, one capacity, from a day on. Ended, never deleted.

    It takes two: system administration enters it, security administration confirms it, and neither
    is the officer. Until then it gives nothing. Only the first two who administer are entered
    confirmed, by a job of the portal.

    `account_kind` and `administration` repeat facts of the account so that the database itself
    can refuse a posting for a citizen, and a second power of administration on one account: both
    are halves of a foreign key into the account's own columns.
    """

    Capacity = PostingCapacity

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="postings", verbose_name=_("account")
    )
    account_kind = models.CharField(max_length=8, default="staff", editable=False)
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="postings",
        verbose_name=_("department"),
    )
    capacity = models.CharField(_("capacity"), max_length=12, choices=PostingCapacity)
    administration = models.GeneratedField(
        expression=Case(
            *[
                When(capacity=capacity, then=Value(power.value))
                for capacity, power in (
                    ("sysadmin", Administration.SYSTEM),
                    ("secadmin", Administration.SECURITY),
                    ("supervisor", Administration.AUDIT),
                )
            ],
            default=None,
            output_field=CharField(max_length=8, null=True),
        ),
        output_field=CharField(max_length=8, null=True),
        db_persist=True,
    )
    officer_code = models.CharField(
        _("officer code"),
        max_length=32,
        unique=True,
        validators=[  # it stands in every line of the trail
            RegexValidator(  # and jobs are named in small letters there
                r"\A(?![a-z][a-z_-]*\Z)[\w.-]+\Z",
                _("Use letters, figures, dots and dashes, and not small letters alone."),
            )
        ],
    )
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    is_primary = models.BooleanField(_("used after sign-in"), default=False)
    entered_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    confirmed_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(
                name="identity_postings_are_for_staff",
                condition=Q(account_kind="staff"),
                violation_error_message=_("Only staff accounts hold postings."),
            ),
            models.CheckConstraint(
                name="identity_posting_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day cannot lie before the first."),
            ),
            models.CheckConstraint(
                name="identity_posting_takes_two",
                condition=~Q(confirmed_by=F("account"))
                & ~Q(confirmed_by=F("entered_by"))
                & ~Q(entered_by=F("account")),
                violation_error_message=_("A posting is entered and confirmed by two others."),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(is_primary=True),
                name="identity_one_primary_posting",
                violation_error_message=_("This account has a primary posting already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_code} ({self.get_capacity_display()})"
