"""The front page: true with an empty catalogue, true with a full one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from applications.models import Application
from applications.states import State
from audit.kernel.actors import Actor, Capacity
from catalog.models import Alias, Department, LifeEvent, Region, Release, ServiceItem
from identity.models import Person
from portal.home.selectors import figures, life_line, most_wanted, sayings, waiting_for
from tests.factories.portal import end_case

pytestmark = [pytest.mark.urls("portal.home.urls"), pytest.mark.django_db]
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def fresh_pages() -> None:
    """Anonymous pages are kept for a while; no test may see another one's."""
    cache.clear()


def text(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en}


def content(name: str, **changes: Any) -> dict[str, Any]:
    """The content of a release with one page and one question."""
    question = {
        "key": "q", "element": "e", "title": text("问"), "hint": None, "required": True,
        "show_if": None, "kind": "text", "options": [], "schema": {}, "sensitivity": "personal",
        "record_type": None, "reason": None, "reuse": "case",
    }  # fmt: skip
    return {
        "format": 1, "name": text(name), "plain_name": text(name, f"{name} in English"),
        "summary": text("一句话"), "lead": text(""), "audience": ["person"], "online": True,
        "eligibility": [],
        "limits": {
            "statutory": None,
            "promised": {"amount": 5, "unit": "working_days", "note": None},
        },
        "fee": {"amount": 0, "text": text("不收费"), "basis": None}, "visits": 0, "basis": [],
        "contacts": {"enquiry": text("1"), "complaint": text("2"), "hall": text("3")},
        "materials": [],
        "pages": [{"slug": "p", "title": text("页"), "lead": None, "questions": [question]}],
        "steps": [], "facts": {}, "outcome": None, "faq": [], **changes,
    }  # fmt: skip


@pytest.fixture
def office() -> Department:
    region = Region.objects.create(code="511602000000", name="广安区", full_name="广安区", level=3)
    return Department.objects.create(code="TEMP-0001", name="公安局", region=region)


def offered(office: Department, code: str, **changes: Any) -> ServiceItem:
    """An item with a published release in force."""
    item = ServiceItem.objects.create(code=code, name=code, department=office, item_type="07")
    Release.objects.create(
        item=item, number=1, content=content(code, **changes), content_hash="0" * 64,
        in_force_from=date(2020, 1, 1), published_at=timezone.now(),
        drafted_by=uuid4(), approved_by=uuid4(),
    )  # fmt: skip
    return item


def case(item: ServiceItem, state: State, **changes: Any) -> Application:
    """The index row of a case: nothing personal, so no gate stands before it."""
    release = Release.objects.get(item=item)
    number = Application.objects.count()
    moment = timezone.now() - timedelta(days=2)
    values: dict[str, Any] = {
        "reference": f"YB-{number}", "track_code": f"T{number}", "subject_kind": "person",
        "masked_name": "李*",
        "submitted_at": moment, "due_on": TODAY + timedelta(days=5), "state": state,
    }  # fmt: skip
    subject = changes.get("subject_id", uuid4())
    who = {"subject_id": subject, "applicant": Person.objects.get_or_create(pk=subject)[0]}
    return Application.objects.create(item=item, release=release, **{**values, **who, **changes})


def citizen(subject_id: UUID | None) -> Actor:
    return Actor(account_id=uuid4(), label="", capacity=Capacity.CITIZEN, person_id=subject_id)


