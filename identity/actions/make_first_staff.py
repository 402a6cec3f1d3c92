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
    link; links of before are good no more. Refused once both posts are held by others or both have
    passwords, unless it is a spare pair, for when those cannot sign in: that the database takes
    from its owner only. ValidationError: a name or code nobody may have.
    """
    wanted = ((system, Posting.Capacity.SYSADMIN), (security, Posting.Capacity.SECADMIN))
    if not is_spare:
        _refuse_if_others_can_do_it(wanted)
    held = set(Posting.objects.in_force().values_list("capacity", flat=True))
    # The database takes them as long as not both posts are held: one that is held comes first.
    in_turn = sorted(wanted, key=lambda one: one[1] not in held)
    made = {post: _officer(actor, department, officer, post) for officer, post in in_turn}
    for account in made.values():
        _invite(actor, account)
    return [made[post] for _, post in wanted]


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
