"""What an officer is shown of a case: what came back, what was found out, how it went and ended."""

import re

import pytest
from django.utils import timezone

from applications.actions.answer_correction import Corrected, answer_correction
from applications.actions.request_correction import request_correction
from applications.actions.state_fact import state_fact
from applications.compliance.facts import words_for
from applications.compliance.stated import kind_of_fact
from applications.definitions import definition_for
from applications.models import Alarm, Application, Attachment, Correction, Decision, Rule
from applications.states import State
from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.models import AuditEntry
from audit.trail import record
from catalog.models import DataElement
from catalog.selectors.elements import elements
from identity.sealed.text import seal_text
from tests.conftest import close_gate
from tests.factories.citizen import actor_of, set_values, told, values_of
from tests.factories.desk import make_in_hand, make_officer, make_rule, office_of
from tests.factories.identity import (
    ARRANGING,
    make_citizen,
    make_person,
    officer_actor,
    sign_in,
)
from tests.factories.rules import change_rule

pytestmark = pytest.mark.django_db

YEARS = "business.legal_rep_crime_years"


@pytest.fixture
def account():
    return make_citizen(person=make_person(name="李晓"))


@pytest.fixture
def in_hand(client, account):
    case, posting = make_in_hand(account=account)
    sign_in(client, posting.account)
    return case, posting


def here(case: Application, way: str = "") -> str:
    return f"/admin/desk/{case.reference}/{way}"


def shown(client, case: Application, way: str = "", status: int = 200) -> str:
    response = client.get(here(case, way))
    assert response.status_code == status
    return response.content.decode()


def looks(case: Application) -> list[str]:
    entries = AuditEntry.objects.filter(purpose=case.reference).order_by("id")
    return [verb for verb in entries.values_list("verb", flat=True) if "claimed" not in verb]


def ask_for(case, posting, *targets: str, news: str = "") -> None:
    request_correction(
        actor=officer_actor(posting),
        reference=case.reference,
        points=[{"target": target, "text": f"请改{target}"} for target in targets],
        news=news,
    )
    close_gate()


def give(case, account, notes: dict[str, str] | None = None, **texts: str) -> None:
    result = answer_correction(
        actor=actor_of(account), reference=case.reference, texts=texts, notes=notes or {}
    )
    assert isinstance(result, Corrected)
    close_gate()


def needs(field: str, op: str = "<", value: object = 5) -> Rule:
    return change_rule(make_rule(), condition={"field": field, "op": op, "value": value})


def sealed(case: Application, key: str, value: str, mask: str):
    return seal_text(value, f"applications_answers.values:{case.pk}:{key}", mask=mask)


def test_only_what_is_covered_can_be_seen_in_full_and_only_a_number_is_called_one(client, in_hand):
    case, _posting = in_hand
    set_values(
        case,
        phone=told(sealed(case, "phone", "汉族", "text")),
        name=told(sealed(case, "name", "", "number")),
    )

    page = shown(client, case)

    ways = re.findall(r'href="[^"]*/reveal/([a-z_]+)/">([^<]+)<', page)
    assert sorted(ways) == [("citizen_number", "看全号"), ("phone", "看内容")]
    set_values(case, name=told("李晓"))
    nothing = client.post(here(case, "reveal/name/"), {"reason": "compare"})
    assert nothing.status_code == 404


def test_what_was_asked_and_what_came_back_stand_side_by_side(client, in_hand, account):
    case, posting = in_hand
    set_values(case, current_address=told("思源大道1号"))
    ask_for(case, posting, "name", "current_address")
    waiting = shown(client, case)
    assert "请改current_address" in waiting
    assert "还没补来" in waiting

    give(
        case,
        account,
        {"name": "就叫这个，没有错"},
        name="李晓",
        current_address="文昌街21号",
    )
    page = shown(client, case)

    asked = page[page.index('id="round-1"') : page.index('id="history"')]
    for words in ("请改name", "就叫这个，没有错", "没有改", "思源大道1号", "文昌街21号", "改了"):
        assert words in asked
    said = page[page.index('id="said"') : page.index('id="papers"')]
    assert "思源大道1号" in said
    assert "就叫这个，没有错" in said


