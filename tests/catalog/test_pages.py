"""Pages of the catalogue: one right answer, a date, a way on, and nothing that can break them."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.trail import record
from catalog.loading.calendar import LOADED, LOADING
from catalog.loading.run import load_default
from catalog.models import Alias, CalendarDay, LifeEvent, Release, Subject
from catalog.models.life_event import LifeEventMember
from catalog.schema.definition import Limit
from catalog.search.build import build_postings
from catalog.selectors.guide import latest_day, offer_of
from tests.factories.catalog import make_department, make_element, make_item, make_release, text

pytestmark = pytest.mark.django_db

AROUND = 4  # each request: a savepoint taken and left, the gate closed before and after
GARBAGE = [
    "%00",
    "%ff%fe",
    "%F0%9F%98%80",
    "%E2%80%AE",
    "'%22%3E%3Cscript%3E",
    "%0d%0a",
    "a" * 3000,
]


@pytest.fixture(autouse=True)
def nothing_kept():
    """Pages for anybody are kept for half a minute: not from one test to the next."""
    cache.clear()


def page(client: Client, address: str, language: str = "zh-hans") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_guide_shows_whether_how_what_and_when(client):
    item = make_item(code="CN014", name="居住证申领", name_en="Residence permit")
    release = make_release(item)

    shown = page(client, "/services/CN014/")

    assert "办样例" in shown
    assert "样例事项" in shown
    assert "人人可以办" in shown
    assert "样例条例第1条" in shown
    assert "不收费" in shown
    assert item.department.name in shown
    assert f"第{release.number}版" in shown
    assert 'class="due__day"' in shown


def test_the_promised_day_is_counted_over_the_working_calendar():
    record(actor=LOADING, verb=LOADED)
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=date(2026, 10, 1), is_worked=False),
            CalendarDay(day=date(2026, 10, 2), is_worked=False),
            CalendarDay(day=date(2026, 10, 10), is_worked=True),
        ]
    )
    five = Limit(5, "working_days", None)
    # Wednesday, then two days off, a weekend, Monday to Friday.
    assert latest_day(five, date(2026, 9, 30)).day == date(2026, 10, 9)
    assert latest_day(Limit(6, "working_days", None), date(2026, 9, 30)).day == date(2026, 10, 10)
    assert latest_day(Limit(5, "natural_days", None), date(2026, 9, 30)).day == date(2026, 10, 5)
    assert latest_day(five, date(2026, 9, 30)).provisional is False
    assert latest_day(five, date(2026, 12, 29)).provisional is True


def test_a_visitor_is_sent_to_sign_in_and_gets_no_form_token(client):
    make_release(make_item(code="CN014"))
    shown = page(client, "/services/CN014/")
    assert 'href="/sign-in/?next=/services/CN014/' in shown
    assert "csrfmiddlewaretoken" not in shown
    assert "csrftoken" not in client.cookies
    assert "sessionid" not in client.cookies


def test_an_item_done_at_the_counter_says_where_to_go_and_whom_to_call(client):
    make_release(make_item(code="CN101"), online=False, pages=[], outcome=None, visits=1)
    shown = page(client, "/services/CN101/")
    assert "/apply/" not in shown
    assert "/sign-in/?next=" not in shown
    assert 'href="tel:12345"' in shown


def test_a_listed_item_is_never_an_empty_page(client):
    office = make_department(name="区公安分局")
    listed = make_item(code="GA0029", name="居住证办理", department=office, listed_only=True)
    guide = make_item(code="CN014", name="居住证申领")
    make_release(guide)
    guide.similar.add(listed)

    shown = page(client, "/services/GA0029/")

    assert "指南还没发布" in shown
    assert "区公安分局" in shown
    assert "12345" in shown
    assert 'href="/services/CN014/"' in shown


def test_a_release_that_is_still_to_begin_is_not_shown_yet(client):
    make_release(make_item(code="CN014"), in_force_from=date(2999, 1, 1))
    assert "指南还没发布" in page(client, "/services/CN014/")


def test_a_code_in_small_letters_leads_to_the_same_guide(client):
    make_release(make_item(code="CN014"))
    assert client.get("/services/cn014/").headers["Location"] == "/services/CN014/"


def test_an_unknown_item_is_not_there_and_says_what_to_do(client):
    answer = client.get("/services/XX999/")
    assert answer.status_code == 404
    assert "12345" in answer.content.decode()


def test_the_sure_answer_stands_first_and_alone(client):
    food = make_item(code="CN065", name="食品经营许可（餐饮服务）")
    make_release(food, plain_name=text("开饭店", "Open a restaurant"))
    make_item(code="CN070", name="食品生产许可")
    Alias.objects.create(item=food, words="开饭店")
    build_postings()

    shown = page(client, "/search/?q=%E6%83%B3%E5%BC%80%E9%A5%AD%E5%BA%97")

    assert shown.count("slip--chosen") == 1
    assert shown.index('href="/services/CN065/"') < shown.index("都不是")


def test_a_sentence_nobody_understands_gets_a_way_on(client):
    make_item(name="结婚登记")
    subject = Subject.objects.create(slug="marriage", name="婚姻")
    subject.items.add(make_item(name="离婚登记"))
    build_postings()

    shown = page(client, "/search/?q=zzqqxx")

    assert "没找到" in shown
    assert "12345" in shown
    assert "?subject=marriage" in shown


def test_what_was_typed_is_shown_as_text(client):
    shown = page(client, "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize(
    "address",
    [
        "/search/?q={}",
        "/services/?subject={}",
        "/services/?department={}",
        "/services/?subject=marriage&after={}",
        "/regions/?in={}",
        "/services/{}/",
        "/life/{}/",
    ],
)
def test_garbage_in_an_address_is_never_a_fault(client, address, garbage):
    Subject.objects.create(slug="marriage", name="婚姻")
    assert client.get(address.format(garbage)).status_code in {200, 302, 400, 404}


def test_no_category_is_empty(client):
    item = make_item(name="结婚登记")
    for slug, members in (("wedding", [item]), ("nothing", [])):
        event = LifeEvent.objects.create(slug=slug, source_id=slug, name=slug, audience="person")
        for member in members:
            LifeEventMember.objects.create(event=event, item=member, position=0)
    Subject.objects.create(slug="full", name="婚姻").items.add(item)
    Subject.objects.create(slug="hollow", name="空的")
    make_department(name="没有事项的局")

    shown = page(client, "/services/")

    assert 'href="/life/wedding/"' in shown
    assert "/life/nothing/" not in shown
    assert "?subject=full" in shown
    assert "?subject=hollow" not in shown
    assert "没有事项的局" not in shown
    assert client.get("/life/nothing/").status_code == 404


def test_the_list_begins_with_the_subjects_and_leads_to_each_of_its_parts(client):
    item = make_item(name="结婚登记")
    event = LifeEvent.objects.create(slug="wedding", source_id="LE1", name="婚", audience="person")
    LifeEventMember.objects.create(event=event, item=item, position=0)
    Subject.objects.create(slug="full", name="婚姻").items.add(item)

    shown = page(client, "/services/")

    parts = ("subjects", "life", "offices")
    places = [shown.index(f'id="{part}"') for part in parts]
    assert places == sorted(places)
    ways = [shown.index(f'href="#{part}"') for part in parts]
    assert ways == sorted(ways)
    assert ways[-1] < places[0]


def test_a_life_event_keeps_the_order_of_its_items(client):
    event = LifeEvent.objects.create(slug="x", source_id="LE1", name="大事", audience="person")
    for position, name in enumerate(("先办这个", "再办那个")):
        LifeEventMember.objects.create(event=event, item=make_item(name=name), position=position)
    shown = page(client, "/life/x/")
    assert shown.index("先办这个") < shown.index("再办那个")


def test_a_long_list_is_read_page_by_page_without_a_gap(client):
    office = make_department()
    codes = {make_item(department=office, listed_only=bool(n % 2)).code for n in range(70)}
    address, seen = f"/services/?department={office.code}", []
    while address:
        answer = client.get(address)
        seen += [entry.item.code for entry in answer.context["entries"]]
        older = answer.context["older"]
        address = f"/services/?{older}" if older else ""
    assert len(seen) == 70
    assert set(seen) == codes


@pytest.mark.parametrize("count", [1, 25])
def test_a_list_costs_the_same_however_long(client, count, django_assert_num_queries):
    office = make_department()
    for _ in range(count):
        make_release(make_item(department=office))
    with django_assert_num_queries(3 + AROUND):  # the office, its items, their releases
        client.get(f"/services/?department={office.code}&x={count}")


def test_a_guide_costs_the_same_with_many_releases(client, django_assert_num_queries):
    item = make_item(code="CN014")
    for day in range(1, 4):
        make_release(item, in_force_from=date(2026, 1, day))
    # item, release, definition, two of the calendar, offices, events; and one look at the mark
    with django_assert_num_queries(8 + AROUND):
        client.get("/services/CN014/")


def test_english_pages_are_english_and_mark_what_is_chinese(client):
    item = make_item(code="CN014", name="居住证申领", name_en="Residence permit")
    make_release(item)
    make_item(code="GA0001", name="没有译名的事项", department=item.department)

    guide = page(client, "/services/CN014/", "en")
    listed = page(client, "/services/GA0001/", "en")

    assert "Do the sample" in guide
    assert '<span lang="zh-Hans">样例条例第1条</span>' in guide
    assert '<h1 lang="zh-Hans">没有译名的事项</h1>' in listed


def test_regions_are_read_from_the_province_down(client):
    make_department()
    assert "广安区" in page(client, reverse("catalog:regions"))


def test_every_page_of_the_whole_catalogue_can_be_read(client):
    load_default()
    addresses = ["/services/", "/regions/", "/regions/?in=510000000000"]
    addresses += [f"/life/{event.slug}/" for event in LifeEvent.objects.exclude(members=None)]
    addresses += [f"/services/?subject={one.slug}" for one in Subject.objects.all()]
    online = Release.objects.in_force(timezone.localdate()).filter(content__online=True)
    addresses += [f"/services/{one.item.code}/" for one in online.select_related("item")]
    addresses += ["/services/CN101/", "/services/GA0001/", "/services/GA0447/"]
    for address in addresses:
        for language in ("zh-hans", "en"):
            page(client, address, language)
    assert len(addresses) == 3 + 37 + 28 + 6 + 3


def test_a_question_known_from_a_register_is_not_counted_as_work():
    make_element(record_type="household", reuse="register")
    make_release(make_item(code="CN014"))
    guide = offer_of("CN014", timezone.localdate()).guide
    assert (guide.asked, guide.known) == (0, 1)
