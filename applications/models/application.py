"""The index row of a case: what lists and look-ups read, without personal content."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.queue import Queue
from applications.states import ENDED, OPEN, State


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        """Handed in and not ended."""
        return self.filter(state__in=sorted(OPEN))

    def unclaimed(self) -> "ApplicationQuerySet":
        return self.filter(claimed_by=None, state__in=[State.SUBMITTED, State.ACCEPTED])

    def about(self, subjects: list[UUID]) -> "ApplicationQuerySet":
        """The cases of these persons or organisations."""
        return self.filter(subject_id__in=subjects)


class Application(models.Model):
    """One request for one item. Its answers, files and letters hang behind the gate.

    `subject_id` is the person or organisation the case is about; `applicant` the person who acts.
    `claimed_by` is the account of the officer who has it in hand. `named` are the keyed digests of
    the identity numbers of others in it; None while nobody has looked for them, as in a draft.
    """

    class SubjectKind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    track_code = models.CharField(_("look-up code"), max_length=12, unique=True)
    item = models.ForeignKey(
        "catalog.ServiceItem",
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("item"),
    )
    release = models.ForeignKey(
        "catalog.Release",
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("release"),
    )
    subject_id = models.UUIDField(_("about"), db_index=True)
    subject_kind = models.CharField(_("kind of subject"), max_length=12, choices=SubjectKind)
    applicant = models.ForeignKey(
        "identity.Person",
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("applicant"),
    )
    mandate_id = models.UUIDField(_("mandate"), null=True)
    masked_name = models.CharField(_("applicant"), max_length=80)
    named = ArrayField(models.BinaryField(), null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    queue = models.ForeignKey(
        Queue,
        on_delete=models.PROTECT,
        related_name="applications",
        null=True,
        verbose_name=_("queue"),
    )
    claimed_by = models.UUIDField(_("in the hands of"), null=True)
    claimed_label = models.CharField(_("officer"), max_length=32, blank=True)
    last_page = models.CharField(_("last page"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("started at"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed at"), default=timezone.now)
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    due_on = models.DateField(_("promised date"), null=True)
    due_is_provisional = models.BooleanField(_("date is provisional"), default=False)
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["id", "subject_id"], name="applications_case_has_one_subject"
            ),
            models.UniqueConstraint(
                fields=["applicant", "item", "subject_id"],
                condition=Q(state=State.DRAFT),
                name="applications_one_draft_per_item",
            ),
            models.CheckConstraint(
                name="applications_handed_in_has_date_and_promise",
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | Q(submitted_at__isnull=False, due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="applications_decided_has_moment",
                condition=~Q(state__in=[State.APPROVED, State.REJECTED])
                | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "due_on", "id"],
                name="applications_waiting",
                condition=Q(claimed_by=None, state__in=[State.SUBMITTED, State.ACCEPTED]),
            ),
            models.Index(fields=["claimed_by", "due_on", "id"], name="applications_in_hand"),
            models.Index(fields=["subject_id", "-created_at"], name="applications_by_subject"),
            models.Index(fields=["queue", "decided_at"], name="applications_decided"),
            GinIndex(fields=["named"], name="applications_by_others"),
            models.Index(
                fields=["created_at"],
                name="applications_not_looked",
                condition=Q(named=None, submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subjects(self) -> list[UUID]:
        """Its parties: what it is about, and who acts. Who else is in it says
        `selectors/others.py`."""
        return list(dict.fromkeys([self.subject_id, self.applicant_id]))

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def days_late(self, today: date) -> int:
        """Natural days past the promised date; 0 while it is kept."""
        if self.due_on is None or self.has_ended:
            return 0
        return max(0, (today - self.due_on).days)