def test_a_document_handed_in_afterwards_is_marked_as_new(client, in_hand):
    case, posting = in_hand
    record(actor=ARRANGING, verb="test.arranged", subjects=case.subjects)
    now = timezone.now()
    fields = {"application": case, "subject_id": case.subject_id, "material": "photo"}
    kept = {"content_type": "image/jpeg", "size": 9, "sha256": "0" * 64, "stored_as": "held"}
    Attachment.objects.create(**fields, **kept, name="旧照.jpg", uploaded_at=now)
    Correction.objects.create(
        application=case,
        subject_id=case.subject_id,
        points=[{"target": "material:photo", "text": "照片看不清", "before": None}],
        asked_at=now + timezone.timedelta(minutes=1),
        asked_by=posting.account_id,
        last_day=now.date(),
        answered_at=now + timezone.timedelta(minutes=3),
    )
    kept |= {"stored_as": "held-too", "sha256": "1" * 64}
    later = now + timezone.timedelta(minutes=2)
    Attachment.objects.create(**fields, **kept, name="新照.jpg", uploaded_at=later)
    close_gate()

    page = shown(client, case)

    papers = page[page.index('id="papers"') : page.index('id="round-1"')]
    old, new = papers.split("旧照.jpg")[1].split("新照.jpg")
    assert "tag--info" not in old.split("</p>")[0]
    assert "tag--info" in new.split("</p>")[0]
    asked = page[page.index('id="round-1"') : page.index('id="history"')]
    assert "新照.jpg" in asked
    assert "旧照.jpg" not in asked


def test_a_second_request_needs_something_new_and_says_so_before(client, in_hand, account):
    case, posting = in_hand
    ask_for(case, posting, "name")
    give(case, account, name="李小晓")

    form = shown(client, case, "correct/")
    assert "已经请申请人补过一次了" in form
    sent = {"point_phone": "号码不通", "days": "10", "send": "1"}
    refused = client.post(here(case, "correct/"), sent)
    assert 'href="#id_news"' in refused.content.decode()
    with pytest.raises(Refused) as refusal:
        ask_for(case, posting, "phone")
    assert (refusal.value.code, refusal.value.status) == ("application.correction_was_asked", 422)

    client.post(here(case, "correct/"), {**sent, "news": "新名字和手机登记不一致"})
    case.refresh_from_db()
    assert case.state == State.CORRECTING
    assert "新名字和手机登记不一致" in shown(client, case)


def test_a_fact_is_asked_for_by_the_name_of_its_element_in_both_languages(client, in_hand):
    case, _posting = in_hand
    definition = definition_for(case)
    needs(YEARS)

    assert words_for(YEARS, definition) == "法定代表人经济犯罪刑满年数"
    page = shown(client, case)
    assert "法定代表人经济犯罪刑满年数" in page
    assert f">{YEARS}<" not in page
    client.cookies["django_language"] = "en"
    assert "Years since a sentence for economic crime" in shown(client, case)
    assert words_for("residence.ground", definition) == str(elements()["residence.ground"].name)


@pytest.mark.parametrize("value", ["很多", "nan", "inf", "1" * 150, ""])
def test_a_number_is_a_number_and_what_does_not_fit_is_refused(client, in_hand, value):
    case, _posting = in_hand
    needs(YEARS)
    assert 'name="is_none"' in shown(client, case, f"fact/?field={YEARS}")

    form = {"field": YEARS, "value": value, "evidence": "问过法院"}
    page = client.post(here(case, "fact/"), form).content.decode()

    assert 'href="#id_value"' in page
    assert "问过法院" in page
    assert f"fact:{YEARS}" not in values_of(case)


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [(YEARS, 3.5, "很多"), (YEARS, None, True), ("licences.food_crime", False, "否")],
)
def test_programs_and_pages_take_only_what_fits(in_hand, field, value, wrong):
    case, posting = in_hand
    needs(field)
    given = {"actor": officer_actor(posting), "reference": case.reference, "field": field}

    with pytest.raises(Refused) as refusal:
        state_fact(**given, value=wrong, evidence="问过")
    assert refusal.value.code == "application.fact_needs_evidence"
    state_fact(**given, value=value, evidence="问过")

    close_gate()
    entry = values_of(case)[f"fact:{field}"]
    assert entry.get("value") == value


