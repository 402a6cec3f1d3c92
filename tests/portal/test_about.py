"""The pages about the portal, and the answers that would otherwise come without a page."""

import pytest
from django.core.cache import cache
from django.test import Client

pytestmark = [pytest.mark.urls("portal.about.urls"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def fresh_pages() -> None:
    cache.clear()


@pytest.mark.parametrize(
    ("page", "chinese", "english"),
    [
        ("help", "办不下去怎么办", "If you are stuck"),
        ("privacy", "隐私", "Privacy"),
        ("accessibility", "无障碍", "Accessibility"),
    ],
)
def test_each_page_is_there_in_both_languages(
    client: Client, page: str, chinese: str, english: str
) -> None:
    for language, heading in (("zh-CN", chinese), ("en", english)):
        answer = client.get(f"/about/{page}/", headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert f'<h1 class="display">{heading}</h1>' in answer.content.decode()


def test_a_page_nobody_wrote_is_not_found_in_our_dress(client: Client) -> None:
    answer = client.get("/about/weather/")
    assert answer.status_code == 404
    assert "<h1>这个地址上没有页面</h1>" in answer.content.decode()


def test_a_wrong_method_gets_a_page_and_keeps_its_header(client: Client) -> None:
    answer = client.post("/about/help/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "<h1>这个地址不能这样打开</h1>" in answer.content.decode()
