"""Where cases wait for an office."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Queue(models.Model):
    """The one place where a department's cases wait. Who may work it is granted to groups."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    department = models.OneToOneField(
        "catalog.Department",
        on_delete=models.PROTECT,
        related_name="queue",
        verbose_name=_("department"),
    )

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        permissions = [("work_queue", "Can work on the cases of this queue")]

    def __str__(self) -> str:
        return self.code
