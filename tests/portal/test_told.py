"""What citizens read about looks is in plain words to them, whatever verb the code writes."""

import re

import pytest
from django.utils import translation

from applications.models import Application
from audit.kernel.actors import Purpose, PurposeKind
from identity.models import Dispute
from portal.desk.reasons import REASONS
from portal.desk.trail_words import DUTIES, VERBS
from portal.myspace.told import TOLD, WHY, told, told_why
from tests.factories.identity import make_citizen, make_posting, sign_in
from tests.factories.looks import make_look
from tests.verbs_in_code import verbs_in_code

SOMEBODY = re.compile(
    r"这个人|一个人|有人|(?<!您)本人|当事人|申请人|the person|a person|somebody(?! looked)"
    r"|covered name|who they are"
)
NAMES_NOBODY = {
    *("backup.made", "backup.restored", "register.set", "session.posting_chosen"),
    *("posting.entered", "posting.confirmed", "posting.ended", "table.added", "table.changed"),
    *("table.deleted", "report.viewed", "report.listed", "report.previewed", "report.exported"),
    *("report.made", "trail.archived", "trail.restored", "alarm.raised", "alarm.seen"),
    *("alarm.line_reset", "sentinel.gap_found", "relative.declared", "relative.end_asked"),
    *("relative.end_refused", "relative.ended", "sentinel.passed_over", "account.entered"),
    *("account.link_made",),
}
"""Verbs of entries that name no citizen, so that no citizen reads them."""


def attempts() -> set[str]:
    """Verbs made from what was reached for in vain (`audit.attempts`)."""
    return {f"{model._meta.model_name}.refused" for model in (Application, Dispute)}


def test_every_verb_the_code_can_write_has_words():
    verbs, unknown = verbs_in_code()

    assert unknown == set()
    assert len(verbs) > 100
    assert verbs | attempts() <= set(VERBS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_verb_that_can_name_a_citizen_speaks_to_them_of_somebody_else(language):
    verbs = (verbs_in_code()[0] | attempts() | set(VERBS)) - NAMES_NOBODY

    with translation.override(language):
        words = {verb: told(verb) for verb in verbs}

    assert {verb: said for verb, said in words.items() if SOMEBODY.search(said)} == {}
    assert [verb for verb, said in words.items() if said == verb] == []
    assert set(TOLD) <= set(VERBS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_reason_speaks_to_them_of_somebody_else_either(language):
    codes = [("reason", code) for code in REASONS] + [("duty", code) for code in DUTIES]

    with translation.override(language):
        said = {code: told_why(*code) for code in codes}

    about_officers = {("duty", "family"), ("duty", "supervision")}
    wrong = {code for code, words in said.items() if SOMEBODY.search(words)}
    assert wrong - about_officers == set()
    assert set(WHY) <= set(codes)


def test_who_checks_the_officers_says_to_the_person_what_for():
    """The name of a duty says nothing to somebody who does not have it."""
    said = {code: told_why("duty", code) for code in ("supervision", "verdict", "lookup_review")}

    assert said == {
        "supervision": "监督检查：看工作人员是不是只为办事才看资料",
        "verdict": "核实一条异常提醒：看您的资料合不合规定",
        "lookup_review": "复核对您的一次查看：没有对应办件，凭什么看",
    }


def test_a_verb_without_words_is_told_as_something_done_and_never_as_a_code():
    assert told("thing.happened") == "做了一件和您有关的事"


@pytest.mark.django_db
def test_who_was_looked_up_reads_that_it_was_their_data(client):
    citizen = make_citizen()
    called = Purpose(PurposeKind.REASON, "called")
    look = make_look(make_posting(), citizen.person_id, verb="person.looked_up", purpose=called)
    sign_in(client, citizen)

    for address in ("/my/access/", f"/my/access/{look.pk}/"):
        page = client.get(address).content.decode()
        assert "没有对应办件，查了您的信息" in page
        assert "您打电话或上门问自己的事" in page
        assert "这个人" not in page
