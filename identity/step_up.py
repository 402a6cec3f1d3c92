"""The code page: what is posted waits there, with all that was typed, until a fresh code is given.

A page that knows beforehand asks for the code beside its own fields (`components/code_field.html`)
and comes by here without a stop.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.typed import look_again
from identity.forms import FreshCodeForm
from identity.fresh import is_fresh, require_fresh
from identity.http import Rest, SignedInRequest, View

CODE, LEAVE = "code", "leave"
FILE_AGAIN = "file_again"  # what was posted had a file, which cannot wait: its form asks for it
NOT_CARRIED = (CODE, LEAVE, "csrfmiddlewaretoken")


def step_up(
    back: str, *, goes_on: bool = True, has_form: bool = False
) -> Callable[[View[Rest]], View[Rest]]:
    """Let what is posted through only with a fresh code; looking at the page needs none.

    `back` names the page to go to for those who have no code at hand. A view with a form of its own
    (`has_form`) shows it to them again instead, as they had filled it in (`audit.typed`). What
    answers with a file, the one of its `number`, does not go on by itself (`goes_on`): the code
    page would stay there after the download.
    """

    def decorate(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(
            request: SignedInRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            if has_form and request.method == "POST" and LEAVE in request.POST:
                return view(_left(request), *args, **kwargs)
            if request.method == "POST" and not is_fresh(request):
                form = FreshCodeForm(request.POST if CODE in request.POST else None)
                if not _is_taken(request, form):
                    way_out = "" if has_form else reverse(back)
                    return _code_page(request, form, way_out, goes_on=goes_on)
                if not goes_on:
                    again = _("It is you. Press the button of %(number)s once more.")
                    messages.success(request, again % {"number": kwargs["number"]})
                    return redirect(back)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _left(request: SignedInRequest) -> SignedInRequest:
    """The request as a look at the form; what needs a code is not done. A file cannot come back."""
    had_file = FILE_AGAIN in request.POST
    look_again(request, (*NOT_CARRIED, FILE_AGAIN))
    if had_file:
        messages.info(request, _("What you typed is here again. Only the file is not: choose it."))
    return request


def _is_taken(request: SignedInRequest, form: FreshCodeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        require_fresh(request, code=form.cleaned_data[CODE])
    except Refused as refusal:
        form.add_error(CODE, in_a_row(refusal.message, refusal.next_step))
        return False
    return True


def _code_page(
    request: SignedInRequest, form: FreshCodeForm, back: str, *, goes_on: bool
) -> HttpResponse:
    # What came before unseen signs were taken out: they are searched for, too.
    posted = cast(QueryDict, getattr(request, "as_it_came", request.POST))
    carried = [
        (name, value)
        for name, values in posted.lists()
        if name not in NOT_CARRIED
        for value in values
    ]
    if request.FILES:
        carried.append((FILE_AGAIN, "1"))
    context = {
        "title": _("Is it really you?"),
        "form": form,
        "carried": carried,
        "has_files": bool(request.FILES),
        "back": back,
        "goes_on": goes_on,
    }
    response = render(request, "identity/code.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
