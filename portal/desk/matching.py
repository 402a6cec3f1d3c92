"""Whom a supervisor means: officers by code or user name, offices by name.

Officers' real names are behind the gate, as everybody's are; what the portal calls an officer is
the user name.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audit.directory import Match
from catalog.models import Department
from catalog.models.region import beginning_of
from identity.models import Posting
from portal.desk.trail_words import capacity_in_words

MOST = 12


def matching(typed: str, region: str) -> list[Match]:
    """Who has exactly this code or name, else whose name contains it, offices first; at most 12."""
    within = beginning_of(region)
    officers = Posting.objects.filter(department__region__code__startswith=within)
    offices = Department.objects.filter(region__code__startswith=within)
    exact = [
        *_offices(offices.filter(Q(name=typed) | Q(name_en__iexact=typed) | Q(code=typed))),
        *_officers(
            officers.filter(Q(officer_code__iexact=typed) | Q(account__username__iexact=typed))
        ),
    ]
    if exact:
        return exact[:MOST]
    like = [
        *_offices(offices.filter(Q(name__icontains=typed) | Q(name_en__icontains=typed))),
        *_officers(
            officers.filter(
                Q(officer_code__icontains=typed) | Q(account__username__icontains=typed)
            )
        ),
    ]
    return like[:MOST]


def _offices(found: QuerySet[Department]) -> Iterable[Match]:
    for one in found.order_by("name")[:MOST]:
        words = _("%(office)s, the whole office") % {"office": one.display_name}
        yield Match(office=one.code, words=words)


def _officers(found: QuerySet[Posting]) -> Iterable[Match]:
    postings = found.select_related("account", "department").order_by("officer_code")
    for one in postings[:MOST]:
        words = (
            one.officer_code,
            one.account.username,
            capacity_in_words(one.capacity),
            one.department.display_name,
        )
        yield Match(officer=one.officer_code, words=" · ".join(words))
