"""What nobody asked about is folded; what was asked stands first. No script is needed."""

import re

import pytest

from applications.actions.request_correction import request_correction
from tests.conftest import close_gate
from tests.factories.desk import make_in_hand
from tests.factories.identity import make_citizen, make_person, officer_actor, sign_in

pytestmark = pytest.mark.django_db


def parts(page: str) -> tuple[str, str]:
    """The page outside its folds, and inside them."""
    folded = re.findall(r"<details.*?</details>", page, re.DOTALL)
    return re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL), "".join(folded)


def test_the_applicant_sees_what_was_asked_and_finds_the_rest_folded_below(client):
    account = make_citizen(person=make_person(name="李晓"))
    case, clerk = make_in_hand(account=account, school="广安中学")
    request_correction(
        actor=officer_actor(clerk),
        reference=case.reference,
        points=[{"target": "phone", "text": "号码打不通"}],
    )
    close_gate()
    sign_in(client, account)

    page = client.get(f"/apply/{case.reference}/correction/").content.decode()

    shown, folded = parts(page)
    assert 'name="phone"' in shown
    assert "号码打不通" in shown
    assert "广安中学" in folded
    assert "广安中学" not in shown
    assert "13800138000" not in folded
    assert 'name="' not in folded
    assert page.index('name="phone"') < page.index("<details")


def test_the_desk_folds_every_line_until_something_is_written_beside_it(client):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)
    here = f"/admin/desk/{case.reference}/correct/"

    shown, folded = parts(client.get(here).content.decode())
    lines = re.findall(r'name="(point_\w+)"', folded)
    assert re.findall(r'name="(point_\w+)"', shown) == []
    assert "李晓" in folded
    again = client.post(here, {lines[2]: "请改一下", "days": "10"}).content.decode()

    shown, folded = parts(again)
    assert re.findall(r'name="(point_\w+)"', shown) == [lines[2]]
    assert re.findall(r'name="(point_\w+)"', folded) == [one for one in lines if one != lines[2]]
    main = again[again.index('id="main"') :]
    assert main.index(f'name="{lines[2]}"') < main.index("<details")
    assert 'name="send"' in shown


def test_a_line_with_something_wrong_in_it_is_open_too(client):
    case, clerk = make_in_hand()
    sign_in(client, clerk.account)

    page = client.post(
        f"/admin/desk/{case.reference}/correct/", {"point_name": "长" * 501, "days": "10"}
    ).content.decode()

    shown, folded = parts(page)
    assert 'id="id_point_name"' in shown
    assert 'href="#id_point_name"' in shown
    assert 'id="id_point_name"' not in folded
