"""Files people hand in: gated rows, files under names made by us."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Attachment(models.Model):
    """One file for one required document. Without a scanner a file is held, never called clean."""

    class Scan(models.TextChoices):
        HELD = "held", _("Held until it has been scanned")
        CLEAN = "clean", _("Scanned, nothing found")
        INFECTED = "infected", _("Scanned, refused")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+", verbose_name=_("application")
    )
    subject_id = models.UUIDField(db_index=True)
    material = models.CharField(_("required document"), max_length=60)
    name = models.CharField(_("name given by the applicant"), max_length=200)
    content_type = models.CharField(_("type found in the content"), max_length=80)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80, unique=True)
    scan = models.CharField(_("scan"), max_length=8, choices=Scan, default=Scan.HELD)
    uploaded_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    removed_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "material", "sha256"],
                condition=models.Q(removed_at=None),
                name="applications_one_copy_of_a_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.material} of {self.application_id}"
