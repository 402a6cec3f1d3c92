"""How often somebody tried something lately."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """One count, until a moment; afterwards it begins anew. Whose it is, is kept as a digest."""

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField(_("count"))
    until = models.DateTimeField(_("until"), db_index=True)

    objects: ClassVar[models.Manager["Tally"]]

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%H:%M:%S}"
