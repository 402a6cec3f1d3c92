"""The plain tables of the back office: recorded, without deletion, without anything personal."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import RequestFactory

from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry, AuditSubject
from identity.actions.enter_posting import enter_posting
from identity.admin.accounts import AccountAdmin
from identity.admin.kept import KeptAdmin
from identity.admin.postings import PostingAdmin
from identity.admin.registers import RecordSourceAdmin
from identity.models import (
    Account,
    OfficerLink,
    Person,
    PersonDetail,
    Posting,
    RecordSource,
    RecordType,
)
from identity.rights import post_of
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_department,
    make_number,
    make_person,
    make_posting,
    make_staff,
    officer_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_sysadmin():
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    request = RequestFactory().post("/admin/")
    request.user, request.actor = posting.account, officer_actor(posting)
    request.user.post_in_use = post_of(request.actor)
    return request


def save(kind, request, obj, *, change, **values):
    table = kind(type(obj), admin.site)
    form_class = table.get_form(request, obj if change else None, change=change)
    form = form_class(values, instance=obj)
    assert form.is_valid(), form.errors
    table.save_model(request, form.save(commit=False), form, change)
    log = table.log_change if change else table.log_addition
    log(request, obj, table.construct_change_message(request, form, [], not change))


def test_a_new_account_is_staffs_and_starts_without_a_password(request_of_sysadmin):
    save(
        AccountAdmin,
        request_of_sysadmin,
        Account(),
        change=False,
        username="new.officer",
        language="zh-hans",
        is_active="on",
        email="New@example.org",
    )

    account = Account.objects.get(username="new.officer")
    assert (account.kind, account.has_usable_password()) == ("staff", False)
    address = EmailAddress.objects.get(user=account)
    assert (address.email, address.verified, address.primary) == ("new@example.org", False, True)
    entry = AuditEntry.objects.get(verb="table.added")
    assert (entry.actor, entry.object_kind, entry.object_id, entry.purpose) == (
        request_of_sysadmin.user.pk,
        "identity.account",
        str(account.pk),
        "tables",
    )
    kept = AuditDetail.objects.get(entry_id=entry.pk).body
    assert kept == {"columns": ["email", "username"]}


def test_the_table_says_who_an_officer_is_as_a_citizen(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)
    number, officer = make_number(), make_staff()
    address = f"/admin/identity/account/{officer.pk}/change/"
    form = {"username": officer.username, "language": "zh-hans", "is_active": "on"}

    wrong = client.post(address, {**form, "number": "511602199005171235"})
    unknown = client.post(address, {**form, "number": number}, follow=True)
    person = make_person(number=number)
    known = client.post(address, {**form, "number": f" {number.lower()} "}, follow=True)

    assert "number" in wrong.context["adminform"].form.errors
    assert len(list(unknown.context["messages"])) == 2
    assert len(list(known.context["messages"])) == 2
    link = OfficerLink.objects.get(account=officer)
    assert (link.person, link.entered_by, link.confirmed_at) == (person, posting.account, None)
    officer.refresh_from_db()
    assert officer.private_person is None
    page = client.get(address).content.decode()
    assert number not in page
    assert person.masked_name not in page
    assert 'name="number"' not in page


def test_a_citizens_account_takes_no_number(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)
    number, citizen = make_number(), make_citizen()
    make_person(number=number)

    answer = client.post(
        f"/admin/identity/account/{citizen.pk}/change/", {"is_active": "on", "number": number}
    )

    citizen.refresh_from_db()
    assert (answer.status_code, citizen.private_person) == (302, None)


def test_a_citizens_account_is_found_by_its_whole_name_and_its_holder_is_named(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)
    citizen, other = make_citizen(), make_citizen()
    table = "/admin/identity/account/"
    looks = AuditEntry.objects.filter(verb="account.viewed")

    for address in (table, f"{table}?q={citizen.username[:-1]}", f"{table}?kind__exact=citizen"):
        page = client.get(address).content.decode()
        assert citizen.username not in page.replace(f'value="{citizen.username[:-1]}"', "")
    assert not looks.exists()

    found = client.get(f"{table}?q={citizen.username}").content.decode()
    opened = client.get(f"{table}{citizen.pk}/change/")

    assert f"{citizen.pk}/change/" in found
    assert other.username not in found
    assert opened.status_code == 200
    about = AuditSubject.objects.filter(entry_id__in=looks.values("pk"))
    assert [one.subject for one in about] == [citizen.person_id] * 2


def test_a_change_is_recorded_and_the_editable_log_stays_empty(request_of_sysadmin):
    kind = RecordType.objects.create(code="household", name_zh="户籍", name_en="Household")
    source = RecordSource.objects.create(
        code="household", name_zh="公安", name_en="Police", record_type=kind, endpoint="sample:"
    )

    save(
        RecordSourceAdmin,
        request_of_sysadmin,
        source,
        change=True,
        code="household",
        name_zh="公安",
        name_en="Police",
        record_type="household",
        endpoint="https://register.example/",
    )

    source.refresh_from_db()
    assert (source.endpoint, source.enabled) == ("sample:", False)
    entry = AuditEntry.objects.get(verb="table.changed", object_kind="identity.recordsource")
    assert AuditDetail.objects.get(entry_id=entry.pk).body == {"columns": ["enabled"]}
    assert not LogEntry.objects.exists()


def test_a_posting_entered_in_the_table_waits_to_be_confirmed(request_of_sysadmin):
    officer, department = make_staff(), make_department()

    save(
        PostingAdmin,
        request_of_sysadmin,
        Posting(),
        change=False,
        account=officer.pk,
        department=department.pk,
        capacity="clerk",
        officer_code="T-1",
        valid_from="2026-01-01",
    )

    posting = Posting.objects.get(account=officer)
    assert (posting.entered_by, posting.confirmed_at) == (request_of_sysadmin.user, None)
    entered = AuditEntry.objects.filter(verb="posting.entered", actor=request_of_sysadmin.user.pk)
    assert entered.count() == 1
    assert not AuditEntry.objects.filter(verb__startswith="table.").exists()


def test_a_posting_for_a_citizen_is_refused(request_of_sysadmin):
    citizen = make_citizen()

    with pytest.raises(Refused) as refusal:
        enter_posting(
            actor=request_of_sysadmin.actor,
            posting=Posting(
                account=citizen, department=make_department(), capacity="clerk", officer_code="X"
            ),
        )

    assert refusal.value.code == "identity.posting_for_staff_only"
    assert not Posting.objects.filter(account=citizen).exists()


def test_a_second_power_for_one_account_is_refused_in_words(request_of_sysadmin):
    holder = request_of_sysadmin.user

    with pytest.raises(Refused) as refusal:
        enter_posting(
            actor=ARRANGING,
            posting=Posting(
                account=holder,
                department=make_department(),
                capacity="secadmin",
                officer_code="X",
            ),
        )

    assert refusal.value.code == "identity.powers_are_separate"
    assert holder.postings.count() == 1


@pytest.mark.parametrize(("first", "second"), [("sysadmin", "clerk"), ("clerk", "supervisor")])
def test_who_administers_works_no_cases(first, second):
    holder = enter_posting(actor=ARRANGING, posting=make_posting(capacity=first)).account
    other = Posting(account=holder, department=make_department(), capacity=second, officer_code="X")

    with pytest.raises(Refused) as refusal:
        enter_posting(actor=ARRANGING, posting=other)

    assert refusal.value.code == "identity.powers_are_separate"
    assert holder.postings.count() == 1


def test_nobody_enters_a_posting_of_their_own(request_of_sysadmin):
    own = Posting(
        account=request_of_sysadmin.user,
        department=make_department(),
        capacity="sysadmin",
        officer_code="X",
    )

    with pytest.raises(Refused) as refusal:
        enter_posting(actor=request_of_sysadmin.actor, posting=own)

    assert (refusal.value.code, refusal.value.status) == ("identity.not_your_own_posting", 403)
    assert request_of_sysadmin.user.postings.count() == 1


def test_the_first_power_binds_the_account(request_of_sysadmin):
    officer = make_staff()

    enter_posting(
        actor=request_of_sysadmin.actor,
        posting=Posting(
            account=officer,
            department=make_department(),
            capacity="supervisor",
            officer_code="X",
        ),
    )

    officer.refresh_from_db()
    assert officer.administration == "audit"


def test_nothing_can_be_deleted_and_no_person_is_shown(request_of_sysadmin):
    own = [one for one in admin.site._registry.values() if isinstance(one, KeptAdmin)]

    assert len(own) >= 4
    assert not [one for one in own if one.has_delete_permission(request_of_sysadmin)]
    assert not {Person, PersonDetail} & set(admin.site._registry)


def test_ending_a_posting_in_the_table_is_recorded(request_of_sysadmin):
    posting = make_posting()

    save(
        PostingAdmin,
        request_of_sysadmin,
        posting,
        change=True,
        valid_from=posting.valid_from,
        valid_to=posting.valid_from,
    )

    assert AuditEntry.objects.get(verb="posting.ended").purpose == "postings"


@pytest.mark.parametrize("make", [make_citizen, make_staff])
def test_no_administrator_gives_a_living_account_another_address(request_of_sysadmin, make):
    account = make()

    save(
        AccountAdmin,
        request_of_sysadmin,
        account,
        change=True,
        username=account.username,
        language="zh-hans",
        is_active="on",
        email="thief@example.org",
    )

    assert not EmailAddress.objects.exists()
