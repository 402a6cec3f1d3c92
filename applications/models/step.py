"""The ordered steps of one case, as its release plans them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Step(models.Model):
    """One step of a case at one office. At most one is open."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Still to come")
        OPEN = "open", _("Now")
        DONE = "done", _("Done")
        LEFT_OUT = "left_out", _("Not needed")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="steps", verbose_name=_("application")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    department = models.ForeignKey(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("department"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.UUIDField(_("done by"), null=True)
    done_label = models.CharField(_("officer"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "order"], name="applications_steps_are_ordered"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state="open"),
                name="applications_one_open_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code}"
