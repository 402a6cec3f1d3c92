"""By which values people are known when these come out, without keeping them once more."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ValueMark(models.Model):
    """The keyed digest of something that stands in somebody's data: a name, a number, an address.

    Several people may share one. Whoever wrote it by its own entry may add it and nobody reads it:
    functions of the database say who is behind digests at hand (`identity_holders`).
    """

    pk = models.CompositePrimaryKey("digest", "subject_id")
    digest = models.BinaryField(max_length=32)
    subject_id = models.UUIDField(_("whose data"), db_index=True)

    class Meta:
        verbose_name = _("mark of a value")
        verbose_name_plural = _("marks of values")

    def __str__(self) -> str:
        return f"value of {self.subject_id}"
