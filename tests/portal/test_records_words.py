"""What registers said is told as forms show it: days, figures with units, names of services."""

import pytest
from django.utils import translation

from catalog.models import DataElement
from identity.models import RecordFetch, RecordSource, RecordType
from portal.myspace.records import asked_about, known_value
from tests.factories.catalog import make_item
from tests.factories.identity import make_citizen, sign_in

YEARS = {"unit": {"zh": "{}年", "en": "{} year|{} years"}}


@pytest.mark.parametrize(
    ("kind", "constraints", "said", "zh", "en"),
    [
        ("date", {}, "1943-05-07", "1943年5月7日", "7 May 1943"),
        ("date", {}, "1943-02-30", "1943-02-30", "1943-02-30"),
        ("area", {}, 46, "46平方米", "46 m²"),
        ("number", YEARS, 1, "1年", "1 year"),
        ("number", YEARS, 2.5, "2.5年", "2.5 years"),
        ("text", {}, "广安区", "广安区", "广安区"),
        ("number", YEARS, None, "", ""),
    ],
)
def test_a_value_of_a_register_is_read_as_people_write_it(kind, constraints, said, zh, en):
    element = DataElement(code="x", name="x", kind=kind, constraints=constraints)

    with translation.override("zh-hans"):
        assert known_value("x", said, element).value == zh
    with translation.override("en"):
        assert known_value("x", said, element).value == en


@pytest.mark.django_db
def test_for_which_service_a_register_was_asked_is_said_by_name(client):
    citizen = make_citizen()
    item = make_item(name="居住证申领")
    kind = RecordType.objects.create(code="household", name_zh="户口", name_en="Household")
    source = RecordSource.objects.create(
        code="household", name_zh="人口登记", name_en="", record_type=kind, endpoint="sample:"
    )
    asked = {"subject_id": citizen.person_id, "source": source, "milliseconds": 1}
    RecordFetch.objects.create(item_code=item.code, outcome="answered", **asked)
    sign_in(client, citizen)

    page = client.get("/my/records/").content.decode()

    assert [(one.item, one.register) for one in asked_about([citizen.person_id])] == [
        ("居住证申领", "人口登记")
    ]
    assert "居住证申领" in page
    assert item.code not in page