def test_what_the_rules_compare_with_says_what_an_undescribed_fact_is(in_hand):
    case, _posting = in_hand
    definition = definition_for(case)
    rules = [
        Rule(condition={"field": "floor", "op": "<", "value": -1}),
        Rule(condition={"all": [{"field": "heritage", "op": "==", "value": True}]}),
        Rule(condition={"not": {"field": "stage", "op": "in", "value": ["甲", "乙"]}}),
    ]

    kinds = [kind_of_fact(field, definition, rules) for field in ("heritage", "stage")]
    assert [kind.kind for kind in kinds] == ["yes_no", "choice"]
    assert [value for value, _words in kinds[1].options] == ["甲", "乙", "other"]
    assert kind_of_fact("floor", definition, rules).kind == "number"
    assert kind_of_fact("floor", definition, rules).fits(-2) is True


def test_a_stated_fact_is_shown_with_its_evidence_and_can_be_stated_anew(client, in_hand):
    case, posting = in_hand
    needs(YEARS)
    form = {"field": YEARS, "value": "3", "evidence": "问过法院"}
    client.post(here(case, "fact/"), form)
    client.post(here(case, "fact/"), {**form, "value": "7", "evidence": "看了判决书"})

    page = shown(client, case)

    found = page[page.index('id="stated"') : page.index('id="history"')]
    for words in ("法定代表人经济犯罪刑满年数", "7年", "看了判决书", posting.officer_code):
        assert words in found
    assert "3年" in found
    assert found.index("7年") < found.index("3年")
    assert f"fact/?field={YEARS}" in found
    assert looks(case).count("application.fact_stated") == 2


def test_with_no_fact_missing_there_is_no_form(client, in_hand):
    case, _posting = in_hand

    page = shown(client, case, "fact/", 409)

    assert "<textarea" not in page
    assert here(case) in page


def test_what_the_applicant_said_cannot_be_stated_away(in_hand):
    case, posting = in_hand
    set_values(case, ground=told("job"))
    needs("residence.ground", "==", "job")

    with pytest.raises(Refused) as refusal:
        state_fact(
            actor=officer_actor(posting),
            reference=case.reference,
            field="residence.ground",
            value="home",
            evidence="看过",
        )

    assert refusal.value.code == "application.fact_not_missing"


def test_only_wanting_to_grant_counts_as_an_attempt(client, in_hand):
    case, _posting = in_hand
    make_rule(override="本机关负责人")

    client.post(here(case, "approve/"), {"reason": "照批", "no_interest": "on"})
    client.post(here(case, "ask/"), {"reason": "请授权"})

    case.refresh_from_db()
    assert case.state == State.ESCALATED
    assert Alarm.objects.get(application=case).attempts == 1


def test_a_condition_that_is_not_met_stands_in_the_rules_and_asks_for_a_word(client, in_hand):
    case, _posting = in_hand
    set_values(case, household_address=told("四川省广安市广安区北辰街道文昌街21号"))
    assert "条件不符合：户口不在广安区" in shown(client, case)
    assert 'name="although"' in shown(client, case, "approve/")

    granting = {"reason": "都看过", "no_interest": "on"}
    refused = client.post(here(case, "approve/"), granting)
    assert refused.status_code == 422
    assert 'name="although"' in refused.content.decode()
    assert "都看过" in refused.content.decode()
    client.post(here(case, "approve/"), {**granting, "although": "户口上周已迁出"})

    case.refresh_from_db()
    assert case.state == State.APPROVED
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    decision = Decision.objects.get(application=case)
    assert decision.reason == "都看过\n户口上周已迁出"
    assert decision.grounds == ["户口不在广安区"]


def test_who_is_registered_elsewhere_meets_the_condition(client, in_hand):
    case, _posting = in_hand
    set_values(case, household_address=told("重庆市江北区观音桥1号"))

    assert "条件不符合" not in shown(client, case)
    assert 'name="although"' not in shown(client, case, "approve/")


def test_only_what_was_seen_is_written_down_as_seen(client, in_hand):
    case, _posting = in_hand
    needs(YEARS)
    fact = {"field": YEARS, "value": "9", "evidence": "问过"}
    client.post(here(case, "fact/"), fact)
    client.post(here(case, "approve/"), {"reason": "齐了", "no_interest": "on"})

    assert looks(case) == [
        "application.fact_stated",
        "application.rules.checked",
        "application.approved",
    ]


