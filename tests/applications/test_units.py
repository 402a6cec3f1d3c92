"""Figures are read with their unit; a letter writes the unit itself."""

import pytest
from django.utils import translation

from applications.outcomes.letter import granted_letter, in_words
from catalog.schema.definition import Definition
from tests.factories.citizen import make_draft, make_li_xiao, make_release, set_values, told
from tests.factories.desk import make_in_hand
from tests.factories.identity import sign_in

pytestmark = pytest.mark.django_db


def test_the_last_look_shows_a_figure_with_its_unit(client):
    make_release("CN014")
    account = make_li_xiao()
    sign_in(client, account)
    draft = make_draft(account, "CN014")
    set_values(draft, ground=told("job"), insured_months=told(18))

    page = client.get(f"/apply/{draft.reference}/check/").content.decode()

    assert ">18个月<" in page


def test_the_desk_reads_the_same_words(client):
    case, posting = make_in_hand(ground="job", insured_months=18)
    sign_in(client, posting.account)

    page = client.get(f"/admin/desk/{case.reference}/").content.decode()

    assert ">18个月<" in page


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (1, "en", "1 month"),
        (18, "en", "18 months"),
        (1, "zh-hans", "1个月"),
        (None, "en", ""),
        ({"mask": "1*", "sealed": "x"}, "en", "1*"),
    ],
)
def test_english_says_one_month_and_two_months(value, language, words):
    question = Definition.read(make_release("CN014").content).question("insured_months")

    with translation.override(language):
        assert in_words(question, value) == words


def test_a_letter_does_not_say_the_unit_twice():
    definition = Definition.read(make_release("CN191").content)

    letter = granted_letter(definition, {"investment": told(3200)}, {})

    assert "总投资3200万元。" in letter.paragraphs[0]["zh"]
