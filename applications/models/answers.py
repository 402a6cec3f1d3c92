"""What a case says: gated."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Answers(models.Model):
    """The answers of one case, each with where it came from.

    `values` maps a question's key to
    `{"value": …, "source": "you" | register code, "authority": …, "as_of": …, "snapshot": …,
    "edited": bool}`; what did not pass is kept beside it as `"raw"`, so nothing typed is lost.
    Sensitive values are sealed: `{"sealed": …, "mask": …}` in place of the plain value.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="+", verbose_name=_("application")
    )
    subject_id = models.UUIDField(db_index=True)
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)

    class Meta:
        verbose_name = _("answers")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return f"answers of {self.application_id}"