def test_sending_a_request_is_no_look_at_the_case(client, in_hand):
    case, _posting = in_hand

    client.post(here(case, "correct/"), {"point_name": "不清楚", "days": "10", "send": "1"})

    assert looks(case) == ["application.correction_asked"]


def test_acts_stay_whole_however_often_somebody_looks(client, in_hand):
    case, posting = in_hand
    make_rule(override="本机关负责人")
    client.post(here(case, "approve/"), {"reason": "照批", "no_interest": "on"})
    for _ in range(70):
        record(
            actor=officer_actor(posting),
            verb="application.viewed",
            on=case,
            subjects=case.subjects,
            purpose=Purpose.case(case.reference),
        )
    client.post(here(case, "ask/"), {"reason": "请您看一下"})
    close_gate()

    page = shown(client, case)

    history = page[page.index('id="history"') :]
    assert "71次" in history
    assert history.count("is-view") == 1
    order = [history.index(words) for words in ("领件", "规则", "请您看一下")]
    assert order == sorted(order)
    assert "is-stop" in history


def test_a_case_that_ended_says_how_by_whom_when_and_with_which_letter(client, in_hand):
    case, posting = in_hand
    rule = make_rule()
    client.post(here(case, "approve/"), {"reason": "照批", "no_interest": "on"})
    client.post(here(case, "reject/"), {"grounds": "住址不在本区", "reason": "实地看过"})

    page = shown(client, case)

    ending = page[page.index('id="ending"') : page.index('id="history"')]
    for words in ("住址不在本区", "实地看过", posting.officer_code, rule.code, "没批准"):
        assert words in ending
    assert here(case, "letter/") in ending
    assert "住址不在本区" in shown(client, case, "letter/")
    assert AuditEntry.objects.get(verb="outcome.viewed").actor == posting.account_id


@pytest.mark.parametrize("way", ["approve", "reject", "correct", "pass-on", "ask", "fact"])
def test_a_case_that_ended_offers_no_form_and_leads_back(client, in_hand, way):
    case, _posting = in_hand
    client.post(here(case, "reject/"), {"grounds": "住址不在本区", "reason": "看过"})

    page = shown(client, case, f"{way}/", 409)

    assert 'data-code="application.has_ended"' in page
    assert "<textarea" not in page
    assert f'href="{here(case)}"' in page


@pytest.mark.parametrize("way", ["approve", "reject", "pass-on"])
def test_a_case_that_waits_for_the_applicant_says_so_and_keeps_what_was_typed(client, in_hand, way):
    case, posting = in_hand
    ask_for(case, posting, "name")

    form = {"reason": "我写了很多", "grounds": "一条", "no_interest": "on"}
    page = client.post(here(case, f"{way}/"), form)

    assert page.status_code == 409
    assert "还没有补来" in page.content.decode()
    assert "我写了很多" in page.content.decode()


def test_what_nobody_may_allow_cannot_be_asked(client, in_hand):
    case, _posting = in_hand
    assert 'data-code="application.nothing_to_allow"' in shown(client, case, "ask/", 409)
    make_rule()

    page = shown(client, case, "ask/", 409)

    assert 'data-code="application.nobody_may_allow"' in page
    assert "<textarea" not in page


def test_another_clerks_case_is_refused_with_the_way_back(client, in_hand):
    case, _posting = in_hand
    sign_in(client, make_officer(office_of(case)).account)

    page = client.post(here(case, "reject/"), {"grounds": "写好的理由", "reason": "看过"})

    assert page.status_code == 409
    assert f'href="{here(case)}"' in page.content.decode()
    assert "写好的理由" in page.content.decode()
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
    assert not Decision.objects.filter(application=case).exists()


def test_the_desk_names_answers_by_their_element_and_waits_for_the_applicant(client, in_hand):
    case, posting = in_hand
    set_values(case, ground=told("job"))
    name = DataElement.objects.get(code="residence.ground").name
    page = shown(client, case)
    assert name in page
    assert "您占哪一样" not in page
    ask_for(case, posting, "name")

    assert "等申请人补" in shown(client, case)
    assert "等您补" not in client.get("/admin/desk/?show=waiting").content.decode()
    record(actor=ARRANGING, verb="test.looked", subjects=case.subjects)
