"""The national rules: their own cases, and what a missing fact does."""

import io
import json
import re
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from applications.compliance.evaluate import judge
from applications.compliance.loading import RULES, TITLES, BrokenRules, load_rules
from applications.models import Rule
from audit.models import AuditDetail, AuditEntry
from catalog.conditions import KNOWN_NONE, evaluate
from catalog.loading.report import BrokenFile
from tests.conftest import as_owner
from tests.factories.desk import make_rule

ROWS = json.loads(RULES.read_text(encoding="utf-8"))
CASES = [
    pytest.param(row, case, id=f"{row['id']}-{number}")
    for row in ROWS
    for number, case in enumerate(row["cases"], start=1)
]


def rule(code: str) -> Rule:
    row = next(row for row in ROWS if row["id"] == code)
    return Rule(
        code=code,
        title=row["title"],
        condition=row["condition"],
        effect=row["effect"],
        override="" if row["override"] == "none" else row["override"],
    )


def test_the_file_carries_33_rules_and_their_65_cases():
    assert (len(ROWS), len(CASES)) == (33, 65)


@pytest.mark.parametrize(("row", "case"), CASES)
def test_a_rule_answers_its_own_cases(row, case):
    assert (evaluate(row["condition"], case["facts"]) is True) is case["fires"]


def test_every_rule_has_a_title_in_english():
    titles = json.loads(TITLES.read_text(encoding="utf-8"))
    assert sorted(titles) == sorted(row["id"] for row in ROWS)
    assert all(titles.values())


@pytest.mark.django_db(transaction=True)
def test_loading_twice_makes_each_rule_once_and_is_one_entry():
    said = io.StringIO()
    for _time in range(2):
        with as_owner():
            call_command("load_rules", stdout=said)
    assert said.getvalue().splitlines() == [
        "compliance_rules.json: 33 read, 33 made, 0 changed, 0 refused",
        "compliance_rules.json: 33 read, 0 made, 0 changed, 0 refused",
    ]
    assert Rule.objects.count() == 33
    stops_paper_mills = Rule.objects.get(code="R14")
    assert (stops_paper_mills.effect, stops_paper_mills.override) == ("block", "")
    assert Rule.objects.get(code="R33").is_sample is True
    entry = AuditEntry.objects.get(verb="rules.loaded")
    with transaction.atomic():
        detail = AuditDetail.objects.get(entry_id=entry.pk).body
    assert detail["sha256"] == sha256(RULES.read_bytes()).hexdigest()


