"""From the guide to the receipt, through the pages, as a citizen goes."""

import pytest
from django.utils import timezone

from applications.models import Application, Holder, Step
from applications.states import State
from tests.factories.citizen import (
    jpeg,
    make_li_xiao,
    make_mill,
    make_registers,
    make_release,
    pdf,
    told_in,
    upload,
)
from tests.factories.identity import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def citizen(client):
    make_release("CN014")
    make_registers()
    account = make_li_xiao()
    sign_in(client, account)
    return account


def the_case() -> Application:
    return Application.objects.get()


def post(client, address, **data):
    return client.post(address, data)


def test_a_residence_permit_goes_from_the_first_click_to_the_receipt(client, citizen):
    begun = post(client, "/apply/CN014/")
    case = the_case()
    here = f"/apply/{case.reference}/"
    assert begun.headers["Location"] == f"{here}resume/"
    assert client.get(f"{here}resume/").headers["Location"] == f"{here}consent/"
    assert "household" in client.get(f"{here}consent/").content.decode()

    assert post(client, f"{here}consent/", answer="yes").headers["Location"] == f"{here}you/"
    known = client.get(f"{here}you/").content.decode()
    assert "李晓" in known
    assert "500*************65" in known
    assert "500199199603081265" not in known

    onward = post(client, f"{here}you/", shown="phone", phone="138 0013 8000")
    assert onward.headers["Location"] == f"{here}home/"
    onward = post(client, f"{here}home/", shown="tenure", tenure="rent")
    assert onward.headers["Location"] == f"{here}ground/"
    onward = post(client, f"{here}ground/", shown="ground", ground="job")
    assert onward.headers["Location"] == f"{here}delivery/"
    done = post(client, f"{here}delivery/", shown="delivery", delivery="collect")
    assert done.headers["Location"] == f"{here}materials/"

    papers = client.post(f"{here}materials/", {"file-photo": upload(jpeg()), "then": "check"})
    assert papers.headers["Location"] == f"{here}check/"
    assert client.get(f"{here}check/").status_code == 200

    handed = post(client, f"{here}check/", declared="yes")
    assert handed.headers["Location"] == f"{here}receipt/"
    case.refresh_from_db()
    assert case.state == State.SUBMITTED
    assert case.due_on > timezone.localdate()
    receipt = client.get(f"{here}receipt/").content.decode()
    assert case.reference in receipt
    assert case.track_code in receipt
    assert Step.objects.filter(application=case, state="open").count() == 1
    assert Holder.objects.get(application=case, until=None).kind == "department"
    assert told_in(case, "phone") == "13800138000"


ANSWERS = {
    "text": "安和九号楼一单元",
    "long_text": "照指南写的内容，写清楚做什么、多大规模。",
    "address": "广安区思源大道12号3栋302室",
    "phone": "13800138000",
    "date": "2024-03-01",
    "citizen_number": "11010519491231002X",
    "credit_code": "91511602MA68A10016",
    "bank_account": "6228480402564890018",
    "yes_no": "yes",
    "whole_number": "3",
    "number": "60",
    "area": "48",
    "money": "3200",
}


def fitting_answer(field, kinds) -> str:
    return field.options[0][0] if field.options else ANSWERS[kinds[field.key]]


def fill_in(client, reference: str) -> str:
    """Walk from page to page, answering whatever is asked; returns where the form ends."""
    address = client.get(f"/apply/{reference}/resume/").headers["Location"]
    if address.endswith("/consent/"):
        address = client.post(address, {"answer": "yes"}).headers["Location"]
    for _ in range(30):
        page = client.get(address)
        if page.status_code == 302:
            return page.headers["Location"]
        if "view" not in page.context:
            return address
        fields = page.context["view"].fields
        kinds = {one.key: one.kind for one in page.context["view"].page.questions}
        data = {"shown": [field.key for field in fields]}
        data.update({field.key: field.value or fitting_answer(field, kinds) for field in fields})
        address = client.post(address, data).headers["Location"]
    raise AssertionError("the form does not end")


@pytest.mark.parametrize("code", ["CN005", "CN014", "CN058", "CN065", "CN100", "CN191"])
def test_each_of_the_six_services_can_be_handed_in(client, code):
    make_release(code)
    make_registers()
    account = make_li_xiao()
    make_mill(account)
    sign_in(client, account)
    begun = client.post(f"/apply/{code}/")
    if begun.status_code == 200:
        chosen = begun.context["subjects"][-1].id
        begun = client.post(f"/apply/{code}/", {"subject": str(chosen)})
    case = the_case()
    here = f"/apply/{case.reference}/"
    fill_in(client, case.reference)
    papers = client.get(f"{here}materials/")
    if papers.status_code == 200:
        lacking = [row["paper"] for row in papers.context["rows"] if row["paper"].is_lacking]
        data = {f"file-{paper.material.code}": fitting(paper) for paper in lacking}
        assert client.post(f"{here}materials/", data).status_code == 302
    assert client.post(f"{here}check/", {"declared": "yes"}).status_code == 302
    case.refresh_from_db()
    assert case.state == State.SUBMITTED


def fitting(paper):
    takes_photos = "image/jpeg" in paper.material.upload.types
    return upload(jpeg()) if takes_photos else upload(pdf(), "a.pdf", "application/pdf")
