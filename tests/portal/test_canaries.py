"""A walk through the whole portal as everybody, with twenty people nobody can be confused with.

Each of them, and each of their firms, is called by signs no other text contains. An answer with
such a sign must have its entry naming that person, and an entry about one of them must have an
answer about that person: no data without a trace, no trace for nothing. Only what applicants wrote
about others, or a register says about themselves, they read without naming these (decision 17).
An answer about somebody who is not called in it is one to a question of who reads it: what there is
of mine, how my case goes, who has this number. To be told that it is not there, or elsewhere, is
none.

`make test ARGS="-s -n 0 tests/portal/test_canaries.py"` prints how much was asked and found.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.management import call_command

from identity.doors import CITIZENS_DOOR, STAFF_DOOR
from identity.models import Account
from tests.factories.canaries import Own, World, hidden_of, make_helper, make_world
from tests.factories.canary_rooms import furnish
from tests.factories.identity import make_citizen
from tests.factories.rules import put_rules_of_the_file
from tests.portal.canary_reading import routes_at
from tests.portal.canary_walk import Citizen, Officer, Program, Visitor, Walk

pytestmark = pytest.mark.django_db

# Patterns that answer no walk with a page, and why.
NO_PAGES = {
    r"(admin/)?\^account/(email/confirm|password/reset)/.*": "a link of a mail leads there",
    r"(admin/)?account/second-factor/.*": "only with a code, or right after the password",
    r"(admin/)?account/password/set/": "for accounts without a password, which nobody has",
    r"admin/account/register/": "leads to the door: nobody registers behind it",
    r"admin/(login|password_change.*)/": "Django's own, led on to the door's",
    r"admin/(logout|sign-out|jsi18n)/|sign-out/": "ends the walk, or shows nothing but words",
    r"admin/r/.*": "leads on from a row to its page, which none has",
    r"admin/|apply/<str:(code|reference)>/((resume|papers)/)?": "leads on to another page",
    r"admin/\w+/\w+/<path:object_id>/delete/": "nobody deletes rows of these tables",
    r"admin/applications/.*": "tables that are no post's",
    r"admin/catalog/rating/<.*": "no mark has a page of its own",
    r"admin/\^\(\?P<app_label>.*": "the tables of one package have no page",
    r"admin/desk/<str:reference>/(ask|fact)/": "where a rule stops the case, shown as by approve",
    r"my/cases/<str:reference>/proof/|trust/consistency.json": "takes a seal, which takes commits",
}
SEES_NOBODY = {"unproven", "catalogue", "lead"}


@pytest.fixture
def world(tmp_path: Path, settings) -> World:
    settings.VAR, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    settings.EXPORTS_ROOT = tmp_path / "exports"
    put_rules_of_the_file()
    call_command("load_sample", stdout=io.StringIO())
    made = make_world()
    furnish(made)
    return made


def those_who_help(world: World) -> Iterator[tuple[Account, UUID]]:
    """Under a mandate of a person or a firm, and those who lead a firm."""
    *_others, helper = world.people
    for giver in list(world.people)[:4]:
        yield make_helper(helper, for_person_id=giver), giver
    for firm, leader in world.led.items():
        yield Account.objects.get(person=leader), firm
        yield make_helper(helper, for_organisation_id=firm), firm


def everybody_who_walks(world: World, found: Walk) -> Iterator[Visitor]:
    """Nobody, whoever has an account, those who act for others, and the programs of officers."""
    helpers = list(those_who_help(world))
    yield Visitor(world, found)
    yield Citizen(make_citizen(proven=False), world, found)
    doors = {"citizen": Citizen, "staff": Officer}
    for account in Account.objects.exclude(kind="service").order_by("created_at"):
        yield doors[account.kind](account, world, found)
    for account, acting_for in helpers:
        yield Citizen(account, world, found, acting_for=acting_for)
    for account in Account.objects.filter(postings__capacity="clerk").order_by("created_at"):
        yield Program(account, world, found)


def filled(route: str) -> str:
    """An address of this pattern; of a table, the one of a row it has."""
    table = re.match(r"admin/(applications|auth|catalog|identity)/(\w+)/<path", route)
    row = apps.get_model(table[1], table[2]).objects.first() if table else None
    values = {"uuid": str(uuid4()), "int": "1", "str": "GONE", "path": str(row.pk if row else 1)}
    return "/" + re.sub(r"<(\w+):\w+>", lambda part: values[part[1]], route)


def unreached(missed: set[str], found: Walk) -> dict[str, set[int]]:
    """Patterns at which somebody is told anything but to go elsewhere or that it is not for them,
    and to whom nobody says that something is done there and nothing shown (405)."""
    told = {
        route: {client.get(filled(route)).status_code for client in found.clients.values()}
        for route in missed
        if reason_for(route) is None
    }
    away = {302, 401, 403}
    return {route: said for route, said in told.items() if said - away and 405 not in said}


def reason_for(route: str) -> str | None:
    return next((one for one in NO_PAGES if re.fullmatch(one, route)), None)


def never_met(world: World, found: Walk) -> set[str]:
    """What was planted in vain: somebody no answer called by sign and by number, or a kind of value
    no answer showed of anybody."""
    own = [Own(place) for place in range(len(world.people))]
    kinds = {name: {getattr(one, name) for one in own} for name in ("phone", "username", "words")}
    kinds["account"] = {hidden_of(one.account) for one in own}
    kinds["born"] = {f"{one.born}" for one in own}
    needed = [{one.sign} for one in own]
    needed += [{hidden_of(planted.number)} for planted in world.people.values()]
    return {min(one) for one in (*needed, *kinds.values()) if not one & found.met.keys()}


def test_no_data_without_a_trace_and_no_trace_without_data(world):
    found = Walk()
    for visitor in everybody_who_walks(world, found):
        visitor.walk_about()
    every = {*routes_at(CITIZENS_DOOR), *routes_at(STAFF_DOOR)}
    missed = every - found.reached.keys()
    print(
        f"\n{len(world.people)} people, {len(found.roles)} roles, {found.answers} addresses asked,"
        f" {found.with_canaries} answers with canaries, {found.entries} entries,"
        f" {len(every & found.reached.keys())} of {len(every)} routes reached"
    )
    assert (+found.without_trace, +found.without_answer, +found.less_covered) == ({}, {}, {})
    assert unreached(missed, found) == {}
    assert {reason_for(route) for route in missed} >= NO_PAGES.keys()
    assert {role for role, shown in found.roles.items() if not shown} == SEES_NOBODY
    assert never_met(world, found) == set()
    assert found.shown > 100
    assert found.others > 0
    assert found.own_words > 0
    assert found.letters > 0
