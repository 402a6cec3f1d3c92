"""Search: people's own words, typing errors, sounds, initials, English; nothing for nonsense."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.loading.run import load_default
from catalog.models import Alias, SearchTerm, ServiceItem
from catalog.search.build import build_postings
from catalog.search.engine import find
from catalog.search.terms import split_sounds, terms_of
from catalog.selectors.search import results_for
from tests.factories.catalog import BEGINNING, REGION, make_department, make_item, make_region

pytestmark = pytest.mark.django_db

QUERIES = Path(__file__).parent / "data/search_queries_dev.csv"


@pytest.fixture
def items():
    """A handful of items and the words people use for them."""
    office = make_department(name="区公安分局")
    named = {
        "CN003": (
            "居民身份证丢失补领",
            "Replacement of a lost citizen identity card",
            ["身份证丢了"],
        ),
        "CN014": ("居住证申领", "Application for a residence permit", ["办居住证", "外地人办证"]),
        "CN065": ("食品经营许可（餐饮服务）", "Food business licence", ["开饭店", "开奶茶店"]),
        "CN101": ("结婚登记", "Marriage registration", ["领结婚证"]),
        "CN152": ("住房公积金提取", "Withdrawal from the housing fund", ["取公积金"]),
    }
    for code, (name, name_en, words) in named.items():
        item = make_item(code=code, name=name, name_en=name_en, department=office)
        Alias.objects.bulk_create(Alias(item=item, words=one) for one in words)
    build_postings()


def first(sentence):
    hits = find(sentence)
    return hits[0].item.code if hits and hits[0].confident else None


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("我想开个饭店", "CN065"),
        ("身份证丢了怎么补办", "CN003"),
        ("身分证丢了", "CN003"),
        ("居注证", "CN014"),
        ("居住證申領", "CN014"),
        ("jiehun dengji", "CN101"),
        ("jiehundengji", "CN101"),
        ("gjj提取", "CN152"),
        ("residence permits", "CN014"),
        ("LOST identity card", "CN003"),
        ("ｊｉｅｈｕｎ", "CN101"),
    ],
)
def test_people_find_it_in_their_own_words(items, sentence, code):
    assert first(sentence) == code


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "   ",
        "今天天气",
        "月球旅行的飞船票在哪里登记",
        "😀😀😀",
        "asdfgh",
        "zzzzzz",
        "jzzqx",
        "证",
        "%_",
        "'; drop table --",
        "a" * 5000,
    ],
)
def test_nonsense_gets_no_sure_answer(items, sentence):
    assert first(sentence) is None


def test_citizens_words_weigh_more_than_the_official_name(items):
    make_item(code="CN901", name="养孔雀许可")
    said = make_item(code="CN902", name="野生动物")
    Alias.objects.create(item=said, words="养孔雀许可")
    build_postings()
    weights = dict(SearchTerm.objects.filter(term="b:孔雀").values_list("item__code", "weight"))
    assert set(weights) == {"CN901", "CN902"}
    assert weights["CN902"] > weights["CN901"]


def test_a_memory_copy_notices_that_the_catalogue_moved(items):
    assert first("养孔雀") is None
    item = ServiceItem.objects.get(code="CN101")
    Alias.objects.create(item=item, words="养孔雀")
    build_postings([item.pk])

    assert first("养孔雀") == "CN101"


def test_items_of_another_region_are_not_offered(items):
    assert find("开饭店", region=REGION)[0].item.code == "CN065"
    make_region("110000000000", name="北京市", full_name="北京市", level=1)
    assert find("开饭店", region="110000000000") == []


def test_items_no_longer_offered_are_not_found(items):
    ServiceItem.objects.filter(code="CN065").update(status="retired")
    build_postings()
    assert "CN065" not in [hit.item.code for hit in find("开饭店")]


def test_a_listed_item_gives_way_to_the_guide_that_explains_it(items):
    guide = ServiceItem.objects.get(code="CN014")
    listed = make_item(code="GA0029", name="居住证办理", listed_only=True)
    guide.similar.add(listed)
    build_postings()

    found = results_for("居住证", region=REGION, today=BEGINNING)

    codes = [entry.item.code for entry in [found.best, *found.others] if entry]
    assert codes[0] == "CN014"
    assert "GA0029" not in codes


def test_building_again_moves_nothing(items):
    assert build_postings() == 0


@pytest.mark.parametrize("found", [1, 6])
def test_a_search_costs_the_same_however_much_it_finds(items, found, django_assert_num_queries):
    find("居住证")
    with django_assert_num_queries(2):  # the version, the items
        assert len(find("证", limit=found)) <= found


def test_sounds_are_split_into_the_fewest_syllables():
    assert split_sounds("shenfenzheng") == ["shen", "fen", "zheng"]
    assert split_sounds("xian") == ["xian"]
    assert split_sounds("qwrt") == []


def test_a_word_speaks_as_characters_pairs_sounds_and_initials():
    assert set(terms_of("结婚证")) == {
        *("c:结", "c:婚", "c:证"),
        *("b:结婚", "b:婚证"),
        *("s:jiehun", "s:hunzheng"),
        "i:jhz",
    }


def test_the_whole_catalogue_answers_as_it_promises():
    load_default()
    said = StringIO()

    call_command("score_search", QUERIES, json=True, stdout=said)

    figures = json.loads(said.getvalue())
    assert figures["all"]["queries"] == 122
    assert figures["all"]["top5"] >= 0.9
    assert figures["all"]["top1"] >= 0.8
    assert figures["kinds"]["pinyin"]["top5"] >= 0.9
    assert figures["no_answer"] == {"asked": 3, "answered_falsely": 0}


def test_a_file_that_is_no_list_of_queries_is_refused(tmp_path):
    path = tmp_path / "queries.csv"
    path.write_text("who,what\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="columns missing"):
        call_command("score_search", path)


def test_answers_that_fit_alike_are_all_shown_and_none_is_called_the_one():
    office = make_department()
    for code, name in (("CN017", "普通护照首次申领"), ("CN018", "普通护照换发补发")):
        Alias.objects.create(item=make_item(code=code, name=name, department=office), words="护照")
    build_postings()

    found = results_for("护照", region=REGION, today=BEGINNING)

    assert (found.best, found.others) == (None, [])
    assert {entry.item.code for entry in found.fitting} == {"CN017", "CN018"}


@pytest.mark.parametrize("sentence", ["gjj", "jzz", "zfg"])
def test_initials_alone_are_never_sure(items, sentence):
    assert not any(hit.confident for hit in find(sentence))
