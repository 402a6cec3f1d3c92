"""What is measured, one function a figure."""

import csv
import json
import statistics
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

django.setup()

from applications.actions.claim import claim_next  # noqa: E402
from applications.models import Application  # noqa: E402
from applications.states import State  # noqa: E402
from audit.kernel.actors import Actor, Purpose  # noqa: E402
from audit.trail import ObjectRef, record  # noqa: E402
from catalog.models import Release  # noqa: E402
from catalog.search.engine import find  # noqa: E402
from identity.models import Account, PersonDetail  # noqa: E402
from portal.sample.cases import CASES, citizen, draft, officer  # noqa: E402
from tests.benchmarks.long_trail import long_trail  # noqa: E402
from tests.benchmarks.measure import Figure, in_turns  # noqa: E402
from tests.benchmarks.plain import guide as plain_guide  # noqa: E402
from tests.benchmarks.plain import hand_in as plain_hand_in  # noqa: E402
from tests.benchmarks.plain import must_ask_the_same, plainly, statements, undone  # noqa: E402
from tests.benchmarks.trail import cost_of_an_act, seal_and_check  # noqa: E402
from tests.factories.identity import sign_in  # noqa: E402

HOST = "localhost"
ROUNDS = 60
GUIDE = "/services/CN014/"
QUERIES = Path(__file__).parents[1] / "catalog/data/search_queries_dev.csv"
PERCENTILE = 94  # the 95th of statistics.quantiles(n=100)


def all_figures() -> Iterator[str]:
    """Every line of the report, as soon as it is measured."""
    for figure in guide_page():
        yield figure.line()
    yield cached_guide_page().line()
    yield submit().line()
    yield search().line()
    yield gate().line()
    yield claim().line()
    yield from statements_on_the_trail()
    yield from trail_figures()


def guide_page() -> Iterator[Figure]:
    """The guide of an item for somebody not signed in, without the cache of anonymous pages.

    First as most visits meet it: the process has written this guide before, and only asks whether
    it still holds. Then as the first visit of the day meets it: nothing is kept.
    """
    client = Client(HTTP_HOST=HOST)
    others = Release.objects.in_force(timezone.localdate()).exclude(item__code="CN014")
    codes = iter(others.values_list("item__code", flat=True))

    def page(code: str = "CN014") -> HttpResponse:
        cache.clear()
        return client.get(f"/services/{code}/")

    asked = statements(page)
    plain = plainly(plain_guide, page().content)
    must_ask_the_same(asked, statements(plain))
    yield Figure("guide page, uncached", *in_turns(page, plain, ROUNDS), target=0.7)
    first = in_turns(lambda: page(next(codes)), plain, ROUNDS)
    yield Figure("guide page, first of the day", *first)


def cached_guide_page() -> Figure:
    """The same page from the cache of anonymous pages, against the page built anew."""
    client = Client(HTTP_HOST=HOST)

    def kept() -> HttpResponse:
        return client.get(GUIDE)

    def fresh() -> HttpResponse:
        cache.clear()
        return kept()

    cached, built = in_turns(kept, fresh, ROUNDS)
    return Figure("guide page, cached (bare: built anew)", cached, built)


def submit() -> Figure:
    """Handing in a complete draft: one POST, undone each time, so neither side commits."""
    rows = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    reference, account = _complete_draft(next(row for row in rows if row["item"] == "CN100"))
    client = Client(HTTP_HOST=HOST)
    client.force_login(account)
    client.get("/preferences/")  # the sign of life of the session, due twice a minute
    hand_in = undone(lambda: client.post(f"/apply/{reference}/check/", {"declared": "yes"}))
    assert hand_in().status_code == HTTPStatus.FOUND, "the draft could not be handed in"
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    plain = undone(plainly(lambda request: plain_hand_in(request, reference), b"", cookies))
    must_ask_the_same(statements(hand_in), statements(plain))
    return Figure("hand in a case", *in_turns(hand_in, plain, ROUNDS), target=0.6)


def _complete_draft(row: dict[str, Any]) -> tuple[str, Account]:
    """A complete draft of the sample's, made once and left as it is."""
    account = Account.objects.get(username=row["by"])
    drafts = Application.objects.filter(applicant_id=account.person_id, state=State.DRAFT)
    application = drafts.filter(item__code=row["item"]).first()
    if application is None:
        with transaction.atomic():
            application = draft(row, complete=True)
    return application.reference, account