@pytest.mark.django_db
def test_the_application_loads_and_switches_no_rule():
    with pytest.raises(CommandError, match="As the owner of the database"):
        call_command("load_rules")
    rule = make_rule()
    for write in (
        lambda: Rule.objects.update(is_active=False),
        lambda: Rule.objects.update(condition={}),
        lambda: Rule.objects.filter(pk=rule.pk).delete(),
        lambda: Rule.objects.create(code="T2", items=["*"], condition={}, effect="warn"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            write()


@pytest.mark.django_db
def test_a_file_with_one_false_case_loads_nothing(tmp_path):
    rows = json.loads(RULES.read_text(encoding="utf-8"))
    rows[-1]["cases"][0]["fires"] = not rows[-1]["cases"][0]["fires"]
    broken = tmp_path / "rules.json"
    broken.write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(BrokenRules, match=rows[-1]["id"]):
        load_rules(broken)
    assert Rule.objects.count() == 0


BROKEN_RULES = {
    "no list": ("{}", "no list of rules"),
    "half": ('[{"id": "R0', "rules.json, line 1: not JSON"),
    "half on the second line": ('[\n{"id": ', "rules.json, line 2: not JSON"),
    "too deep": ("[" * 500 + "]" * 500, "nested too deeply"),
    "far too deep": ("[" * 200_000, "nested too deeply"),
    "nothing": ("", "the file is empty"),
    "a word for a rule": ('["R01"]', "entry 1: 'R01' is not of type 'object'"),
    "an unknown effect": ({"effect": "shout"}, "entry 1: effect: 'shout'"),
    "an unknown operator": ({"condition": {"field": "a", "op": "resembles", "value": 1}}, "R01: "),
    "an operator that is a list": ({"condition": {"field": "a", "op": [], "value": 1}}, "R01: "),
    "a condition that is a list": ({"condition": []}, "entry 1: condition: "),
    "a title without end": ({"title": "长" * 201}, "entry 1: title: "),
    "what cannot be stored": ({"title": "a\x00b"}, "cannot be seen or printed"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BROKEN_RULES)
def test_a_broken_file_of_rules_is_refused_with_its_reason_and_loads_nothing(tmp_path, what):
    content, reason = BROKEN_RULES[what]
    if isinstance(content, dict):
        first, *others = json.loads(RULES.read_text(encoding="utf-8"))
        content = json.dumps([{**first, **content}, *others])
    broken = tmp_path / "rules.json"
    broken.write_text(content, encoding="utf-8")

    with pytest.raises(BrokenFile, match=re.escape(reason)):
        load_rules(broken)

    assert Rule.objects.count() == 0


@pytest.mark.django_db
def test_a_rule_that_is_there_twice_is_refused(tmp_path):
    rows = json.loads(RULES.read_text(encoding="utf-8"))
    broken = tmp_path / "rules.json"
    broken.write_text(json.dumps([*rows, rows[0]]), encoding="utf-8")

    with pytest.raises(BrokenRules, match="entry 34: R01 is there twice"):
        load_rules(broken)

    assert Rule.objects.count() == 0


SMALL_MILL = {"industry": "造纸", "project.small_scale_not_policy": True, "project.is_new": True}
LARGE_MILL = {**SMALL_MILL, "project.small_scale_not_policy": False}
SOFTWARE = {"industry": "软件", "project.small_scale_not_policy": False, "project.is_new": True}


def test_a_small_paper_mill_is_stopped_and_nobody_may_allow_it():
    verdict = judge([rule("R14"), rule("R33")], SMALL_MILL)
    assert verdict.codes == ["R14"]
    assert (verdict.stops, verdict.can_be_put_before_superior) == (True, False)
    assert [result.rule.code for result in verdict.final] == ["R14"]


def test_a_mill_within_policy_goes_to_the_superior():
    verdict = judge([rule("R14"), rule("R33")], LARGE_MILL)
    assert verdict.codes == ["R33"]
    assert (verdict.stops, verdict.can_be_put_before_superior) == (True, True)


def test_what_a_superior_has_allowed_no_longer_stops():
    verdict = judge([rule("R14"), rule("R33")], LARGE_MILL, allowed=["R33"])
    assert (verdict.codes, verdict.stops, verdict.allowed) == ([], False, ("R33",))


def test_software_is_not_stopped():
    assert judge([rule("R14"), rule("R33")], SOFTWARE).stops is False


def test_a_missing_fact_holds_the_approval_and_is_named():
    facts = {"industry": "造纸", "project.is_new": True}
    verdict = judge([rule("R14")], facts)
    assert (verdict.codes, verdict.stops) == ([], True)
    assert verdict.unknown[0].missing == ("project.small_scale_not_policy",)
    assert verdict.can_be_put_before_superior is False


def test_known_none_is_not_missing():
    facts = {"owner.food_license_revoked_years": KNOWN_NONE}
    assert judge([rule("R10")], facts).stops is False
    assert judge([rule("R10")], {}).stops is True


def test_a_warning_never_holds_anything():
    verdict = judge([rule("R32")], {"requested_material.shareable": True})
    assert ([result.rule.code for result in verdict.warnings], verdict.stops) == (["R32"], False)
    assert judge([rule("R32")], {}).stops is False
