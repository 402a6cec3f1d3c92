"""Who is near to whom, and who is under protection: ids and keyed digests, nothing to read."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models.account import Account
from identity.models.person import Person


class HouseholdMark(models.Model):
    """By which two persons at one registered address are known without reading either address.

    A keyed digest of the address; none where the register names no address.
    """

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, primary_key=True, related_name="household_mark"
    )
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        verbose_name = _("mark of a household")
        verbose_name_plural = _("marks of households")
        indexes = [models.Index(fields=["digest"], name="identity_household_digest")]

    def __str__(self) -> str:
        return f"household of {self.person_id}"


class DeclaredRelative(models.Model):
    """Somebody an officer declared as family. Found by the blind index of the number, so that it
    holds as well for a relative who comes to the portal later.

    Ended, never deleted: the officer asks for the end and a supervisor agrees, or officers could
    end it, look, and declare it anew. Until then it holds.
    """

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("Husband or wife")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        SIBLING = "sibling", _("Brother or sister")
        OTHER = "other", _("Other relative")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="relatives", verbose_name=_("account")
    )
    digest = models.BinaryField(max_length=32, db_index=True)
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    declared_at = models.DateTimeField(_("declared at"), default=timezone.now)
    end_asked_at = models.DateTimeField(_("end asked for at"), null=True)
    end_refused_at = models.DateTimeField(_("end turned down at"), null=True)
    ended_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("declared relative")
        verbose_name_plural = _("declared relatives")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "digest"],
                condition=Q(ended_at=None),
                name="identity_relative_declared_once",
            ),
            models.CheckConstraint(
                name="identity_relative_ends_by_two",
                condition=Q(ended_at=None, ended_by=None)
                | (
                    Q(ended_at__isnull=False, ended_by__isnull=False, end_asked_at__isnull=False)
                    & ~Q(ended_by=F("account"))
                ),
                violation_error_message=_("A supervisor ends the declaration of a relative."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["end_asked_at", "id"],
                name="identity_relatives_to_end",
                condition=Q(end_asked_at__isnull=False, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.relation} of {self.account_id}"


class ProtectedPerson(models.Model):
    """Somebody every look at whom has to be answered for, such as a witness under threat.

    It lies on the number, as a declared relative does: it holds for whoever comes to the portal
    later, and keeping it tells nobody whether the number is known here. The list shows the number
    as its mask. It holds at once, because it opens nothing; to end it takes two different people,
    and one of them is enough for it to go on.
    """

    class Ground(models.TextChoices):
        WITNESS = "witness", _("Witness or victim under threat")
        VIOLENCE = "violence", _("Order against violence at home")
        PUBLIC = "public", _("Known to the public")
        STAFF = "staff", _("Works for this government")
        OTHER = "other", _("Another ground, on file")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    digest = models.BinaryField(max_length=32)
    masked_number = models.CharField(_("number, covered"), max_length=18)
    ground = models.CharField(_("ground"), max_length=8, choices=Ground)
    since = models.DateTimeField(_("since"), default=timezone.now)
    entered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    end_asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    end_refused_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_refused_at = models.DateTimeField(_("end turned down at"), null=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("person under protection")
        verbose_name_plural = _("persons under protection")
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(ended_at=None),
                name="identity_protected_once",
                violation_error_message=_("This person is under protection already."),
            ),
            models.CheckConstraint(
                name="identity_protection_ends_by_two",
                condition=Q(ended_at=None, ended_by=None)
                | (
                    Q(ended_at__isnull=False, ended_by__isnull=False, end_asked_by__isnull=False)
                    & ~Q(ended_by=F("end_asked_by"))
                ),
                violation_error_message=_("A protection is ended by two different people."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} since {self.since:%Y-%m-%d}"


class Terminal(models.Model):
    """That a sign-in of an officer was used on a device: digests on both sides.

    `device` is the keyed digest of a cookie of the staff door that outlives the session, or of
    program and network where somebody came with the session and without that cookie.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="terminals")
    sign_in = models.CharField(_("sign-in"), max_length=64)
    device = models.CharField(_("device"), max_length=64)
    first_seen = models.DateTimeField(_("first seen"), default=timezone.now)

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in", "device"], name="identity_terminal_once_a_sign_in"
            )
        ]
        indexes = [models.Index(fields=["account", "first_seen"], name="identity_terminal_of")]

    def __str__(self) -> str:
        return f"{self.sign_in} on {self.device}"
