"""Under a mandate somebody works on the items it names, and opens nothing else of its giver."""

from datetime import date

import pytest

from applications.models import Application
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.selectors import subjects_of
from audit.trail import record
from identity.actions.dispute_record import dispute_record
from identity.actions.give_consent import give_consent
from identity.actions.withdraw_consent import withdraw_consent
from identity.messaging.tell import tell
from identity.models import Consent, Dispute, RecordSnapshot, RecordSource
from identity.selectors.actor import ACTING_FOR
from tests.conftest import close_gate
from tests.factories.citizen import make_registers, make_release
from tests.factories.desk import make_handed_in
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db
ITEM, OTHER = "CN100", "CN014"
WHOLE = ("access/", "licences/", "records/", "records/wrong/?source=household&element=x", "export/")


@pytest.fixture
def elder():
    return make_citizen(person=make_person(name="黄桂兰"))


@pytest.fixture
def helper():
    return make_citizen(person=make_person(name="李晓"))


@pytest.fixture
def mandate(elder, helper):
    return make_mandate(
        holder=helper.person,
        for_person=elder.person,
        item_codes=[ITEM],
        verbs=["view", "submit"],
        evidence="T-1",
        valid_from=date(2026, 1, 1),
        valid_to=date(2999, 12, 31),
    )


@pytest.fixture
def acting(client, elder, helper, mandate):
    """The helper, signed in and acting for the elder."""
    sign_in(client, helper)
    session = client.session
    session[ACTING_FOR] = str(elder.person_id)
    session.save()
    return client


@pytest.fixture
def delegate(elder, helper, mandate):
    return citizen_actor(helper, on_behalf_of=elder.person_id, mandate_id=mandate.pk)


def snapshot_of(person_id):
    make_registers("household")
    record(actor=ARRANGING, verb="test.arranged", subjects=[person_id])
    RecordSnapshot.objects.create(
        subject_id=person_id,
        source_id="household",
        payload={"person.household_address": "滨江路8号"},
        as_of="2026-01-01T00:00:00Z",
    )
    close_gate()


@pytest.mark.parametrize("page", WHOLE)
def test_no_page_of_the_givers_whole_data_opens(acting, elder, page):
    snapshot_of(elder.person_id)

    answer = acting.get(f"/my/{page}")

    assert answer.status_code == 403
    assert answer.context["refusal"].code == "identity.outside_the_mandate"
    assert "滨江路8号" not in answer.content.decode()
    assert not AuditEntry.objects.filter(verb__in=["record.viewed", "access.viewed"]).exists()


