"""Postings that wait to be confirmed, officers who are gone, and how pages name an officer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from audit.kernel.actors import Actor
from audit.waiting import Waiting, waiting_in
from catalog.text import in_english
from identity.models import Posting
from identity.selectors.accounts import accounts_of_the_same

MOST = 200


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One posting, and the address its account's password can be set by."""

    posting: Posting
    email: str


def postings_to_confirm() -> list[ToConfirm]:
    """The oldest first."""
    rows = Posting.objects.to_confirm().select_related("account", "department", "entered_by")
    found = list(rows.order_by("valid_from", "officer_code")[:MOST])
    addresses = EmailAddress.objects.filter(user__in={one.account_id for one in found})
    emails = dict(addresses.order_by("primary").values_list("user_id", "email"))
    return [ToConfirm(one, emails.get(one.account_id, "")) for one in found]


def waiting_postings(actor: Actor) -> Waiting:
    """How many wait for this security administrator: not entered by, nor for, the same human
    being; one query."""
    own = accounts_of_the_same(actor)
    others = Posting.objects.to_confirm().exclude(Q(account__in=own) | Q(entered_by__in=own))
    return waiting_in(others)


def accounts_gone(department_code: str = "") -> dict[str, list[UUID]]:
    """By department: the accounts that worked cases there and do so no longer, because the posting
    ended or the account was closed."""
    clerks = Posting.objects.filter(capacity=Posting.Capacity.CLERK)
    if department_code:
        clerks = clerks.filter(department__code=department_code)
    columns = ("department__code", "account_id")
    at_work = set(clerks.in_force().filter(account__is_active=True).values_list(*columns))
    gone: dict[str, list[UUID]] = defaultdict(list)
    for code, account_id in set(clerks.values_list(*columns)) - at_work:
        gone[code].append(account_id)
    return gone


@dataclass(frozen=True, slots=True)
class Post:
    """An officer as pages name one (see `components/post.html`): by code, office and capacity. The
    real names of officers are behind the gate. A code nobody holds has nothing else."""

    code: str
    office: str = ""
    office_lang: str = ""
    capacity: str = ""


def posts_of(codes: Collection[str]) -> dict[str, Post]:
    """By officer code who that is, by one query."""
    rows = Posting.objects.filter(officer_code__in=codes).select_related("department")
    known = {one.officer_code: _post(one) for one in rows}
    return {code: known.get(code, Post(code)) for code in codes if code}


def posts_of_accounts(accounts: Collection[UUID]) -> dict[UUID, Post]:
    """By account the post that officer works in, the main one where there are several."""
    rows = Posting.objects.filter(account_id__in=accounts, confirmed_at__isnull=False)
    latest_last = rows.select_related("department").order_by("is_primary", "valid_from")
    return {one.account_id: _post(one) for one in latest_last}


def _post(posting: Posting) -> Post:
    office = posting.department
    return Post(
        code=posting.officer_code,
        office=office.display_name,
        office_lang="zh-Hans" if in_english() and not office.name_en else "",
        capacity=posting.get_capacity_display(),
    )
