"""The first two who administer an installation, without whom nobody can be let in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.trail import record
from catalog.models import Department
from identity.actions.enter_posting import ACCOUNT_ENTERED, POSTINGS, enter_posting
from identity.models import Account, Posting
from identity.models.posting import FIRST_POSTS

LINK_MADE = "account.link_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOfficer:
    """Under which name somebody signs in, and the code that stands in every entry of theirs."""

    username: str
    officer_code: str


@transaction.atomic
def make_first_staff(
    *,
    actor: Actor,
    department: Department,
    system: FirstOfficer,
    security: FirstOfficer,
    is_spare: bool = False,
) -> list[Account]:
    """One system administrator, who enters postings, and one security administrator, who confirms
    them: whoever else works here, supervisors included, then takes these two people.

    Their accounts have no password until they choose one, by a link that rests on the account as
    it is left here. Repeated with the same names it makes nobody new and leaves an entry for each
    link; links of before are good no more. Refused once others held one of the two posts or both
    have passwords, unless it is a spare pair, for when nobody can let others in: that the database
    takes from its owner only. ValidationError: a name or code nobody may have.
    """
    wanted = ((system, Posting.Capacity.SYSADMIN), (security, Posting.Capacity.SECADMIN))
    if not is_spare:
        _refuse_if_others_can_do_it(wanted)
        _refuse_if_others_did_it(wanted)
    made = [_officer(actor, department, officer, post) for officer, post in wanted]
    for account in made:
        _invite(actor, account)
    return made


def _refuse_if_others_did_it(wanted: Sequence[tuple[FirstOfficer, str]]) -> None:
    """Who ends those who administer could otherwise take their place."""
    for officer, post in wanted:
        own = Posting.objects.filter(account__username=officer.username, capacity=post)
        if Posting.objects.filter(capacity=post).exists() and not own.exists():
            raise Refused(
                code="identity.staff_was_there",
                message=_("Somebody held one of the two posts before."),
                next_step=_(
                    "Only the owner of the database makes another pair: add --spare and"
                    " --settings portal.settings_owner."
                ),
            )


def _refuse_if_others_can_do_it(wanted: Sequence[tuple[FirstOfficer, str]]) -> None:
    in_force = Posting.objects.in_force().filter(capacity__in=FIRST_POSTS)
    posts = list(in_force.select_related("account").order_by("officer_code"))
    if {one.capacity for one in posts} != FIRST_POSTS:
        return
    known = {(one.account.username, one.officer_code, one.capacity): one.account for one in posts}
    meant = [known.get((one.username, one.officer_code, capacity)) for one, capacity in wanted]
    if None not in meant and not all(one and one.has_usable_password() for one in meant):
        return
    raise Refused(
        code="identity.staff_is_there",
        message=_("There is a system and a security administrator already: %(names)s.")
        % {"names": ", ".join(one.account.username for one in posts)},
        next_step=_(
            "They let others in at /admin/: one enters a posting, the other confirms. With their"
            " names and codes this makes new links for who has no password yet; if they cannot"
            " sign in any more, --spare makes another pair."
        ),
    )


def _invite(actor: Actor, account: Account) -> None:
    """Another password that nobody can type: links rest on it, so those of before end here."""
    if not account.has_usable_password():
        account.set_unusable_password()
        account.save(update_fields=["password"])
        record(actor=actor, verb=LINK_MADE, on=account, purpose=POSTINGS)


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
