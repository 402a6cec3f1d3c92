"""What can be searched for together, and what would sift the whole trail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.kernel.actors import Actor
from audit.trail import record
from catalog.models import Region
from portal.desk.trail_topics import topic_of
from portal.desk.trail_words import VERBS
from tests.factories.identity import (
    make_department,
    make_number,
    make_person,
    make_posting,
)
from tests.factories.room import LOOKED_UP, ask, look, officers, text

pytestmark = pytest.mark.django_db


def today():
    return {"since": timezone.localdate(), "until": timezone.localdate()}


def test_entries_of_an_office_are_found_by_its_name(client, supervisor):
    office, elsewhere = make_department(), make_department()
    mine, other = make_posting(department=office), make_posting(department=elsewhere)
    look(mine, make_person())
    look(other, make_person())

    response = ask(client, {"office": office.code})

    assert officers(response) == [mine.officer_code]
    assert office.name in text(response)


def test_offices_to_choose_from_are_those_of_the_supervisors_region(client, supervisor):
    far, _ = Region.objects.get_or_create(
        code="310100000000", defaults={"name": "上海市", "full_name": "上海市", "level": 2}
    )
    here, away = make_department(), make_department(region=far)

    form = client.get("/admin/trail/").context["form"]

    codes = [code for code, _name in form.fields["office"].choices]
    assert here.code in codes
    assert away.code not in codes


def test_every_act_is_offered_once_under_what_it_is_about(client, supervisor):
    choices = client.get("/admin/trail/").context["form"].fields["verb"].choices
    assert choices[:1] == [("", "全部")]
    assert [words for words, _acts in choices[1:5]] == [
        "一次选一类",
        "办件和材料",
        "没有对应办件的查看",
        "对查看的提问",
    ]
    acts = {words: [verb for verb, _words in acts] for words, acts in choices[2:]}
    assert sorted(verb for verbs in acts.values() for verb in verbs) == sorted(VERBS)
    assert all(acts.values())
    assert acts["没有对应办件的查看"][:2] == ["person.looked_up", "lookup_review.viewed"]
    assert "trail.words_erased" in acts["依法删除文字"]
    with pytest.raises(LookupError, match=r"other\.done has no heading"):
        topic_of("other.done")


def test_a_kind_of_acts_finds_every_verb_of_it(client, supervisor):
    clerk, person = make_posting(), make_person()
    for verb in ("application.viewed", "value.revealed", "application.claimed"):
        look(clerk, person, verb=verb)

    found = ask(client, {"officer": clerk.officer_code, "verb": "looks"})
    one = ask(client, {"officer": clerk.officer_code, "verb": "reveals"})

    verbs = [line.verb for line in found.context["lines"]]
    assert verbs == ["value.revealed", "application.viewed"]
    assert [line.verb for line in one.context["lines"]] == ["value.revealed"]


def test_only_looks_without_a_case_are_those_with_a_typed_reason_or_none(client, supervisor):
    clerk, person = make_posting(), make_person()
    look(clerk, person)
    look(clerk, person, verb="application.claimed", reference="")
    look(clerk, person, reference="", outcome="refused")
    none = look(clerk, person, reference="")
    typed = look(clerk, person, verb="person.looked_up", purpose=LOOKED_UP)

    found = ask(client, {"officer": clerk.officer_code, "only": "without-case"})

    assert [line.number for line in found.context["lines"]] == [typed, none]
    assert all(line.without_case for line in found.context["lines"])


def test_what_the_portal_does_by_itself_is_no_look_without_a_case(client, supervisor):
    record(actor=Actor.system("test"), verb="report.viewed", subjects=[make_person().pk])

    found = ask(client, {"only": "without-case", **today()})

    assert officers(found) == []


@pytest.mark.parametrize("sifted", [{"verb": "message.sent"}, {"only": "without-case"}])
def test_what_would_sift_the_whole_trail_is_refused_with_what_to_add(client, supervisor, sifted):
    office = make_department()
    last = timezone.localdate()
    too_long = {"since": last - timedelta(days=31), "until": last}
    for search in (sifted, {**sifted, "office": office.code}, {**sifted, **too_long}):
        assert "最多31天" in text(ask(client, search))


@pytest.mark.parametrize("sifted", [{"verb": "message.sent"}, {"only": "without-case"}])
def test_a_month_an_officer_a_case_or_a_person_is_narrow_enough(client, supervisor, sifted):
    last = timezone.localdate()
    number = make_number()
    make_person(number=number)
    month = {"since": last - timedelta(days=30), "until": last}
    for narrow in (month, {"officer": supervisor.officer_code}, {"number": number}):
        assert ask(client, {**sifted, **narrow}).context["has_result"]


def test_a_person_is_found_together_with_officer_office_act_and_time(client, supervisor):
    number = make_number()
    person = make_person(number=number)
    clerk, other = make_posting(), make_posting()
    look(clerk, person)
    look(clerk, person, verb="application.claimed")
    look(clerk, make_person())
    look(other, person)
    search = {
        "number": number,
        "officer": clerk.officer_code.lower(),
        "office": clerk.department.code,
        "verb": "application.viewed",
        **today(),
    }

    found = ask(client, search)

    assert [(one.officer, one.verb) for one in found.context["lines"]] == [
        (clerk.officer_code, "application.viewed")
    ]


def test_pages_about_one_person_go_on_where_they_ended(client, supervisor):
    number = make_number()
    person = make_person(number=number)
    clerk = make_posting()
    mine = [look(clerk, person) for _ in range(60)]

    first = ask(client, {"number": number, "officer": clerk.officer_code})
    here = f"/admin/trail/?search={first.context['word']}"
    second = client.get(f"{here}&from={first.context['page'].after}")

    shown = [line.number for page in (first, second) for line in page.context["lines"]]
    assert shown == mine[::-1]


def test_a_search_by_office_cannot_name_another_region(client, supervisor):
    far, _ = Region.objects.get_or_create(
        code="310100000000", defaults={"name": "上海市", "full_name": "上海市", "level": 2}
    )

    page = text(ask(client, {"office": make_department(region=far).code}))

    assert 'href="#id_office"' in page


def test_supervisors_find_their_own_searches_like_anybodys(client, supervisor):
    look(make_posting(), make_person())
    ask(client, today())

    found = ask(client, {"officer": supervisor.officer_code})

    assert [line.verb for line in found.context["lines"]] == ["trail.viewed"]
    assert found.context["lines"][0].purpose == "监督"
