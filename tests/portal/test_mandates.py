"""Whoever gave a mandate takes it back, in their own space."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEntry, AuditSubject
from tests.factories.identity import (
    make_citizen,
    make_mandate,
    make_organisation,
    make_person,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client):
    account = make_citizen(person=make_person(name="李晓"))
    sign_in(client, account)
    return account


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def give_mandate(giver, **fields):
    return make_mandate(
        **{
            "holder": make_person(name="王芳"),
            "for_person": giver.person,
            "item_codes": ["CN014"],
            "verbs": ["view", "submit"],
            "valid_to": timezone.localdate() + timedelta(days=9),
            **fields,
        }
    )


def test_who_gave_a_mandate_takes_it_back_after_being_asked_once_more(client, citizen):
    mandate = give_mandate(citizen)
    address = f"/my/mandates/{mandate.pk}/end/"
    assert f'href="{address}"' in text(client.get("/my/mandates/"))

    text(client.get(address))
    mandate.refresh_from_db()
    assert mandate.revoked_at is None
    assert client.post(address).headers["Location"] == "/my/mandates/"

    mandate.refresh_from_db()
    assert mandate.revoked_at is not None
    entry = AuditEntry.objects.get(verb="mandate.withdrawn")
    assert (entry.object_id, entry.purpose_kind) == (str(mandate.pk), "own")
    about = set(AuditSubject.objects.filter(entry_id=entry.pk).values_list("subject", flat=True))
    assert about == {citizen.person_id, mandate.holder_id}
    assert client.post(address).status_code == 404


def test_a_mandate_of_ones_firm_can_be_taken_back_too(client, citizen):
    firm = make_organisation(legal_representative=citizen.person)
    mandate = give_mandate(citizen, for_person=None, for_organisation=firm)

    client.post(f"/my/mandates/{mandate.pk}/end/")

    mandate.refresh_from_db()
    assert mandate.revoked_at is not None


def test_nobody_else_takes_a_mandate_back(client, citizen):
    held = give_mandate(make_citizen(), holder=citizen.person)
    foreign = give_mandate(make_citizen())

    for mandate in (held, foreign):
        assert client.get(f"/my/mandates/{mandate.pk}/end/").status_code == 404
        assert client.post(f"/my/mandates/{mandate.pk}/end/").status_code == 404
        mandate.refresh_from_db()
        assert mandate.revoked_at is None
