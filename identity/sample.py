"""The people of the sample: accounts, persons, firms, postings and registers.

They exist where `PORTAL_SAMPLE` is on and nowhere else. Passwords and code-app secrets are made
once, at random, and kept in `var/sample-accounts.json` for whoever runs the sample.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity, Purpose
from audit.trail import record
from catalog.models import Department
from identity.actions.answer_link import confirm_link
from identity.actions.confirm_posting import confirm_posting
from identity.actions.enter_mandate import enter_mandate
from identity.actions.enter_organisation import enter_organisation
from identity.actions.enter_posting import ACCOUNT_ENTERED, POSTINGS, enter_posting
from identity.actions.link_officer import link_officer
from identity.actions.prove_person import PROVEN, make_person
from identity.models import (
    Account,
    Assurance,
    Mandate,
    Organisation,
    Person,
    PersonNumber,
    Posting,
    RecordSource,
    RecordType,
)
from identity.models.posting import FIRST_POSTS
from identity.numbers import read_citizen_number
from identity.records.transport import SAMPLE, sample_register
from identity.selectors.numbered import digest_of_number

PEOPLE = Path(__file__).parent / "data" / "sample_people.json"
LOADING = Actor.system("sample data")
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
MANDATE_FROM, MANDATE_TO = date(2026, 1, 1), date(2029, 12, 31)

Row = Mapping[str, Any]


def load_people() -> int:
    """Make whatever of the sample is missing; return how many accounts were made or renewed.

    Repeatable: a second call finds everything in place by one digest and changes nothing.
    """
    if not settings.PORTAL_SAMPLE:
        raise ImproperlyConfigured("Sample people exist in sample mode only: set PORTAL_SAMPLE=1.")
    people = json.loads(PEOPLE.read_text(encoding="utf-8"))
    names = [row["username"] for row in (*people["citizens"], *people["staff"])]
    if _stamp_file().exists() and _stamp_file().read_text() == _stamp(names):
        return 0
    with transaction.atomic():
        _load_sources(people["sources"])
        known = _known_access()
        rows = [_citizen(row, known) for row in people["citizens"]]
        # Those by whom the others are let in come first; the file keeps its order.
        first_posts_first = sorted(
            people["staff"], key=lambda row: row["capacity"] not in FIRST_POSTS
        )
        officers = {row["username"]: _officer(row, known) for row in first_posts_first}
        rows += [officers[row["username"]] for row in people["staff"]]
        for row in people["citizens"]:
            _tie(row)
    _write(_accounts_file(), json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    _write(_stamp_file(), _stamp(names))
    return len(rows)


def _load_sources(rows: Sequence[Row]) -> None:
    for row in rows:
        kind, _ = RecordType.objects.get_or_create(
            code=row["code"], defaults={"name_zh": row["zh"], "name_en": row["en"]}
        )
        RecordSource.objects.get_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["zh"],
                "name_en": row["en"],
                "record_type": kind,
                "department": Department.objects.filter(name=row["department"]).first(),
                "endpoint": SAMPLE,
            },
        )


def _citizen(row: Row, known: Mapping[str, Row]) -> dict[str, str]:
    person = _person(row)
    account, access = _account(row, known, kind=Account.Kind.CITIZEN, person=person)
    if not Assurance.objects.filter(person=person).exists():
        Assurance.objects.create(
            person=person,
            account_id=account.pk,
            level=Assurance.Level.REGISTER,
            source_code="household",
        )
    return access


def _person(row: Row) -> Person:
    digest = digest_of_number(row["number"])
    found = PersonNumber.objects.select_related("person").filter(digest=digest).first()
    if found is not None:
        return found.person
    entry = sample_register("household")[row["number"]]
    read = read_citizen_number(row["number"])
    return make_person(
        actor=LOADING,
        name=entry["name"],
        number=row["number"],
        birth_date=read.birth_date if read else None,
        sex=read.sex if read else "",
        household_address=entry["address"],
        phone=row["phone"],
    )


def _officer(row: Row, known: Mapping[str, Row]) -> dict[str, str]:
    department = Department.objects.filter(name=row["department"]).first()
    if department is None:
        raise LookupError(f"no department {row['department']!r}: run load_catalog first")
    account, access = _account(row, known, kind=Account.Kind.STAFF)
    if not Posting.objects.filter(officer_code=row["officer_code"]).exists():
        posting = enter_posting(
            actor=_who_enters(row["capacity"]),
            posting=Posting(
                account=account,
                department=department,
                capacity=row["capacity"],
                officer_code=row["officer_code"],
                valid_from=timezone.localdate(),
                is_primary=True,
            ),
        )
        if posting.confirmed_at is None:
            confirm_posting(actor=_at_work(Capacity.SECADMIN), posting_id=posting.pk)
    if "number" in row and account.private_person_id is None:
        _person(row)
        by = _at_work(Capacity.SYSADMIN)
        link = link_officer(actor=by, account=account, number=row["number"])
        if link is not None:
            confirm_link(actor=_at_work(Capacity.SECADMIN), link_id=link.pk)
    return {**access, "department": row["department"]}


def _who_enters(capacity: str) -> Actor:
    """The first system and the first security administrator nobody enters but this job."""
    is_first = not Posting.objects.filter(capacity=capacity).exists()
    return LOADING if capacity in FIRST_POSTS and is_first else _at_work(Capacity.SYSADMIN)


def _at_work(capacity: Capacity) -> Actor:
    """The administrator of the sample, at the own post, as if a code had been entered just now."""
    posts = Posting.objects.in_force().select_related("department")
    post = posts.filter(capacity=capacity).order_by("officer_code")[0]
    return Actor(
        account_id=post.account_id,
        label=post.officer_code,
        capacity=capacity,
        department_code=post.department.code,
        region_code=post.department.region_id,
        proven_at=timezone.now(),
    )


def _account(
    row: Row, known: Mapping[str, Row], *, kind: str, person: Person | None = None
) -> tuple[Account, dict[str, str]]:
    """The account with the password and the secret that the file names, or with new ones."""
    name = row["username"]
    password = known.get(name, {}).get("password") or _new_password()
    account = Account.objects.filter(username=name).first()
    is_new = account is None
    if account is None:
        account = Account(username=name, kind=kind, person=person)
    account.set_password(password)
    account.save()
    if is_new and kind == Account.Kind.STAFF:
        record(actor=LOADING, verb=ACCOUNT_ENTERED, on=account, purpose=POSTINGS)
    if is_new and person is not None:
        record(actor=LOADING, verb=PROVEN, on=account, subjects=[person.pk], purpose=Purpose.own())
    secret = ""
    if kind == Account.Kind.STAFF:
        secret = known.get(name, {}).get("totp_secret") or generate_totp_secret()
        Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(account, secret)
    return account, {
        "username": name,
        "password": password,
        "totp_secret": secret,
        "role": row["role"],
        "name": row.get("name") or sample_register("household")[row["number"]]["name"],
        "department": "",
        "says": row["says"],
    }


def _tie(row: Row) -> None:
    """What ties one person to others: the firms led, the mandate held."""
    person = _person(row)
    for firm in row.get("organisations", ()):
        if not Organisation.objects.filter(credit_code=firm["credit_code"]).exists():
            led = Organisation(**firm, legal_representative=person)
            enter_organisation(actor=LOADING, organisation=led)
    mandate = row.get("mandate")
    if mandate and not Mandate.objects.filter(evidence=mandate["evidence"]).exists():
        given = Mandate(
            holder=person,
            for_person=Account.objects.get(username=mandate["for"]).person,
            item_codes=mandate["items"],
            verbs=mandate["verbs"],
            evidence=mandate["evidence"],
            valid_from=MANDATE_FROM,
            valid_to=MANDATE_TO,
        )
        enter_mandate(actor=LOADING, mandate=given)


def code_of(username: str) -> str:
    """What the app of this sample officer would show now (RFC 6238). LookupError if the file of the
    accounts names no such officer, as where there is no sample."""
    secret = _known_access().get(username, {}).get("totp_secret", "")
    if not secret or not settings.PORTAL_SAMPLE:
        raise LookupError(username)
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // app_settings.TOTP_PERIOD))
    return code


def _known_access() -> dict[str, Row]:
    """What an earlier run wrote; a file that cannot be read is written anew."""
    try:
        rows = json.loads(_accounts_file().read_text(encoding="utf-8"))
        return {row["username"]: row for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _stamp(names: Sequence[str]) -> str:
    """A digest over all that must agree: people, file, passwords and secrets of these accounts."""
    accounts = Account.objects.filter(username__in=names).order_by("username")
    codes = Authenticator.objects.filter(user__username__in=names).order_by("pk")
    file = _accounts_file()
    facts = [
        PEOPLE.read_text(encoding="utf-8"),
        file.read_text(encoding="utf-8") if file.exists() else "",
        str(list(accounts.values_list("username", "password"))),
        str(list(codes.values_list("user__username", "data"))),
    ]
    return sha256("\n".join(facts).encode()).hexdigest()


def _new_password() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _part in range(4))


def _accounts_file() -> Path:
    return Path(settings.VAR) / "sample-accounts.json"


def _stamp_file() -> Path:
    return Path(settings.VAR) / "sample-accounts.stamp"


def _write(path: Path, text: str) -> None:
    """Readable by nobody else, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
