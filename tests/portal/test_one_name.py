"""One name for each thing, in the menu, in headings, buttons, messages and letters."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from audit.kernel.actors import Capacity
from portal.desk.menu import menu_of
from tests.factories.identity import make_posting, officer_actor, sign_in

ROOT = Path(__file__).parents[2]
WORDS = {
    "a look without a case": r"无件|没有办件(?!的部门)|[Vv]iews? without a case",
    "an alarm, and a red line": r"监测到的异常|件异常(?!提醒)|警报|What the sentinel found",
    "tracing a leak": r"溯源|泄密",
    "a question about a look": r"群众问|关于一次查看的问题|Why was that looked at",
    "a review of a look": r"待复核的查看|复核一次|Looks to review|Review a look\b",
    "erasing words by law": r"删去|Have words erased|removed by law",
    "searching the trail": r"查找|查询留痕|留痕搜索",
    "urgent help": r"紧急求助",
    "a decision": r"准予|不予|予以批准",
    "the letter that ends a case": r"结果文书|批文",
    "the seal, for people": r"签名的封存记录|signed head|\bhead %\(number\)d",
}
"""By the thing, named as in docs/GLOSSARY.md: the words for it that are used no more."""


def sentences():
    """Every sentence of the product, English and Chinese, with where it stands; the guides and
    letters that come with it as well."""
    for path in sorted(ROOT.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            for said in re.findall(r'^msg(?:id|str)\S* ((?:".*"\n?)+)', block, re.MULTILINE):
                text = "".join(ast.literal_eval(line) for line in said.strip().split("\n"))
                yield path.parts[-5], text
    for path in sorted(ROOT.glob("catalog/data/releases/*.json")):
        for said in re.findall(r'"(?:zh|en)": "(.*)"', path.read_text(encoding="utf-8")):
            yield path.name, said


@pytest.mark.parametrize("thing", WORDS)
def test_no_sentence_uses_another_word_for_it(thing):
    others = re.compile(WORDS[thing])

    assert [(where, said) for where, said in sentences() if others.search(said)] == []


def test_a_seal_says_what_its_page_says():
    seals = {
        (top + bottom, label)
        for path in ROOT.glob("templates/**/*.html")
        for label, top, bottom in re.findall(
            r'translate "([^"]+)" as seal_words %}{% include "components/seal.html"'
            r' with top="(.+?)" bottom="(.+?)"',
            path.read_text(encoding="utf-8"),
        )
    }

    assert seals == {("收件", "Received"), ("批准", "Granted"), ("没有批准", "Not granted")}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_room_of_supervision_bears_the_name_the_menu_gives_it(client, language):
    posting = make_posting(capacity="supervisor")
    sign_in(client, posting.account)
    client.cookies["django_language"] = language
    with translation.override(language):
        (rooms,) = (
            group["entries"]
            for group in menu_of(officer_actor(posting))
            if len(group["entries"]) > 4
        )
        named = {room["url"]: str(room["label"]) for room in rooms}

    titles = {address: str(client.get(address).context["title"]) for address in named}

    assert titles == named
    assert len(named) > 10


@pytest.mark.django_db
@pytest.mark.parametrize("capacity", ["sysadmin", "secadmin"])
def test_administrators_find_officers_as_citizens_beside_accounts_and_posts(capacity):
    menu = menu_of(officer_actor(make_posting(capacity=capacity)))

    (group,) = (one for one in menu if str(one["title"]) == "账号和岗位")

    addresses = [entry["url"] for entry in group["entries"]]
    assert [addresses[0], addresses[-1]] == ["/admin/tables/", "/admin/officers/"]
    everywhere = [entry["url"] for one in menu for entry in one["entries"]]
    assert everywhere.count("/admin/tables/") == 1


@pytest.mark.django_db
def test_what_supervisors_do_with_relatives_sounds_harmless_in_english():
    actor = officer_actor(make_posting(capacity="supervisor"))
    with translation.override("en"):
        labels = {
            entry["url"]: str(entry["label"])
            for group in menu_of(actor)
            for entry in group["entries"]
        }

    assert labels["/admin/relatives/to-end/"] == "Relatives to take off the list"


@pytest.mark.django_db
def test_superiors_and_supervisors_call_the_questions_the_same():
    labels = {
        str(entry["label"])
        for capacity in (Capacity.SUPERIOR, Capacity.SUPERVISOR)
        for group in menu_of(officer_actor(make_posting(capacity=capacity)))
        for entry in group["entries"]
        if entry["url"] == "/admin/questions/"
    }

    assert labels == {"对查看的提问"}
