"""Messages to people, and how each was brought to them."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account


class Message(models.Model):
    """One thing we told somebody. Gated: its words can name a case. Texts are made on reading."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject_id = models.UUIDField(_("about"), db_index=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(_("kind"), max_length=64)
    params = models.JSONField(_("values"), default=dict)
    key = models.CharField(_("key"), max_length=120)
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="identity_message_told_once")
        ]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="identity_message_inbox")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """How one message goes to its receiver by one channel. No words of the message are here.

    Further attempts after a refusal are the outbox's: it keeps their number and time.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        READ = "read", _("Read")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries")
    subject_id = models.UUIDField(_("about"))
    channel = models.CharField(_("channel"), max_length=16)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], name="identity_one_delivery_per_channel"
            )
        ]
        indexes = [
            models.Index(fields=["account", "channel", "state"], name="identity_delivery_unread")
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"
