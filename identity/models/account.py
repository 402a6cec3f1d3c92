"""Accounts: what signs in. Who somebody is, is another matter (see `person.py`)."""

from typing import Any, ClassVar, NoReturn
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.kernel.errors import Refused
from identity.models.person import Person


class AccountKind(models.TextChoices):
    CITIZEN = "citizen", _("Citizen")
    STAFF = "staff", _("Staff")
    SERVICE = "service", _("Service")


class Administration(models.TextChoices):
    """The three powers over the installation that one account can never combine."""

    SYSTEM = "system", _("System administration")
    SECURITY = "security", _("Security administration")
    AUDIT = "audit", _("Audit administration")


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """Make one account; without a kind it is a citizen's, the one with the least power."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(
        self, username: str, password: str | None = None, **fields: Any
    ) -> NoReturn:
        """Refused: nobody is above the posts. The first two who administer are made by command."""
        raise Refused(
            code="identity.no_superuser",
            message=_("No account is above the posts here."),
            next_step=_("Make the first two administrators with `manage.py first_staff`."),
            status=403,
        )


class Account(AbstractBaseUser, PermissionsMixin):
    """What signs in: a citizen's, an officer's or a programme's account, and never two of these.

    It holds no real name, number or address: those are behind the gate. An officer who is also a
    citizen has two accounts, so that nobody decides anything in the wrong role; `private_person`
    says who that citizen is, only to keep an officer's own cases out of the officer's hands.
    """

    Kind = AccountKind

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-zA-Z][a-zA-Z0-9._-]*\Z",
                _("Start with a letter, then letters, figures, dots or dashes, such as li.xiao."),
            )
        ],
        error_messages={"unique": _("This user name is taken. Please choose another one.")},
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=AccountKind, default=AccountKind.CITIZEN
    )
    person = models.OneToOneField(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="account",
        verbose_name=_("person"),
    )
    private_person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("officer as a citizen"),
    )
    administration = models.CharField(
        _("administration"), max_length=8, choices=Administration, null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=12, default="zh-hans")
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    post_in_use: str = ""
    """The group of the posting an officer works in, for one request; see `identity.rights`."""

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                name="identity_account_kind_known",
                condition=Q(kind__in=["citizen", "staff", "service"]),
                violation_error_message=_("Choose citizen, staff or service."),
            ),
            models.CheckConstraint(
                name="identity_only_citizens_are_persons",
                condition=Q(person__isnull=True) | Q(kind="citizen"),
                violation_error_message=_(
                    "A staff account never stands for a person. Use a second account for that."
                ),
            ),
            models.CheckConstraint(
                name="identity_only_staff_has_a_private_person",
                condition=Q(private_person__isnull=True) | Q(kind="staff"),
                violation_error_message=_("Only a staff account is linked to an officer."),
            ),
            models.CheckConstraint(
                name="identity_only_staff_administers",
                condition=Q(administration__isnull=True)
                | Q(kind="staff", administration__in=["system", "security", "audit"]),
                violation_error_message=_("Only a staff account can administer the portal."),
            ),
            models.CheckConstraint(
                name="identity_nobody_is_superuser", condition=Q(is_superuser=False)
            ),
            models.UniqueConstraint(fields=["id", "kind"], name="identity_account_id_kind"),
            models.UniqueConstraint(
                fields=["id", "administration"], name="identity_account_id_administration"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Whether the staff door (and with it the Django admin site) is this account's door."""
        return self.kind == AccountKind.STAFF
