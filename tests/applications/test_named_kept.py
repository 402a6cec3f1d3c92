"""How many named people a case keeps, and whose numbers go first."""

import pytest

from applications.actions.keep_named import keep_named
from applications.models import Application
from applications.selectors.sheet import sheet_of
from audit.trail import record
from identity.selectors.numbered import digest_of_number
from tests.conftest import close_gate
from tests.factories.citizen import set_values, told
from tests.factories.desk import make_handed_in
from tests.factories.identity import ARRANGING, make_number

pytestmark = pytest.mark.django_db


def keep_again(case: Application, **values: str) -> list[bytes]:
    """What the case names after these words were put into it, as when a correction is sent."""
    set_values(case, **{key: told(value) for key, value in values.items()})
    case.refresh_from_db()
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    keep_named(sheet_of(case))
    case.save(update_fields=["named"])
    close_gate()
    case.refresh_from_db()
    return [bytes(one) for one in case.named]


def many(how_many: int) -> tuple[str, list[bytes]]:
    """So many numbers in one text, and their digests."""
    numbers = [make_number() for _one in range(how_many)]
    return "、".join(numbers), [digest_of_number(one) for one in numbers]


def test_a_case_names_a_thousand_and_those_it_named_first_stay():
    case = make_handed_in()
    kept: list[bytes] = []

    for _time in range(6):
        text, digests = many(200)
        kept += digests
        named = keep_again(case, employer=text)
        assert named == kept[:1000]

    assert (len(kept), len(named)) == (1200, 1000)


def test_a_field_for_identity_numbers_counts_before_all_other_words():
    """The first two hundred of a sending are kept, so that an essay cannot crowd out a spouse."""
    case, number = make_handed_in(code="CN005"), make_number()
    text, _digests = many(300)

    named = keep_again(case, a_note=text, spouse_number=number)

    assert digest_of_number(number) in named
    assert len(named) == 200
