"""What forms say of a text no field has words of its own for, as a citizen would read it."""

import pytest

from tests.factories.identity import make_posting, sign_in

pytestmark = pytest.mark.django_db
WHOLE = "有个字符没传完整。请用手重新输一遍，不要粘贴。"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("YB-2026\x00", WHOLE), ("Y" * 50, "最多写40个字，现在有50个。")],
    ids=["null", "long"],
)
def test_a_search_says_in_plain_words_what_to_put_right(client, typed, said):
    sign_in(client, make_posting(capacity="supervisor").account)

    page = client.post("/admin/trail/", {"reference": typed}).content.decode()

    assert said in page
    for odd in ("空字符", "变量"):
        assert odd not in page


def test_who_signs_in_is_told_as_well(client):
    page = client.post("/sign-in/", {"login": "li\x00", "password": "x"}).content.decode()

    assert WHOLE in page


def test_in_english_nothing_speaks_of_null_characters(client):
    client.cookies["django_language"] = "en"

    page = client.post("/sign-in/", {"login": "li\x00", "password": "x"}).content.decode()

    assert "A sign in this did not arrive whole." in page
    assert "Null" not in page
