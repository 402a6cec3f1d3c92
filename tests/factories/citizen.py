"""What a citizen's case needs: elements, a published release from its file, registers, a draft."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from applications.actions.start import start_application
from applications.answer_values import plain
from applications.models import Answers, Application, Queue
from audit.kernel.actors import Actor
from audit.trail import record
from catalog.loading.elements import load_elements
from catalog.models import Department, Release, ServiceItem
from catalog.schema.publish import publish_release
from catalog.selectors.definitions import definition_of
from identity.models import Account, Organisation, RecordSource, RecordType
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    citizen_actor,
    make_citizen,
    make_department,
    make_mandate,
    make_organisation,
    make_person,
)

DATA = Path(__file__).parents[2] / "catalog" / "data"
LI_XIAO = "500199199603081265"
MILL = "91511602MA68A10016"
REGISTERS = ("household", "residence", "property", "business", "insurance", "marriage", "licences")


def make_offices(content: dict[str, Any]) -> None:
    """The departments the steps name, each with its queue; names become codes."""
    for step in content["steps"]:
        name = step["department"]
        office = Department.objects.filter(name=name).first() or make_department(name=name)
        Queue.objects.get_or_create(department=office, defaults={"code": office.code})
        step["department"] = office.code


def make_release(code: str = "CN014", **changes: Any) -> Release:
    """The release of this item as its file has it, with parts of the content replaced."""
    definition_of.cache_clear()
    load_elements(DATA / "elements.json")
    file = json.loads((DATA / "releases" / f"{code}.json").read_text(encoding="utf-8"))
    content = {**file["content"], **changes}
    make_offices(content)
    department = Department.objects.get(code=content["steps"][0]["department"])
    item, _ = ServiceItem.objects.get_or_create(
        code=code,
        defaults={"name": content["name"]["zh"], "item_type": "01", "department": department},
    )
    return publish_release(
        item=item,
        content=content,
        drafted_by=uuid4(),
        approved_by=uuid4(),
        in_force_from=date(2020, 1, 1),
        is_sample=True,
    )


def make_registers(*codes: str) -> None:
    """The sample registers of these codes, all of them by default."""
    for code in codes or REGISTERS:
        kind, _ = RecordType.objects.get_or_create(
            code=code, defaults={"name_zh": f"登记{code}", "name_en": f"The {code} register"}
        )
        RecordSource.objects.get_or_create(
            code=code,
            defaults={
                "name_zh": f"登记{code}",
                "name_en": f"The {code} register",
                "record_type": kind,
                "endpoint": "sample:",
            },
        )


def make_li_xiao() -> Account:
    """A citizen the sample registers know: household, residence, insurance."""
    return make_citizen(person=make_person(name="李晓", number=LI_XIAO))


def make_mill(account: Account) -> Organisation:
    return make_organisation(
        name="广安清溪纸业有限公司",
        credit_code=MILL,
        legal_representative=account.person,
    )


def make_draft(account: Account, code: str = "CN014", **actor: Any) -> Application:
    """A draft of this citizen's; the gate is closed again."""
    started = start_application(actor=citizen_actor(account, **actor), item_code=code)
    assert isinstance(started, Application)
    close_gate()
    return started


def make_helped(owner: Account, helper: Account, code: str = "CN014") -> Application:
    """A draft about the owner that the helper fills in under a mandate."""
    tie = {"holder": helper.person, "for_person": owner.person, "item_codes": [code]}
    mandate = make_mandate(verbs=["view", "submit"], **tie)
    acting = {"on_behalf_of": owner.person_id, "mandate_id": mandate.pk}
    return make_draft(helper, code, **acting)


def values_of(application: Application) -> dict[str, Any]:
    """The answers as they lie in the database; the gate is closed again."""
    record(actor=ARRANGING, verb="test.looked", subjects=application.subjects)
    values: dict[str, Any] = Answers.objects.get(application=application).values
    close_gate()
    return values


def told_in(application: Application, key: str, part: str = "value") -> Any:
    """What lies under a question, opened if it is sealed; `part` is value or raw."""
    entry = values_of(application)[key]
    return plain(entry[part], application.pk, key)


def set_values(application: Application, **values: Any) -> None:
    record(actor=ARRANGING, verb="test.arranged", subjects=application.subjects)
    answers = Answers.objects.get(application=application)
    answers.values = {**answers.values, **values}
    answers.save()
    close_gate()


def told(value: Any) -> dict[str, Any]:
    """An answer the applicant gave."""
    return {"value": value, "source": "you", "edited": False}


def jpeg(**save: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", **save)
    return out.getvalue()


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return out.getvalue()


def pdf(**save: Any) -> bytes:
    out = BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out, **save)
    return out.getvalue()


def upload(data: bytes, name: str = "photo.jpg", content_type: str = "image/jpeg") -> Any:
    return SimpleUploadedFile(name, data, content_type=content_type)


def actor_of(account: Account) -> Actor:
    return citizen_actor(account)