def test_nothing_is_exported_disputed_or_taken_back_by_a_page(acting, elder):
    snapshot_of(elder.person_id)
    consent = give_consent(
        actor=citizen_actor(elder),
        subject_id=elder.person_id,
        item_code=OTHER,
        record_types=["household"],
    )
    close_gate()
    element = {"source": "household", "element": "person.household_address", "statement": "错"}

    answers = [
        acting.post("/my/export/"),
        acting.post("/my/records/wrong/", element),
        acting.post("/my/records/consents/", {"consent": str(consent.pk)}),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert not AuditEntry.objects.filter(verb="data.exported").exists()


def test_the_actions_themselves_refuse_what_the_mandate_does_not_cover(delegate, elder):
    make_registers("household")
    subject = elder.person_id
    consent = give_consent(
        actor=citizen_actor(elder),
        subject_id=subject,
        item_code=ITEM,
        record_types=["household"],
    )
    close_gate()
    source = RecordSource.objects.get(code="household")
    acts = (
        lambda: dispute_record(
            actor=delegate, subject_id=subject, source=source, element="x", statement="y"
        ),
        lambda: withdraw_consent(actor=delegate, consent_id=consent.pk),
        lambda: give_consent(
            actor=delegate, subject_id=subject, item_code=OTHER, record_types=["household"]
        ),
    )

    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "identity.outside_the_mandate"

    record(actor=ARRANGING, verb="test.looked", subjects=[subject])
    assert not Dispute.objects.exists()
    assert Consent.objects.live().count() == 1
    given = give_consent(
        actor=delegate, subject_id=subject, item_code=ITEM, record_types=["residence"]
    )
    assert given.record_types == ["household", "residence"]


def test_the_space_shows_the_cases_of_the_named_items_only(acting, elder, helper):
    covered = make_handed_in(account=elder, code=ITEM)
    other = make_handed_in(account=elder, code=OTHER)

    page = acting.get("/my/")
    listed = {one["application"].reference for one in page.context["open_entries"]}

    assert listed == {covered.reference}
    text = page.content.decode()
    assert other.reference not in text
    assert "/my/licences/" not in text
    assert "/my/records/" not in text
    assert acting.get(f"/my/cases/{covered.reference}/").status_code == 200
    assert acting.get(f"/my/cases/{other.reference}/").status_code == 404
    cases = acting.get("/api/v1/cases/").json()["results"]
    assert [one["reference"] for one in cases] == [covered.reference]
    viewed = list(AuditEntry.objects.filter(verb="space.viewed"))
    assert set(subjects_of(viewed)[viewed[0].pk]) == {helper.person_id, elder.person_id}


def test_the_form_of_a_named_item_goes_on_working(acting, elder):
    make_release(ITEM)

    acting.post(f"/apply/{ITEM}/")

    assert Application.objects.get().subject_id == elder.person_id
    reference = Application.objects.get().reference
    assert acting.get(f"/apply/{reference}/resume/", follow=True).status_code == 200


def say(account, subject_id, key):
    message_id = tell(
        actor=ARRANGING,
        account_id=account.pk,
        subject_id=subject_id,
        kind="application.submitted",
        params={"reference": key, "item": "", "due_on": "2026-12-01", "track_code": ""},
        key=key,
    )
    close_gate()
    return message_id


def test_the_inbox_records_those_whose_data_it_shows(client, elder, helper, mandate):
    sign_in(client, helper)

    client.get("/my/messages/")
    say(helper, helper.person_id, "T-OWN")
    client.get("/my/messages/")

    entries = list(AuditEntry.objects.filter(verb="message.listed").order_by("id"))
    about = subjects_of(entries)
    assert [about.get(one.pk, []) for one in entries] == [[], [helper.person_id]]


def test_under_a_mandate_the_inbox_holds_what_is_about_its_giver(acting, elder, helper):
    own = say(helper, helper.person_id, "T-OWN")
    for_the_elder = say(helper, elder.person_id, "T-ELDER")

    shown = acting.get("/my/messages/").context["page"].messages

    assert [one.id for one in shown] == [for_the_elder]
    assert acting.get(f"/my/messages/{own}/").status_code == 404
    entry = AuditEntry.objects.get(verb="message.listed")
    assert subjects_of([entry])[entry.pk] == [elder.person_id]


def test_acting_for_ones_firm_shows_and_records_the_firm(client, helper):
    firm = make_organisation(legal_representative=helper.person)
    sign_in(client, helper)
    session = client.session
    session[ACTING_FOR] = str(firm.pk)
    session.save()

    for page in ("records", "licences", "access"):
        assert client.get(f"/my/{page}/").status_code == 200

    verbs = ("record.viewed", "licences.viewed", "access.viewed")
    entries = list(AuditEntry.objects.filter(verb__in=verbs))
    assert [subjects_of([one])[one.pk] for one in entries] == [[firm.pk]] * 3


def test_other_citizens_do_not_stand_among_the_officers(client, elder, delegate):
    record(actor=delegate, verb="application.saved", subjects=[elder.person_id], purpose=None)
    close_gate()
    sign_in(client, elder)

    page = client.get("/my/access/")

    assert page.context["people"].looks == []
    assert [one.is_refused for one in page.context["citizens"].looks] == [False]
    assert 'id="citizens"' in page.content.decode()


@pytest.mark.parametrize(("how", "is_read"), [("head", False), ("ahead", False), ("get", True)])
def test_a_message_is_read_when_it_is_read(client, helper, how, is_read):
    message_id = say(helper, helper.person_id, "T-OWN")
    sign_in(client, helper)
    headers = {"sec-purpose": "prefetch"} if how == "ahead" else {}
    method = "head" if how == "head" else "get"

    assert (
        getattr(client, method)(f"/my/messages/{message_id}/", headers=headers).status_code == 200
    )

    assert (client.get("/my/").context["unread"] == 0) is is_read
