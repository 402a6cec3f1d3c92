"""The citizen's own space: what is open, who looked, for whom one acts, what one holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from applications.definitions import definition_for
from applications.models import Application, Outcome
from applications.selectors.own import STATE_MARKS, holder_words, own_cases
from applications.states import ENDED, State
from audit.kernel.actors import Actor, Purpose
from audit.pages import page_of
from audit.trail import ObjectRef, record
from catalog.models import ServiceItem
from catalog.selectors.definitions import definition_of
from catalog.text import local
from identity.access import own_subjects, subjects_of
from identity.actions.withdraw_mandate import get_given, withdraw_mandate
from identity.http import SignedInRequest, require_citizen
from identity.models import Mandate, Organisation, Person, PersonDetail
from identity.selectors.looks import reader_of
from identity.selectors.mandates import given_by
from identity.selectors.messages import unread_count
from portal.myspace.look_words import Look
from portal.myspace.looks import looks_by_people

OPEN_CASES = 100
RECENT = 3
RECENT_READ = 20  # looks that are folded into these lines
LICENCES = 100


@never_cache
@require_GET
@require_citizen
def home(request: SignedInRequest) -> HttpResponse:
    """Open cases first, the one that waits for the reader above all."""
    actor = request.actor
    under_mandate = actor.mandate_id is not None
    subjects = [] if under_mandate else own_subjects(actor)
    choices = _choices(actor)
    shown = [actor.person_id, actor.on_behalf_of, *subjects, *(one for one, _name in choices)]
    record_own(actor, "space.viewed", ObjectRef("space", str(actor.subject_id)), shown)
    cases = own_cases(actor)
    open_ones = list(cases.exclude(state__in=sorted(ENDED))[:OPEN_CASES])
    ended = page_of(
        cases.filter(state__in=sorted(ENDED)),
        keys=("created_at", "id"),
        cursor=request.GET.get("from", ""),
        descending=True,
        size=20,
    )
    waiting = [one for one in open_ones if one.state == State.CORRECTING]
    context = {
        "under_mandate": under_mandate,
        "name": PersonDetail.objects.values_list("name", flat=True).get(pk=actor.person_id),
        "principal": _name_of(actor.on_behalf_of),
        "choices": choices,
        "waiting": waiting[0] if waiting else None,
        "waiting_name": definition_for(waiting[0]).plain_name if waiting else "",
        "others_waiting": len(waiting) - 1,
        "open_entries": [case_entry(one) for one in open_ones],
        "ended_entries": [case_entry(one) for one in ended.rows],
        "page": ended,
        "unread": unread_count(request.user.pk),
        "looks": [] if under_mandate else _recent_looks(actor),
        "licences": _licences(subjects)[:RECENT],
        "mandates": _mandates_given(actor) + _mandates_held(actor),
    }
    return render(request, "portal/myspace/home.html", context)


@never_cache
@require_GET
@require_citizen
def mandates(request: SignedInRequest) -> HttpResponse:
    actor = request.actor
    space = ObjectRef("space.mandates", str(actor.person_id))
    held, given = _mandates_held(actor), _mandates_given(actor)
    shown = [*subjects_of(actor), *_parties(held + given)]
    record_own(actor, "mandates.viewed", space, shown)
    context = {
        "held": _with_items(held),
        "given": _with_items(given),
        "represents": Organisation.objects.filter(legal_representative_id=actor.person_id),
        "today": timezone.localdate(),
        "may_end": actor.on_behalf_of is None,
    }
    return render(request, "portal/myspace/mandates.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_citizen
def end_mandate(request: SignedInRequest, mandate_id: UUID) -> HttpResponse:
    """Taking a mandate back is asked once more; only who gave it can."""
    actor = request.actor
    if request.method == "POST":
        withdraw_mandate(actor=actor, mandate_id=mandate_id)
        messages.success(request, _("Taken back. Nobody can act under it any more."))
        return redirect("myspace:mandates")
    space = ObjectRef("space.mandates", str(actor.person_id))
    mandate = get_given(actor, mandate_id)
    record_own(actor, "mandates.viewed", space, [*subjects_of(actor), *_parties([mandate])])
    context = {"given": _with_items([mandate])[0]}
    return render(request, "portal/myspace/end_mandate.html", context)


@never_cache
@require_GET
@require_citizen
def licences(request: SignedInRequest) -> HttpResponse:
    """Licences one was granted here, each with the code anybody can check it by."""
    actor = request.actor
    subjects = own_subjects(actor)
    space = ObjectRef("space.licences", str(actor.subject_id))
    record_own(actor, "licences.viewed", space, subjects)
    context = {"licences": _licences(subjects), "today": timezone.localdate()}
    return render(request, "portal/myspace/licences.html", context)


def record_own(actor: Actor, verb: str, on: ObjectRef, subjects: Sequence[UUID | None]) -> None:
    """A look at one's own data, or of whom one acts for: those shown, and nobody else."""
    about = [one for one in subjects if one is not None]
    record(actor=actor, verb=verb, on=on, subjects=about, purpose=Purpose.own())


