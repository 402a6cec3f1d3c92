"""The exceptions of the working calendar."""

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A weekday that is off or a weekend day that is worked. Other days need no row.

    Days of years whose holidays are not announced yet may be entered as provisional; dates
    promised over them are shown as provisional too.
    """

    day = models.DateField(_("day"), primary_key=True)
    is_worked = models.BooleanField(_("worked"))
    name = models.CharField(_("name"), max_length=40, blank=True)
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return date_format(self.day)
