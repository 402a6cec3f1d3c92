"""The baseline: plain Django views that ask the database the same and answer the same bytes.

Each is what somebody who knows Django would write first, behind the middleware of a new project.
It has no template, no rule, no check, no doors, and keeps nothing between requests. The bench stops
when a plain view no longer asks what ours asks, so the two cannot drift apart.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from applications.models import (
    Answers,
    Application,
    Attachment,
    Escalation,
    Holder,
    Queue,
    Rule,
    Step,
)
from audit.kernel.actors import Actor
from audit.models import Outbox
from audit.trail import record
from catalog.models import CalendarDay, Department, Release, ServiceItem
from identity.models import RecordFetch

Act = Callable[[], HttpResponse]
View = Callable[[HttpRequest], object]

OF_A_NEW_PROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Ours asks whether what it keeps still holds, where a plain view keeps nothing; and it keeps by
# which values people are known when these come out, and whose numbers beside the own are in a
# case and in the names of its files.
OURS_ALONE = (
    ("SELECT", "catalog_catalogversion"),
    ("SELECT", "applications_attachment"),
    ("SELECT", "identity_personnumber"),
    ("INSERT", "identity_valuemark"),
)
STATEMENT = re.compile(
    r'(?:(SELECT)\b.*?\bFROM "?(\w+)|(SELECT) (audit_record)|(INSERT) INTO "(\w+)|(UPDATE) "(\w+))',
    re.DOTALL | re.IGNORECASE,
)


def guide(request: HttpRequest, code: str = "CN014") -> None:
    """What a guide shows: the item, its release, the offices of its steps, the calendar, events."""
    today = timezone.localdate()
    item = ServiceItem.objects.exclude(status="retired").select_related("department").get(code=code)
    release = item.releases.filter(
        Q(in_force_to__isnull=True) | Q(in_force_to__gt=today),
        published_at__isnull=False,
        in_force_from__lte=today,
    ).defer("content")[0]
    content = Release.objects.values_list("content", flat=True).get(pk=release.pk)
    codes = {step["department"] for step in content["steps"]}
    list(Department.objects.filter(code__in=codes))
    list(CalendarDay.objects.values_list("day", "is_worked"))
    CalendarDay.objects.filter(provisional=False).aggregate(last=Max("day"))
    list(item.life_events.all())


def hand_in(request: HttpRequest, reference: str) -> None:
    """What handing in reads and writes, each once and in the order of the act."""
    account = request.user
    now = timezone.now()
    cases = Application.objects.select_for_update(of=("self",)).select_related("item__department")
    case = cases.get(reference=reference)
    own = Release.objects.filter(pk=case.release_id).values("number")
    Release.objects.filter(item=case.item_id, number__gt=own).defer("content").first()
    actor = replace(Actor.system("benchmark"), sign_in=str(account.pk))
    record(actor=actor, verb="bench.viewed", on=case, subjects=case.subjects)
    Answers.objects.get(application=case)
    list(Attachment.objects.filter(application=case, removed_at=None).order_by("uploaded_at"))
    fetches = RecordFetch.objects.filter(application_reference=reference)
    list(fetches.values_list("outcome", "source__record_type_id"))
    offices = list(Department.objects.filter(pk=case.item.department_id))
    case.queue = Queue.objects.get(department=offices[0])
    held = Holder.objects.filter(application=case, until=None)[0]
    held.until = now
    held.save(update_fields=["until"])
    Holder.objects.create(application=case, kind="department", department=offices[0], since=now)
    Step.objects.bulk_create(
        Step(application=case, order=order, code=f"s{order}", kind="review", department=offices[0])
        for order in (1, 2)
    )
    case.submitted_at = case.updated_at = now
    case.save()
    record(actor=actor, verb="bench.submitted", on=case, subjects=case.subjects)
    Outbox.objects.bulk_create(
        [Outbox(kind="bench", key=f"bench:{now}", payload={}, next_try=now)], ignore_conflicts=True
    )
    Outbox.objects.filter(key=f"bench:{now}").exists()  # a promise asks whether it stands
    Answers.objects.get(application=case)
    list(Escalation.objects.filter(application=case, answer="allowed").values_list("rules"))
    concerned = Q(items__contains=["*"]) | Q(items__contains=[case.item.code])
    list(Rule.objects.filter(concerned, is_active=True).order_by("code"))


def plainly(view: View, body: bytes, cookies: dict[str, str] | None = None) -> Act:
    """The view behind the middleware of a new project, answering `body`."""

    @transaction.atomic
    def answered(request: HttpRequest) -> HttpResponse:
        view(request)
        return HttpResponse(body)

    handler = BaseHandler()
    with override_settings(MIDDLEWARE=OF_A_NEW_PROJECT):
        handler.load_middleware()
    addresses = (path("plain/", answered),)

    def asked() -> HttpResponse:
        request = RequestFactory(HTTP_HOST="localhost").get("/plain/")
        request.COOKIES.update(cookies or {})
        request.urlconf = addresses
        response = handler.get_response(request)
        assert response.content == body, "the plain view did not answer"
        return response

    return asked


def statements(act: Act) -> Counter[tuple[str, str]]:
    """What an act asks the database: how often which verb on which table."""
    with CaptureQueriesContext(connection) as queries:
        act()
    found = (STATEMENT.search(query["sql"]) for query in queries)
    asked = Counter(
        tuple(part.strip('"').upper() if place == 0 else part for place, part in enumerate(parts))
        for one in found
        if one and (parts := [part for part in one.groups() if part])
    )
    for one in OURS_ALONE:
        del asked[one]
    return asked


def undone(act: Act) -> Act:
    """Carry the act out in a transaction that is rolled back, so that it can be done again."""

    def tried() -> HttpResponse:
        block = transaction.atomic()
        block._from_testcase = True  # a request insists on the outermost block, as in a test case
        with block:
            answer = act()
            transaction.set_rollback(True)
        return answer

    return tried


def must_ask_the_same(ours: Counter[tuple[str, str]], plain: Counter[tuple[str, str]]) -> None:
    """Stop the bench when the baseline is not the one we say it is."""
    if ours != plain:
        raise SystemExit(f"only ours asks {ours - plain}; only the plain view asks {plain - ours}")