def test_an_empty_portal_still_has_a_front_page(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "<h1>今天要办什么事？</h1>" in page
    assert 'name="q"' in page
    assert 'name="code"' in page
    assert "人生一条线" not in page
    assert "大家在办" not in page


def decided(item: ServiceItem, times: int, due_on: date) -> None:
    for _time in range(times):
        end_case(case(item, State.ACCEPTED, due_on=due_on), at=timezone.now())


def test_figures_are_counted(office: Department) -> None:
    item = offered(office, "CN001")
    offered(office, "CN002", online=False)
    decided(item, 11, due_on=date(2099, 1, 1))
    decided(item, 10, due_on=date(2020, 1, 1))
    long_ago = timezone.now() - timedelta(days=31)
    end_case(case(item, State.ACCEPTED, due_on=date(2099, 1, 1)), at=long_ago)
    for _time in range(10):
        case(item, State.ACCEPTED, due_on=TODAY - timedelta(days=1))
    case(item, State.ACCEPTED, due_on=TODAY)
    found = figures(today=TODAY)
    assert (found.items, found.online) == (2, 1)
    assert (found.finished, found.in_time) == (21, 11)
    assert found.late == 10


def test_what_the_public_figures_withhold_the_front_page_withholds(
    client: Client, office: Department
) -> None:
    item = offered(office, "CN001")
    decided(item, 9, due_on=date(2099, 1, 1))
    for _time in range(9):
        case(item, State.ACCEPTED, due_on=date(2020, 1, 1))
    found = figures(today=TODAY)
    assert (found.finished, found.in_time, found.late) == (None, None, None)
    assert client.get("/").content.decode().count("不到10") == 2


def test_a_share_that_would_give_away_a_few_late_ones_is_withheld(office: Department) -> None:
    item = offered(office, "CN001")
    decided(item, 20, due_on=date(2099, 1, 1))
    decided(item, 1, due_on=date(2020, 1, 1))
    found = figures(today=TODAY)
    assert (found.finished, found.in_time) == (21, None)


def test_a_case_whose_clock_stands_still_is_not_late(office: Department) -> None:
    case(offered(office, "CN001"), State.CORRECTING, due_on=TODAY - timedelta(days=9))
    assert figures(today=TODAY).late == 0


def test_what_people_do_most_stands_first(office: Department) -> None:
    offered(office, "CN001")
    busy = offered(office, "CN002")
    case(busy, State.ACCEPTED, submitted_at=timezone.now())
    case(busy, State.ACCEPTED, submitted_at=timezone.now() - timedelta(days=31))
    cards = most_wanted(today=TODAY)
    assert [(card.code, card.recent, card.visits) for card in cards] == [
        ("CN002", 1, 0),
        ("CN001", 0, 0),
    ]


def test_only_what_works_from_start_to_end_is_put_forward(office: Department) -> None:
    offered(office, "CN001", online=False)
    offered(office, "CN002", pages=[])
    suspended = offered(office, "CN003")
    ServiceItem.objects.filter(pk=suspended.pk).update(status="suspended")
    assert most_wanted(today=TODAY) == []


def test_sayings_are_the_words_of_people_one_for_each_item(office: Department) -> None:
    one, other = offered(office, "CN001"), offered(office, "CN002")
    Alias.objects.create(item=one, words="办居住证")
    Alias.objects.create(item=one, words="外地人要办证")
    Alias.objects.create(item=other, words="孩子上户口")
    Alias.objects.create(item=other, words="register my baby", language="en")
    said = [(saying.words, saying.language) for saying in sayings(["CN001", "CN002"])]
    assert said == [("外地人要办证", "zh-hans"), ("孩子上户口", "zh-hans")]
    with translation.override("en"):
        said = [(saying.words, saying.language) for saying in sayings(["CN001", "CN002"])]
    assert said == [("外地人要办证", "zh-hans"), ("register my baby", "en")]


def test_the_line_through_life_has_only_stations_with_services(office: Department) -> None:
    item = offered(office, "CN001")
    for slug, number in (("after-life", "LE24"), ("birth", "LE01"), ("school", "LE02")):
        LifeEvent.objects.create(slug=slug, source_id=number, name=slug, audience="person")
    for event in LifeEvent.objects.exclude(slug="school"):
        event.members.add(item, through_defaults={"position": 1})
    stations = [(one.event.slug, one.icon, one.items) for one in life_line()]
    assert stations == [("birth", "baby", 1), ("after-life", "leaf", 1)]


def test_the_most_urgent_case_of_mine_that_waits_is_found(office: Department) -> None:
    me, item = uuid4(), offered(office, "CN001")
    case(item, State.CORRECTING, subject_id=me, due_on=TODAY + timedelta(days=9))
    urgent = case(item, State.CORRECTING, subject_id=me, due_on=TODAY)
    case(item, State.ACCEPTED, subject_id=me, due_on=TODAY - timedelta(days=9))
    case(item, State.CORRECTING, due_on=TODAY - timedelta(days=9))
    assert waiting_for(citizen(me)) == urgent
    assert waiting_for(citizen(None)) is None
    assert waiting_for(Actor.anonymous()) is None


def test_a_chinese_name_on_an_english_page_says_so(client: Client, office: Department) -> None:
    item = offered(office, "CN001")
    Alias.objects.create(item=item, words="外地人要办证")
    page = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert "<h3>CN001 in English</h3>" in page
    assert ' lang="zh-Hans">外地人要办证</a>' in page
    assert ' lang="zh-Hans">一句话</p>' in page


def test_the_page_costs_the_same_with_one_item_and_with_many(
    client: Client, office: Department
) -> None:
    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(queries)

    add_items(office, 1)
    with_one = cost()
    add_items(office, 40)
    assert cost() == with_one


def add_items(office: Department, many: int) -> None:
    """So many more items, each with a sentence people use."""
    first = ServiceItem.objects.count() + 1
    for number in range(first, first + many):
        item = offered(office, f"CN{number:03}")
        Alias.objects.create(item=item, words=f"话{number}")
