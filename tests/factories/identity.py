"""People, accounts and postings for tests. What is gated is written and closed again."""

import time
from datetime import date, timedelta
from itertools import count
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from audit.kernel.actors import Actor, Capacity
from audit.trail import record
from catalog.models import Department, Region
from identity.actions.answer_link import confirm_link, note
from identity.actions.enter_mandate import enter_mandate
from identity.actions.enter_organisation import enter_organisation
from identity.actions.enter_posting import ACCOUNT_ENTERED, end_posting
from identity.actions.link_officer import OFFICER_LINKED
from identity.actions.mark_households import mark_household
from identity.actions.mark_values import mark_details
from identity.actions.prove_person import PROVEN
from identity.actions.withdraw_mandate import withdraw_mandate
from identity.models import (
    Account,
    Mandate,
    OfficerLink,
    Organisation,
    Person,
    PersonDetail,
    PersonNumber,
    Posting,
    ProtectedPerson,
)
from identity.models.posting import ADMINISTRATION_OF
from identity.numbers import citizen_number_of, read_citizen_number
from identity.sealed.index import blind_index
from identity.sealed.masks import mask_name
from tests.conftest import close_gate

PASSWORD = "amber-river-pine-42"
ARRANGING = Actor.system("test")
ENTERS, CONFIRMS = "T-ENTERS", "T-FIRST"
_numbers = count()


def make_number(born: date = date(1990, 5, 17)) -> str:
    """A number that can be true and was given to nobody before in this run."""
    days, order = divmod(next(_numbers), 999)
    day = born - timedelta(days=days)
    return citizen_number_of(f"511602{day:%Y%m%d}{order + 1:03d}")


def make_person(*, name: str = "王芳", number: str = "", **detail: Any) -> Person:
    number = number or make_number()
    read = read_citizen_number(number)
    assert read is not None
    person = Person.objects.create(masked_name=mask_name(name))
    record(actor=ARRANGING, verb="test.arranged", subjects=[person.pk])
    made = PersonDetail(
        subject_id=person.pk,
        name=name,
        citizen_number=number,
        birth_date=read.birth_date,
        sex=read.sex,
        **detail,
    )
    made.save(force_insert=True)
    PersonNumber.objects.create(
        digest=blind_index("citizen", number), person=person, kind="citizen"
    )
    mark_household(person.pk, detail.get("household_address", ""))
    mark_details(made)
    close_gate()
    return person


def make_citizen(*, person: Person | None = None, proven: bool = True, **fields: Any) -> Account:
    if person is None and proven:
        person = make_person()
    fields.setdefault("username", f"citizen-{next(_numbers)}")
    account = Account.objects.create_user(password=PASSWORD, person=person, **fields)
    if person is not None:
        record(actor=ARRANGING, verb=PROVEN, on=account, subjects=[person.pk])
        close_gate()
    return account


def make_organisation(**fields: Any) -> Organisation:
    number = next(_numbers)
    made = Organisation(
        **{"name": f"Paper mill {number}", "credit_code": f"TEST{number:014d}", **fields}
    )
    enter_organisation(actor=ARRANGING, organisation=made)
    close_gate()
    return made


def make_mandate(**fields: Any) -> Mandate:
    """A mandate of a month unless its days are named."""
    until = timezone.localdate() + timedelta(days=30)
    made = Mandate(**{"valid_to": until, "evidence": "TEST-1", **fields})
    enter_mandate(actor=ARRANGING, mandate=made)
    close_gate()
    return made


def end_mandate(mandate: Mandate) -> None:
    """Whoever gave it takes it back."""
    firm = mandate.for_organisation
    giver = firm.legal_representative if firm else mandate.for_person
    assert giver is not None
    account = Account.objects.filter(person=giver).first() or make_citizen(person=giver)
    withdraw_mandate(actor=citizen_actor(account), mandate_id=mandate.pk)
    close_gate()


def make_department(**fields: Any) -> Department:
    number = next(_numbers)
    region, _ = Region.objects.get_or_create(
        code="511602000000",
        defaults={"name": "广安区", "full_name": "四川省广安市广安区", "level": 3},
    )
    return Department.objects.create(
        **{"code": f"T-{number:06d}", "name": f"Office {number}", "region": region, **fields}
    )


def make_staff(*, private_person: Person | None = None, **fields: Any) -> Account:
    """An officer's account; its power of administration comes with the posting (`make_posting`)."""
    fields.setdefault("username", f"staff-{next(_numbers)}")
    with transaction.atomic():
        made = Account.objects.create_user(password=PASSWORD, kind="staff", **fields)
        record(actor=ARRANGING, verb=ACCOUNT_ENTERED, on=made)
        if private_person is not None:
            link(made, private_person)
    return made


def link(account: Account, person: Person) -> None:
    """The officer is this citizen, as the first administrators of the test said and confirmed."""
    system, security = _administrators()
    with transaction.atomic():
        entered = OfficerLink(account=account, person=person, entered_by_id=system.account_id)
        note(officer_actor(system), OFFICER_LINKED, entered)
        entered.save(force_insert=True)
        confirm_link(actor=officer_actor(security), link_id=entered.pk)
    account.refresh_from_db()
    close_gate()


