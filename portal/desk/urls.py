"""Addresses of the back office that are not plain tables, below `/admin/`.

The pages of cases belong to `applications`, those of the trail to `audit`; here they are put behind
the postings they are for, and the trail is told where to ask for names.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import include, path

from applications.views import desk_urls
from audit.kernel.actors import Capacity
from audit.views import alarms as sentinel
from audit.views.case import case
from audit.views.entry import entry
from audit.views.exports import answer, ask_export, exports, fetch, withdraw
from audit.views.leaks import leak_officer, leaks
from audit.views.marks import mark
from audit.views.officer import officer, people
from audit.views.person import person
from audit.views.seal import seal
from audit.views.search import search
from identity.http import require_posting
from identity.step_up import step_up
from portal.desk import disputes, holds, lookup_views, questions, review_views, views
from portal.desk.directory import PortalDirectory
from portal.desk.leak_directory import PortalLeakDirectory
from portal.erasures import views as erasures

for_supervisors = require_posting(Capacity.SUPERVISOR)
DIRECTORY = {"directory": PortalDirectory()}
judge_alarm = step_up("trail:alarms", has_form=True)(sentinel.alarm)
reset_rule = step_up("trail:rules")(sentinel.reset)
LEAK_DIRECTORY = {"directory": PortalLeakDirectory()}


def trail_page(address: str, view: Callable[..., Any], name: str) -> Any:
    return path(address, for_supervisors(view), DIRECTORY, name=name)


def file_page(address: str, view: Callable[..., Any], name: str, **more: bool) -> Any:
    return trail_page(address, step_up("trail:exports", **more)(view), name)


def leak_page(address: str, view: Callable[..., Any], name: str) -> Any:
    return path(address, for_supervisors(view), LEAK_DIRECTORY, name=name)


trail_patterns = [
    trail_page("trail/", search, "search"),
    leak_page("trail/leaks/", step_up("trail:leaks", has_form=True)(leaks), "leaks"),
    leak_page("trail/leaks/officers/<str:code>/", leak_officer, "leak-officer"),
    trail_page("trail/alarms/", sentinel.alarms, "alarms"),
    trail_page("trail/alarms/<int:number>/", judge_alarm, "alarm"),
    trail_page("trail/alarms/rules/", sentinel.rules, "rules"),
    trail_page("trail/alarms/rules/<int:move>/reset/", reset_rule, "reset-rule"),
    trail_page("trail/person/", person, "person"),
    trail_page("trail/entries/<int:number>/", entry, "entry"),
    trail_page("trail/seal/", seal, "seal"),
    trail_page("trail/exports/", exports, "exports"),
    file_page("trail/exports/ask/", ask_export, "ask-export", has_form=True),
    file_page("trail/exports/<str:number>/answer/", answer, "answer-export", has_form=True),
    trail_page("trail/exports/<str:number>/withdraw/", withdraw, "withdraw-export"),
    file_page("trail/exports/<str:number>/file/", fetch, "fetch-export", goes_on=False),
    trail_page("trail/officers/<str:code>/", officer, "officer"),
    trail_page("trail/officers/<str:code>/people/", people, "officer-people"),
    trail_page("trail/cases/<str:reference>/", case, "case"),
]

desk_patterns = [
    *desk_urls.urlpatterns,
    path("mark/<str:token>.svg", mark, name="mark"),
    path("lookup/", lookup_views.lookup, name="lookup"),
    path("lookup/case/", lookup_views.case_lookup, name="case-lookup"),
    path("lookup/reviews/", review_views.reviews, name="reviews"),
    path("lookup/reviews/<str:reference>/", review_views.review, name="review"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<str:reference>/", disputes.dispute, name="dispute"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<str:reference>/", questions.question, name="question"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.new, name="hold-new"),
    path("holds/<str:reference>/", holds.hold, name="hold"),
    path("holds/<str:reference>/confirm/", holds.confirm, name="hold-confirm"),
    path("holds/<str:reference>/turn-down/", holds.turn_down, name="hold-turn-down"),
    path("holds/<str:reference>/end/", holds.end, name="hold-end"),
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/new/", erasures.new, name="erasure-new"),
    path("erasures/<str:number>/", erasures.erasure, name="erasure"),
    path("erasures/<str:number>/confirm/", erasures.confirm, name="erasure-confirm"),
    path("erasures/<str:number>/turn-down/", erasures.turn_down, name="erasure-turn-down"),
    path("erasures/<str:number>/end/", erasures.end, name="erasure-end"),
    path("demand/", views.demand, name="demand"),
    path("tables/", admin.site.admin_view(admin.site.index), name="tables"),
    path("postings/", views.postings, name="postings"),
    path("api-token/", views.token, name="token"),
]

urlpatterns = [
    path("", views.home, name="staff-home"),
    path("", include((trail_patterns, "trail"))),
    path("", include((desk_patterns, "desk"))),
]
