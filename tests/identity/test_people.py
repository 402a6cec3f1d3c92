"""Registering, proving who one is, and what the database itself refuses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from pytest_django.asserts import assertContains, assertRedirects

from audit.models import AuditEntry
from audit.trail import record
from identity.models import (
    Account,
    Assurance,
    Person,
    PersonDetail,
    PersonNumber,
    Posting,
    RecordSource,
    RecordType,
)
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    PASSWORD,
    make_citizen,
    make_organisation,
    make_person,
    make_posting,
    make_staff,
    sign_in,
)

pytestmark = pytest.mark.django_db

SUN_LI = "511699199901302660"


@pytest.fixture
def register():
    kind = RecordType.objects.create(code="household", name_zh="户籍", name_en="Household")
    return RecordSource.objects.create(
        code="household", name_zh="公安", name_en="Police", record_type=kind, endpoint="sample:"
    )


@pytest.fixture
def newcomer(client, register):
    account = make_citizen(proven=False)
    sign_in(client, account)
    return account


def prove(client, name="孙丽", number=SUN_LI):
    return client.post("/account/real-name/", {"name": name, "number": number})


class TestRegistering:
    def test_a_name_and_a_password_make_an_account_that_asks_who_you_are(self, client):
        answer = client.post(
            "/account/register/", {"username": "sun.li", "password1": PASSWORD, "email": ""}
        )

        assertRedirects(answer, "/account/real-name/", fetch_redirect_response=False)
        account = Account.objects.get()
        assert (account.kind, account.person) == ("citizen", None)
        assert account.language == "zh-hans"
        way = client.get("/my/own/").headers["Location"]
        assert way == "/account/real-name/?next=%2Fmy%2Fown%2F"

    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("sun.li", "short"),
            ("sun.li", "password1234"),
            ("sun.li.is.here", "sun.li.is.here"),
            ("13800138000", PASSWORD),
            ("511699199901302660", PASSWORD),
            ("ad", PASSWORD),
            ("admin", PASSWORD),
            ("孙丽在这里", PASSWORD),
            ("a\u3000b.c", PASSWORD),
            ("", PASSWORD),
            ("a" * 41, PASSWORD),
        ],
    )
    def test_weak_passwords_and_names_that_tell_who_one_is_are_not_taken(
        self, client, username, password
    ):
        answer = client.post(
            "/account/register/", {"username": username, "password1": password, "email": ""}
        )

        assert answer.status_code == 200
        assert 'aria-invalid="true"' in answer.content.decode()
        assert not Account.objects.exists()

    def test_a_known_address_is_not_told_from_an_unknown_one(self, client):
        EmailAddress.objects.create(
            user=make_citizen(), email="known@example.org", verified=True, primary=True
        )

        answers = [
            type(client)().post(
                "/account/register/",
                {"username": name, "password1": PASSWORD, "email": f"{name}@example.org"},
            )
            for name in ("known", "unknown")
        ]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]


class TestProving:
    def test_name_and_number_make_a_person_tied_to_the_account(self, client, newcomer):
        answer = prove(client)

        assertRedirects(answer, "/my/", fetch_redirect_response=False)
        newcomer.refresh_from_db()
        assert newcomer.person.masked_name == "孙*"
        assert Assurance.objects.get().account_id == newcomer.pk
        entry = AuditEntry.objects.get(verb="person.proven")
        assert entry.actor == newcomer.pk

    def test_the_details_lie_behind_the_gate_and_the_number_is_sealed(self, client, newcomer):
        prove(client)
        newcomer.refresh_from_db()
        close_gate()

        record(actor=ARRANGING, verb="test.arranged", subjects=[newcomer.person_id])
        detail = PersonDetail.objects.get()

        assert (detail.name, detail.sex, str(detail.birth_date)) == ("孙丽", "female", "1999-01-30")
        assert str(detail.citizen_number) == "511*************60"
        assert detail.citizen_number.open_unrecorded() == SUN_LI

    def test_a_person_known_already_is_found_and_not_made_again(self, client, newcomer):
        known = make_person(name="孙丽", number=SUN_LI)

        prove(client, number=f" {SUN_LI[:6]} {SUN_LI[6:]} ")

        newcomer.refresh_from_db()
        assert newcomer.person == known
        assert Person.objects.count() == 1

    def test_disagreement_stranger_and_taken_person_are_one_answer(self, client, newcomer):
        taken = make_citizen(person=make_person(name="吴桂兰", number="511699195810050826"))

        answers = [
            prove(client, "李四", SUN_LI),
            prove(client, "孙丽", "511699195810050826"),
            prove(client, "吴桂兰", "511699195810050826"),
        ]

        for answer in answers:
            assertContains(answer, "姓名和身份证号对不上")
        newcomer.refresh_from_db()
        assert newcomer.person is None
        assert taken.person.account == taken
        assert AuditEntry.objects.filter(verb="person.not_proven", outcome="refused").count() == 3

    def test_what_was_typed_is_kept_for_correction(self, client, newcomer):
        answer = prove(client, "孙丽", "51169919990130266")

        assertContains(answer, 'value="孙丽"')
        assertContains(answer, 'aria-invalid="true"')

    def test_guessing_ends_after_five_attempts(self, client, newcomer):
        for _attempt in range(5):
            prove(client, "李四")

        answer = prove(client)

        assertContains(answer, "identity.too_many_attempts", status_code=429)
        assert not Assurance.objects.exists()

    def test_a_register_that_is_down_proves_nobody(self, client, newcomer, register):
        register.enabled = False
        register.save()

        assert prove(client).status_code == 503
        assert not Person.objects.exists()

    def test_once_proven_is_proven(self, client, newcomer):
        prove(client)

        assert client.get("/account/real-name/").status_code == 302
        assert prove(client, "吴桂兰", "511699195810050826").status_code == 302
        assert Person.objects.count() == 1


class TestResettingAPassword:
    def ask(self, client, email, door=""):
        return client.post(f"{door}/account/password/reset/", {"email": email})

    def test_the_answer_is_the_same_for_known_and_unknown(self, client):
        EmailAddress.objects.create(user=make_citizen(), email="known@example.org", verified=True)

        answers = [self.ask(client, f"{name}@example.org") for name in ("known", "unknown")]

        assert [a.status_code for a in answers] == [302, 302]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert [sent.to for sent in mail.outbox] == [["known@example.org"]]

    def test_the_link_sets_a_new_password_once(self, client):
        account = make_citizen(username="li.xiao")
        EmailAddress.objects.create(user=account, email="li@example.org", verified=True)
        self.ask(client, "li@example.org")
        link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]

        page = client.get(link, follow=True)
        client.post(
            page.request["PATH_INFO"],
            {"password1": "willow-lamp-9-stone", "password2": "willow-lamp-9-stone"},
        )

        account.refresh_from_db()
        assert account.check_password("willow-lamp-9-stone")
        assertContains(client.get(link, follow=True), "这个链接用过了")

    @pytest.mark.parametrize(("door", "kind"), [("", "staff"), ("/admin", "citizen")])
    def test_no_mail_goes_to_accounts_of_the_other_door(self, client, door, kind):
        account = make_staff() if kind == "staff" else make_citizen()
        EmailAddress.objects.create(user=account, email="x@example.org", verified=True)

        assert self.ask(client, "x@example.org", door).status_code == 302
        assert mail.outbox == []

    def test_a_new_officer_without_a_password_gets_one_this_way(self, client):
        account = make_staff()
        account.set_unusable_password()
        account.save()
        EmailAddress.objects.create(user=account, email="new@example.org", verified=True)

        self.ask(client, "new@example.org", "/admin")

        assert "/admin/account/password/reset/" in mail.outbox[0].body


class TestTheDatabaseItself:
    def refuses(self, act, error=IntegrityError):
        with pytest.raises(error), transaction.atomic():
            act()

    def test_staff_is_never_a_person(self):
        person = make_person()

        self.refuses(lambda: make_staff(person=person))

    def test_a_citizen_never_holds_a_posting(self):
        citizen = make_citizen()

        self.refuses(lambda: make_posting(account=citizen))

    def test_an_officer_with_a_posting_cannot_be_turned_into_a_citizen(self):
        posting = make_posting()
        rows = Account.objects.filter(pk=posting.account_id)

        self.refuses(lambda: rows.update(kind="citizen"), ProgrammingError)

    @pytest.mark.parametrize(
        ("one", "two"),
        [("sysadmin", "secadmin"), ("secadmin", "supervisor"), ("supervisor", "sysadmin")],
    )
    def test_two_powers_of_administration_never_meet_in_one_account(self, one, two):
        posting = make_posting(capacity=one)

        self.refuses(lambda: make_posting(capacity=two, account=posting.account))
        rows = Posting.objects.filter(pk=posting.pk)
        self.refuses(lambda: rows.update(capacity=two), ProgrammingError)

    def test_a_power_stays_bound_while_any_posting_tells_of_it(self):
        posting = make_posting(capacity="sysadmin", valid_from="2020-01-01", valid_to="2020-02-01")

        rows = Account.objects.filter(pk=posting.account_id)
        self.refuses(lambda: rows.update(administration="audit"), ProgrammingError)

    def test_a_number_belongs_to_one_person(self):
        person = make_person(number=SUN_LI)
        digest = PersonNumber.objects.get(person=person).digest

        self.refuses(
            lambda: PersonNumber(digest=digest, person=make_person(), kind="other").save(
                force_insert=True
            )
        )

    def test_an_officer_code_is_given_once(self):
        posting = make_posting()

        self.refuses(lambda: make_posting(officer_code=posting.officer_code))

    def test_a_register_answers_over_https_or_from_the_sample(self, register):
        self.refuses(lambda: RecordSource.objects.update(endpoint="http://register.example/"))

    @pytest.mark.parametrize("model", [Person, Posting, Assurance])
    def test_what_has_to_be_explained_later_cannot_be_deleted(self, model):
        self.refuses(lambda: model.objects.all()._raw_delete(model.objects.db), ProgrammingError)

    def test_a_proof_of_identity_cannot_be_changed(self):
        self.refuses(lambda: Assurance.objects.update(level="in_person"), ProgrammingError)

    def test_details_are_an_error_for_whoever_recorded_nobody(self):
        make_person()

        self.refuses(lambda: PersonDetail.objects.count(), ProgrammingError)

    def test_details_of_somebody_else_are_not_there(self):
        one, two = make_person(), make_person()
        record(actor=ARRANGING, verb="test.arranged", subjects=[one.pk])

        assert not PersonDetail.objects.filter(pk=two.pk).exists()


def test_a_firm_keeps_its_name_in_the_public_register_only():
    firm = make_organisation()

    assert {field.name for field in firm._meta.fields} == {
        "id",
        "name",
        "credit_code",
        "kind",
        "legal_representative",
        "address",
    }


def test_an_account_holds_nothing_personal():
    assert {field.name for field in Account._meta.fields} == {
        "id",
        "password",
        "last_login",
        "is_superuser",
        "username",
        "kind",
        "person",
        "private_person",
        "administration",
        "language",
        "is_active",
        "created_at",
    }