def case_entry(application: Application) -> dict[str, Any]:
    """A case as a line of a list (see `components/todo.html`)."""
    kind, mark = STATE_MARKS[State(application.state)]
    name = definition_for(application).plain_name
    is_draft = application.state == State.DRAFT
    return {
        "name": str(name),
        "lang": "zh-Hans" if name.is_foreign else "",
        "url": reverse(
            "applications:resume" if is_draft else "myspace:case", args=[application.reference]
        ),
        "application": application,
        "detail": _detail(application),
        "link": _("Take back") if is_draft else "",
        "link_url": reverse("myspace:withdraw", args=[application.reference]),
        "tag": application.get_state_display(),
        "tag_kind": kind,
        "tag_mark": mark,
    }


def _detail(application: Application) -> str:
    if application.state == State.DRAFT:
        return _("Draft of %(day)s · %(reference)s · nobody else has seen it") % {
            "day": date_format(localtime(application.created_at), _("D j M Y, H:i")),
            "reference": application.reference,
        }
    if application.state in ENDED or application.due_on is None:
        return _ended(application)
    holders = getattr(application, "open_holders", [])
    holder = holder_words(holders[0]) if holders else ""
    return _("%(reference)s · promised by %(day)s · now with: %(holder)s") % {
        "reference": application.reference,
        "day": date_format(application.due_on, _("D j M Y")),
        "holder": holder,
    }


def _ended(application: Application) -> str:
    """Which one it was, where several have the same name: its number and the day it was begun."""
    handed_in = localtime(application.submitted_at or application.created_at)
    return f"{application.reference} · {date_format(handed_in, _('D j M Y'))}"


def _recent_looks(actor: Actor) -> list[Look]:
    """The newest lines of who looked."""
    return looks_by_people(reader_of(actor), size=RECENT_READ).looks[:RECENT]


def _name_of(subject_id: UUID | None) -> str:
    """Of an organisation the name, of a person the masked one: names are behind the gate."""
    if subject_id is None:
        return ""
    organisation = Organisation.objects.filter(pk=subject_id).first()
    if organisation is not None:
        return organisation.name
    return Person.objects.values_list("masked_name", flat=True).get(pk=subject_id)


def _choices(actor: Actor) -> list[tuple[UUID, str]]:
    """For whom one can act: an id for the form, and a name."""
    firms = Organisation.objects.filter(legal_representative_id=actor.person_id).order_by("name")
    found = {firm.pk: firm.name for firm in firms}
    for mandate in _mandates_held(actor):
        principal = mandate.for_organisation or mandate.for_person
        if principal is not None and mandate.revoked_at is None:
            found[principal.pk] = str(principal)
    return [(pk, name) for pk, name in found.items() if pk != actor.on_behalf_of]


def _mandates_held(actor: Actor) -> list[Mandate]:
    rows = Mandate.objects.in_force().filter(holder_id=actor.person_id)
    return list(rows.select_related("for_person", "for_organisation").order_by("valid_to"))


def _mandates_given(actor: Actor) -> list[Mandate]:
    rows = given_by(actor.person_id).select_related("holder", "for_organisation")
    return list(rows.order_by("-valid_to")[: RECENT * 10])


def _parties(mandates: list[Mandate]) -> list[UUID | None]:
    """Everybody a list of mandates names, those who hold them and those who gave them."""
    return [
        one
        for mandate in mandates
        for one in (mandate.holder_id, mandate.for_person_id, mandate.for_organisation_id)
    ]


def _with_items(mandates: list[Mandate]) -> list[tuple[Mandate, list[ServiceItem]]]:
    """Each mandate with the items it is for, so that no code has to be read."""
    codes = {code for one in mandates for code in one.item_codes}
    items = {item.code: item for item in ServiceItem.objects.filter(code__in=codes)}
    return [(one, [items[code] for code in one.item_codes if code in items]) for one in mandates]


def _licences(subjects: list[UUID]) -> list[dict[str, Any]]:
    """Granted outcomes of the kind "licence"; which kind it is, the release says."""
    outcomes = (
        Outcome.objects.filter(application__subject_id__in=subjects, result=Outcome.Result.GRANTED)
        .select_related("application", "department")
        .order_by("-issued_at")[:LICENCES]
    )
    found = []
    for outcome in outcomes:
        plan = definition_of(outcome.application.release_id).outcome
        if plan is not None and plan.kind == "licence":
            found.append({"outcome": outcome, "title": local(outcome.title)})
    return found
