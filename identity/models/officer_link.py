"""Which citizen an officer is, as two administrators say."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account
from identity.models.person import Person


class OfficerLink(models.Model):
    """That an officer's account is this citizen, so that own cases and family are kept away and two
    accounts of one person count as one (Civil Servants Law, article 76).

    It takes two: system administration says so, security administration confirms it, and neither
    is the officer. Until then it gives nothing. It is taken back by two again. While it is in
    force, and no longer, `Account.private_person` repeats it. The officer is told and can object.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="links", verbose_name=_("account")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    entered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    """Nobody where it was said before links took two."""
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    objected_at = models.DateTimeField(_("objected to at"), null=True)
    end_asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    end_asked_at = models.DateTimeField(_("end asked for at"), null=True)
    end_refused_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_refused_at = models.DateTimeField(_("end turned down at"), null=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("link of an officer")
        verbose_name_plural = _("links of officers")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="identity_linked_once"
            ),
            models.CheckConstraint(
                name="identity_link_takes_two",
                condition=~Q(confirmed_by=F("entered_by"))
                & ~Q(confirmed_by=F("account"))
                & ~Q(entered_by=F("account")),
            ),
            models.CheckConstraint(
                name="identity_link_ends_by_two",
                condition=Q(ended_at=None, ended_by=None)
                | (
                    Q(ended_at__isnull=False, ended_by__isnull=False)
                    & (Q(confirmed_at=None) | Q(end_asked_by__isnull=False))
                    & ~Q(ended_by=F("end_asked_by"))
                    & ~Q(ended_by=F("account"))
                    & ~Q(end_asked_by=F("account"))
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-entered_at", "-id"],
                name="identity_links_open",
                condition=Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"link of {self.account_id}"