def search() -> Figure:
    """The 95th percentile over everyday sentences, against ILIKE over the names in the database."""
    with QUERIES.open(encoding="utf-8") as file:
        sentences = [row["query"] for row in csv.DictReader(file) if row["catalog"] == "cn"]
    find(sentences[0])
    ours, bare = [], []
    for sentence in sentences * 5:
        begun = time.perf_counter()
        find(sentence)
        between = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                "select id from catalog_serviceitem where name ilike %s", [f"%{sentence}%"]
            )
            cursor.fetchall()
        ours.append(between - begun)
        bare.append(time.perf_counter() - between)
    worst = [statistics.quantiles(times, n=100)[PERCENTILE] * 1000 for times in (ours, bare)]
    return Figure("search, 95th percentile (bare: ILIKE)", *worst)


def gate() -> Figure:
    """Recording a view and reading one person behind the gate, against reading an open row."""
    subject = Account.objects.exclude(person=None).values_list("person_id", flat=True)[0]
    actor = Actor.system("benchmark")

    def gated() -> None:
        with transaction.atomic():
            record(
                actor=actor,
                verb="person.viewed",
                on=ObjectRef("identity.person", str(subject)),
                subjects=[subject],
                purpose=Purpose.duty("benchmark"),
            )
            PersonDetail.objects.get(pk=subject)

    def open_row() -> None:
        with transaction.atomic():
            Account.objects.get(person_id=subject)

    return Figure("record and read one person (bare: read)", *in_turns(gated, open_row, ROUNDS * 5))


def claim() -> Figure:
    """Taking the next case and giving it back, against one locked read."""
    actor = officer("clerk1")

    def ours() -> None:
        with transaction.atomic():
            claim_next(actor=actor)
            transaction.set_rollback(True)

    def bare() -> None:
        with transaction.atomic():
            Application.objects.select_for_update(skip_locked=True).order_by("id").first()

    return Figure("claim the next case (bare: one locked read)", *in_turns(ours, bare, ROUNDS))


def statements_on_the_trail() -> Iterator[str]:
    """How many statements of a page touch the trail: one where somebody's data are shown.

    Pages that show the trail itself read it besides: /my/ has an excerpt of who looked, a case at
    the desk its history.
    """
    clerk = officer("clerk1")
    in_hand = Application.objects.filter(state=State.ACCEPTED, claimed_by=clerk.account_id)
    case = in_hand.first() or claim_next(actor=clerk)
    assert case is not None, "no case is left for clerk1: remove the folder of the bench"
    own = Application.objects.filter(applicant__account__username="founder1", state=State.APPROVED)
    reference = own.values_list("reference", flat=True)[0]
    pages = {
        "": [GUIDE],
        "founder1": ["/my/", "/my/records/", "/my/messages/", f"/my/cases/{reference}/"],
        "clerk1": ["/admin/desk/", f"/admin/desk/{case.reference}/"],
    }
    for username, addresses in pages.items():
        client = Client(HTTP_HOST=HOST)
        if username:
            sign_in(client, Account.objects.get(username=username))
        for address in addresses:
            yield _touched(client, address, username or "visitor")


def trail_figures() -> Iterator[str]:
    """What the trail costs an act, and how it fares when it is long."""
    rows = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    row = next(row for row in rows if row["item"] == "CN100")
    reference, account = _complete_draft(row)
    client = Client(HTTP_HOST=HOST)
    client.force_login(account)
    client.get("/preferences/")
    hand_in = undone(lambda: client.post(f"/apply/{reference}/check/", {"declared": "yes"}))
    draft_case = Application.objects.get(reference=reference)
    texts = {key: str(value) for key, value in row["answers"].items()}
    for figure in cost_of_an_act(hand_in, citizen(account), draft_case, texts):
        yield figure.line()
    yield from seal_and_check()
    yield from long_trail()


def _touched(client: Client, address: str, who: str) -> str:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == HTTPStatus.OK, address
    touched = sum("audit_" in query["sql"] for query in queries)
    shown = address.split("YB-")[0]
    return f"statements on audit_*: {touched} of {len(queries):2} ({who}, {shown})"
