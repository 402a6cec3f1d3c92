"""What the pages on which something is done to a case share: the form, and refusals within it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.models import Application
from applications.views.desk_words import item_language
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from identity.http import SignedInRequest

WITHOUT_A_CASE = frozenset({403, 404})
ENDED = "application.has_ended"
WRITTEN = frozenset({"reason", "although", "grounds", "evidence", "news", "document"})
Rest = ParamSpec("Rest")
CaseView = Callable[Concatenate[SignedInRequest, Rest], HttpResponse]


def within_the_case(view: CaseView[Rest]) -> CaseView[Rest]:
    """A refusal leads back to the case, and keeps what was typed; a foreign case stays unseen."""

    @wraps(view)
    def guarded(
        request: SignedInRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            if refusal.status in WITHOUT_A_CASE:
                raise
            context = {
                "title": _("This did not work"),
                "refusal": refusal,
                "reference": kwargs["reference"],
                "typed": _typed(request),
            }
            page = "applications/desk/refused.html"
            return render(request, page, context, status=refusal.status)

    return guarded


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Carry out what the form asks for; a refusal becomes an error of the form, all stays typed.

    A case that is not there or has ended leaves nothing to fill in.
    """
    try:
        act()
    except Refused as refusal:
        if refusal.status in WITHOUT_A_CASE or refusal.code == ENDED:
            raise
        form.add_error(None, in_a_row(refusal.message, refusal.next_step))
        form.refused_with = refusal.status  # type: ignore[attr-defined]
        return False
    return True


def status_of(form: forms.Form) -> int:
    """The status of a page that shows a form again: 200, or what the refusal answers with."""
    return int(getattr(form, "refused_with", 200))


def form_page(
    application: Application, form: forms.Form | None, title: str, button: str
) -> dict[str, Any]:
    return {
        "title": title,
        "button": button,
        "form": form,
        "application": application,
        "reference": application.reference,
        "item": application.item.display_name,
        "item_lang": item_language(application.item),
    }


def _typed(request: SignedInRequest) -> list[str]:
    """What somebody wrote, to be copied before the page is left."""
    return [
        str(text)
        for name, text in request.POST.items()
        if text and (name in WRITTEN or name.startswith("point_"))
    ]
