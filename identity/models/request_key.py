"""Keys that programs give their requests, so that asking twice is asking once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account


class RequestKey(models.Model):
    """What a request under this key was answered with: a reference, nothing personal."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(_("key"), max_length=80)
    answer = models.CharField(_("answer"), max_length=40)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("key of a request")
        verbose_name_plural = _("keys of requests")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"], name="identity_one_answer_per_request_key"
            )
        ]

    def __str__(self) -> str:
        return self.key