def make_posting(
    *,
    capacity: str = "clerk",
    department: Department | None = None,
    account: Account | None = None,
    **fields: Any,
) -> Posting:
    """In force since yesterday. Entered and confirmed by the first administrators of the test; with
    `confirmed_at=None` it waits."""
    with transaction.atomic():
        department = department or make_department()
        system, security = _administrators(department)
        confirmed_at = fields.pop("confirmed_at", timezone.now())
        account, power = account or make_staff(), ADMINISTRATION_OF.get(capacity)
        if power and account.administration is None:
            account.administration = power
            account.save(update_fields=["administration"])
        posting = Posting.objects.create(
            account=account,
            department=department,
            capacity=capacity,
            entered_by_id=system.account_id,
            **{
                "officer_code": f"T{next(_numbers):05d}",
                "valid_from": timezone.localdate() - timedelta(days=1),
                **fields,
            },
        )
        record(actor=officer_actor(system), verb="posting.entered", on=posting)
        if confirmed_at is not None:
            posting.confirmed_by_id, posting.confirmed_at = security.account_id, confirmed_at
            posting.save(update_fields=["confirmed_by", "confirmed_at"])
            record(actor=officer_actor(security), verb="posting.confirmed", on=posting)
    return posting


def _administrators(department: Department | None = None) -> tuple[Posting, Posting]:
    """Who enters and who confirms all postings of a test; made with the first of them."""
    pair = Posting.objects.filter(officer_code__in=(ENTERS, CONFIRMS)).select_related("department")
    found = {one.officer_code: one for one in pair}
    if not found:
        department = department or make_department()
        return (
            make_first_post(Capacity.SYSADMIN, department, ENTERS),
            make_first_post(Capacity.SECADMIN, department, CONFIRMS),
        )
    return found[ENTERS], found[CONFIRMS]


def make_first_post(
    capacity: Capacity, department: Department, code: str, **fields: Any
) -> Posting:
    """A job enters it confirmed, as it may the first of each."""
    with transaction.atomic():
        account = make_staff(username=code)
        account.administration = ADMINISTRATION_OF[capacity]
        account.save(update_fields=["administration"])
        first = Posting.objects.create(
            account=account,
            department=department,
            capacity=capacity,
            officer_code=code,
            confirmed_at=timezone.now(),
            **{"valid_from": timezone.localdate() - timedelta(days=1), **fields},
        )
        record(actor=ARRANGING, verb="posting.entered", on=first)
    return first


def end_post(posting: Posting) -> None:
    """The posting was over yesterday."""
    system, _security = _administrators()
    with transaction.atomic():
        yesterday = timezone.localdate() - timedelta(days=1)
        end_posting(actor=officer_actor(system), posting=posting, on=yesterday)


def make_post_of(actor: Actor) -> Posting:
    """The posting an officer of a test acts in, and the account and department of it."""
    return make_posting(
        capacity=str(actor.capacity),
        department=make_department(code=actor.department_code),
        account=make_staff(id=actor.account_id),
        officer_code=actor.label,
    )


def citizen_actor(account: Account, **fields: Any) -> Actor:
    return Actor(
        account_id=account.pk,
        label="",
        capacity=Capacity.CITIZEN,
        person_id=account.person_id,
        sign_in="test",
        **fields,
    )


def officer_actor(posting: Posting, **fields: Any) -> Actor:
    """The officer at work, whose code was checked this moment unless `proven_at` says otherwise."""
    return Actor(
        account_id=posting.account_id,
        label=posting.officer_code,
        capacity=Capacity(posting.capacity),
        department_code=posting.department.code,
        region_code=posting.department.region_id,
        **{"sign_in": "test", "proven_at": timezone.now(), **fields},
    )


def sign_in(
    client: Client, account: Account, *, second_factor: bool = True, fresh: bool = True
) -> None:
    """Sign in at the account's own door, as if password and code had been entered at this moment,
    or long ago if not `fresh`."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, account, backend="identity.backends.DoorBackend")
    if account.kind == "staff" and second_factor:
        checked = {"method": "mfa", "type": "totp", "at": time.time() if fresh else 0}
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [checked]
        request.session["account_authentication_methods_user"] = str(account.pk)
    request.session.save()
    staff = account.kind == "staff"
    name, path = ("portal_staff", "/admin/") if staff else ("sessionid", "/")
    client.cookies[name] = request.session.session_key
    client.cookies[name]["path"] = path


def make_protected(person: Person) -> ProtectedPerson:
    """Put somebody under protection by another human being's hand."""
    keeper = officer_actor(make_posting(capacity="secadmin"))
    number = PersonNumber.objects.get(person=person)
    record(actor=ARRANGING, verb="test.arranged", subjects=[keeper.account])
    protection = ProtectedPerson.objects.create(
        digest=number.digest,
        masked_number="511***********42",
        ground="witness",
        entered_by_id=keeper.account,
    )
    record(actor=keeper, verb="protection.begun", on=protection)
    close_gate()
    return protection
