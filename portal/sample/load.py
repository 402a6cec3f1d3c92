"""The whole sample, in the order in which its parts need one another."""

import json
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from catalog.loading.run import load_default
from identity.models import Account
from identity.sample import PEOPLE, load_people
from portal.reports.make import make_weekly_reports
from portal.sample.cases import load_cases
from portal.sample.curious import look_around
from portal.sample.looks import load_looks
from portal.sample.offices import open_offices
from portal.sample.room import ask_for_a_file

MAIL_DOMAIN = "sample.portal.example"


def load_sample() -> Iterator[str]:
    """Bring everything up to date and say, part by part, what was done. Repeatable."""
    if not settings.PORTAL_SAMPLE:
        raise ImproperlyConfigured("The sample exists in sample mode only: set PORTAL_ENV=sample.")
    changed = sum(report.made + report.changed for report in load_default())
    yield f"Catalogue: {changed} rows made or changed"
    yield f"Accounts: {load_people()} made or renewed"
    yield f"Addresses: {_give_addresses()} made"
    yield f"Offices: {open_offices()} at work"
    yield f"Looks: {load_looks()} made"
    yield f"Cases: {load_cases()} made"
    yield f"Look-ups: {look_around()} made"
    yield f"Files of the trail: {ask_for_a_file()} asked for"
    yield f"Reports: {make_weekly_reports(timezone.localdate())} made"


def _give_addresses() -> int:
    """Every account of the sample gets an address of its own; its mail goes to files."""
    names = [row["username"] for row in _people()]
    without = Account.objects.filter(username__in=names, emailaddress__isnull=True)
    addresses = [
        EmailAddress(
            user=account,
            email=f"{account.username}@{MAIL_DOMAIN}",
            verified=True,
            primary=True,
        )
        for account in without
    ]
    return len(EmailAddress.objects.bulk_create(addresses))


def _people() -> list[dict[str, str]]:
    people = json.loads(PEOPLE.read_text(encoding="utf-8"))
    return [*people["citizens"], *people["staff"]]
