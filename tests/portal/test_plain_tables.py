"""The tables of system administration say what they hold, in plain words, and nothing besides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.actions.enter_posting import enter_posting
from tests.factories.identity import ARRANGING, end_post, make_citizen, make_posting, sign_in
from tests.factories.room import text

pytestmark = pytest.mark.django_db
POSTINGS, ACCOUNTS = "/admin/identity/posting/", "/admin/identity/account/"


@pytest.fixture
def administrator(client):
    posting = enter_posting(actor=ARRANGING, posting=make_posting(capacity="sysadmin"))
    sign_in(client, posting.account)
    return posting


def codes(response) -> set[str]:
    return {posting.officer_code for posting in response.context["cl"].result_list}


def test_a_table_is_called_by_its_name_and_says_what_it_is_for(client, administrator):
    page = text(client.get(POSTINGS))

    assert "<h1>岗位</h1>" in page
    assert "安全管理员确认之后才算数" in page
    assert "新增岗位" in page
    assert "工号、用户名或部门，写一部分就行。" in page
    for frameworks in ("选择 ", "来修改", "过滤器", "显示计数", "首页"):
        assert frameworks not in page
    assert not client.get(f"{POSTINGS}?_facets=True").context["cl"].add_facets


def test_a_row_is_entered_with_one_button(client, administrator):
    page = text(client.get(f"{ACCOUNTS}add/"))

    assert "<h1>新增账号</h1>" in page
    assert 'name="_save"' in page
    for other in ("_addanother", "_continue"):
        assert other not in page


def test_a_search_that_finds_nothing_says_so_with_a_way_on(client, administrator):
    assert "没有符合的。" in text(client.get(f"{POSTINGS}?q=zzzz"))
    assert "没有符合的。" not in text(client.get(POSTINGS))


def test_postings_are_told_apart_by_what_they_are_worth_today(client, administrator):
    today = timezone.localdate()
    used, waiting = make_posting(), make_posting(confirmed_at=None)
    coming = make_posting(valid_from=today + timedelta(days=2))
    over = make_posting()
    end_post(over)

    def shown(standing: str) -> set[str]:
        found = codes(client.get(f"{POSTINGS}?standing={standing}"))
        return found & {one.officer_code for one in (used, waiting, coming, over)}

    assert shown("in_use") == {used.officer_code}
    assert shown("waiting") == {waiting.officer_code}
    assert shown("coming") == {coming.officer_code}
    assert shown("ended") == {over.officer_code}
    assert len(shown("nonsense")) == 4
    assert "等安全管理员确认" in text(client.get(f"{POSTINGS}?q={waiting.officer_code}"))


def test_an_account_stands_with_the_postings_it_has_today(client, administrator):
    clerk, citizen = make_posting(), make_citizen()
    over = make_posting(account=clerk.account)
    end_post(over)

    page = client.get(f"{ACCOUNTS}?q={clerk.account.username}")

    assert f"{clerk.officer_code} · 办件人员" in text(page)
    assert over.officer_code not in text(page)
    assert "—" in text(client.get(f"{ACCOUNTS}?q={citizen.username}"))
