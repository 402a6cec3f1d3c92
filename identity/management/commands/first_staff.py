"""Make the first system administrator and the first security administrator of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connection

from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.transaction import in_one_transaction
from catalog.models import Department
from identity.actions.make_first_staff import FirstOfficer, make_first_staff
from identity.mailed_links import staff_link
from identity.models import Account

OPERATOR = Actor.system("first_staff")
DAY = 86_400
SHOWN = 30


class Command(BaseCommand):
    """Prints for each of them one link, good once, behind which a password is chosen; the app for
    codes is set up at the first sign-in. Everybody else is let in by these two, in the back
    office. Repeated with the same names it prints new links, and those of before end; it is refused
    once both have chosen a password. --spare makes another pair when those two cannot sign in any
    more; that is the work of the database's owner."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = (
            "Example: manage.py first_staff --sysadmin li.wei S001 --secadmin zhao.min S002"
            " --department 11511602MB0001234A"
        )
        for option, who in (("--sysadmin", "enters postings"), ("--secadmin", "confirms them")):
            parser.add_argument(
                option,
                nargs=2,
                required=True,
                metavar=("NAME", "CODE"),
                help=f"user name and officer code of the one who {who}",
            )
        parser.add_argument("--department", required=True, metavar="CODE", help="of both")
        parser.add_argument(
            "--spare",
            action="store_true",
            help="though there is such a pair; with --settings portal.settings_owner",
        )

    @no_translations  # commands speak one language, in a terminal of whatever kind
    def handle(self, *args: Any, **options: Any) -> None:
        if options["spare"]:
            _refuse_all_but_the_owner()
        try:
            with in_one_transaction():
                accounts = make_first_staff(
                    actor=OPERATOR,
                    department=_department(options["department"]),
                    system=FirstOfficer(
                        username=options["sysadmin"][0], officer_code=options["sysadmin"][1]
                    ),
                    security=FirstOfficer(
                        username=options["secadmin"][0], officer_code=options["secadmin"][1]
                    ),
                    is_spare=options["spare"],
                )
        except Refused as refusal:
            raise CommandError(in_a_row(refusal.message, refusal.next_step)) from refusal
        except ValidationError as fault:
            raise CommandError(in_a_row(*fault.messages)) from fault
        for account in accounts:
            self._say(account)
        self.stderr.write(
            "Give each link to its person and nobody else: it works once, within"
            f" {settings.PASSWORD_RESET_TIMEOUT // DAY} days. Then they sign in at"
            f" {settings.PORTAL_ADDRESS}/admin/ and set up the app for codes. The first enters"
            " accounts and postings, those of at least two supervisors soon; the second confirms"
            " them. Who an officer is as a citizen says a system administrator in the officer's"
            " account, and never in their own."
        )

    def _say(self, account: Account) -> None:
        if account.has_usable_password():
            self.stderr.write(f"{account.username} has chosen a password already.")
        else:
            self.stdout.write(f"{account.username}: {staff_link(account)}")


def _refuse_all_but_the_owner() -> None:
    """CommandError for every other role: the database would not take a second pair from it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_userbyid(relowner) = current_user, current_user from pg_class"
            " where oid = 'identity_posting'::regclass"
        )
        is_owner, role = cursor.fetchone()
    if not is_owner:
        raise CommandError(
            f"A spare pair is the work of the database's owner, and the settings name {role}:"
            " add --settings portal.settings_owner, and set DATABASE_OWNER_URL where the database"
            " is a server of your own."
        )


def _department(code: str) -> Department:
    """CommandError if there is none, with those to choose from."""
    found = Department.objects.filter(code=code).first()
    if found is None:
        here = Department.objects.filter(region=settings.PORTAL_REGION).order_by("code")[:SHOWN]
        choice = "".join(f"\n  {one.code}  {one.name}" for one in here)
        raise CommandError(
            f"There is no department {code!r}. Some of those here:{choice}"
            if choice
            else f"There is no department {code!r}, nor any other here: run load_catalog first."
        )
    return found
