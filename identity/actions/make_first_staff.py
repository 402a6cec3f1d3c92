"""The first two who administer an installation, without whom nobody can be let in."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import record
from catalog.models import Department
from identity.actions.enter_posting import ACCOUNT_ENTERED, POSTINGS, enter_posting
from identity.models import Account, Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOfficer:
    """Under which name somebody signs in, and the code that stands in every entry of theirs."""

    username: str
    officer_code: str


@transaction.atomic
def make_first_staff(
    *, actor: Actor, department: Department, system: FirstOfficer, security: FirstOfficer
) -> list[Account]:
    """One system administrator, who enters postings, and one security administrator, who confirms
    them: whoever else works here, supervisors included, then takes these two people.

    Their accounts have no password until they choose one. Repeated with the same names it changes
    nothing. Refused once both can sign in. ValidationError: a name or code nobody may have.
    """
    _refuse_if_staff_can_do_it()
    return [
        _officer(actor, department, officer, capacity)
        for officer, capacity in (
            (system, Posting.Capacity.SYSADMIN),
            (security, Posting.Capacity.SECADMIN),
        )
    ]


def _refuse_if_staff_can_do_it() -> None:
    able = {
        posting.capacity
        for posting in Posting.objects.in_force().select_related("account")
        if posting.account.is_active and posting.account.has_usable_password()
    }
    if {Posting.Capacity.SYSADMIN, Posting.Capacity.SECADMIN} <= able:
        raise Refused(
            code="identity.staff_is_there",
            message=_("There is a system and a security administrator already."),
            next_step=_("They let others in at /admin/: one enters a posting, the other confirms."),
        )


def _officer(actor: Actor, department: Department, officer: FirstOfficer, capacity: str) -> Account:
    account = Account.objects.filter(username=officer.username).first()
    if account is None:
        account = Account(username=officer.username, kind=Account.Kind.STAFF)
        account.set_unusable_password()
        account.full_clean()
        account.save()
        record(actor=actor, verb=ACCOUNT_ENTERED, on=account, purpose=POSTINGS)
        posting = Posting(
            account=account,
            department=department,
            capacity=capacity,
            officer_code=officer.officer_code,
            is_primary=True,
        )
        posting.full_clean()
        enter_posting(actor=actor, posting=posting)
    elif not _holds(account, officer, capacity):
        raise Refused(
            code="identity.name_is_anothers",
            message=_("%(name)s is the account of somebody else.") % {"name": officer.username},
            next_step=_("Choose another user name."),
        )
    return account


def _holds(account: Account, officer: FirstOfficer, capacity: str) -> bool:
    held = account.postings.in_force()
    return held.filter(capacity=capacity, officer_code=officer.officer_code).exists()
