"""The request for a file of the trail. It names people by id only and is no file itself."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=7)


class TrailExport(models.Model):
    """A file of the trail that takes two: what is wanted, who asked, who answered, what came of it.

    What was asked for never changes, and the state only goes on; the database refuses both
    otherwise. Until it is answered, whoever asked can take it back. Nobody answers a request of
    one's own or one that concerns oneself (`concerned`, see `audit.exports.concerned`). File and
    state end after seven days, the row stays.
    """

    class Kind(models.TextChoices):
        ENTRIES = "entries", _("Every entry found")
        PEOPLE = "people", _("Everybody whose data this officer opened")

    class Ground(models.TextChoices):
        DISCIPLINE = "discipline", _("Disciplinary inquiry")
        CRIME = "crime", _("Request of police, prosecution or court")
        COMPLAINT = "complaint", _("Complaint of the person concerned")
        LEAK = "leak", _("Data that came out")
        REVIEW = "review", _("Planned review of an office")

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a second person")
        APPROVED = "approved", _("Being made")
        REFUSED = "refused", _("Turned down")
        TAKEN = "taken", _("Taken back")
        MADE = "made", _("Ready to fetch")
        FETCHED = "fetched", _("Fetched")
        EXPIRED = "expired", _("Expired, file deleted")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    inquiry = models.CharField(_("inquiry number"), max_length=40)
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    language = models.CharField(_("language"), max_length=12)

    officer = models.CharField(_("officer"), max_length=60, blank=True)
    about_account = models.UUIDField(_("account of the officer"), null=True)
    concerned = ArrayField(models.UUIDField(), verbose_name=_("accounts concerned"), default=list)
    office = models.CharField(_("department"), max_length=40, blank=True)
    reference = models.CharField(_("case"), max_length=20, blank=True)
    person = models.UUIDField(_("person"), null=True)
    verbs = ArrayField(models.CharField(max_length=60), default=list)
    without_case = models.BooleanField(_("only looks without a case"), default=False)
    since = models.DateTimeField(_("from"), null=True)
    until = models.DateTimeField(_("until"))

    asked_by = models.UUIDField(_("asked for by"))
    asked_label = models.CharField(_("officer who asked"), max_length=60)
    asked_department = models.CharField(max_length=40)
    asked_region = models.CharField(max_length=12)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    answered_by = models.UUIDField(_("answered by"), null=True)
    answered_label = models.CharField(_("officer who answered"), max_length=60, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    made_at = models.DateTimeField(_("made at"), null=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    is_cut = models.BooleanField(_("there was more than fits"), default=False)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "audit"
        verbose_name = _("file of the trail")
        verbose_name_plural = _("files of the trail")
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="audit_export_newest"),
            models.Index(fields=["state", "asked_at"], name="audit_export_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="audit_export_takes_two",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                violation_error_message=_("Whoever asks for a file cannot allow it."),
            ),
            models.CheckConstraint(
                name="audit_export_not_by_whom_it_is_about",
                condition=Q(answered_by=None)
                | (
                    (Q(about_account=None) | ~Q(answered_by=F("about_account")))
                    & ~Q(answered_label=F("officer"))
                ),
                violation_error_message=_("Nobody decides about a file on oneself."),
            ),
            models.CheckConstraint(
                name="audit_export_not_by_the_concerned",
                condition=Q(answered_by=None) | ~Q(concerned__contains=[F("answered_by")]),
                violation_error_message=_("Nobody decides about a file on oneself."),
            ),
            models.CheckConstraint(
                name="audit_export_made_only_when_allowed",
                condition=Q(state__in=["asked", "expired"])
                | Q(state="taken", answered_by=None)
                | (~Q(state="taken") & Q(answered_by__isnull=False)),
                violation_error_message=_("A second person has to allow the file first."),
            ),
            models.CheckConstraint(
                name="audit_export_people_are_of_an_officer",
                condition=Q(kind="entries") | (~Q(officer="") & Q(since__isnull=False)),
                violation_error_message=_("Say which officer, and from which day on."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def expires_at(self) -> datetime:
        """When file and request end: seven days after the file was made, or after it was asked."""
        return (self.made_at or self.asked_at) + KEPT

    @property
    def about(self) -> list[UUID]:
        """The person it asks about, if one is named."""
        return [self.person] if self.person else []

    @property
    def keeps_words(self) -> list[UUID]:
        """A record about whom opens the words of its answer: the person, else who asked."""
        return self.about or [self.asked_by]
