"""The seal of the trail, for anybody: signed heads, and whether a proof holds."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.kernel.errors import Refused
from audit.sealing.ahead import NOTICED, newest_head_ahead
from audit.sealing.keyring import known_keys
from audit.sealing.proofs import consistency_proof
from audit.sealing.store import heads_from, last_head
from portal.trust.proofs import HIGHEST, MOST_CHARACTERS, check_proof, read_proof

AT_ONCE = 1000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """How long the trail is and who signed it; a proof given is held against it."""
    if request.method == "POST":
        return show_check(request, _given(request))
    return _page(request)


def show_check(request: HttpRequest, given: str) -> HttpResponse:
    """What came of a proof that was given as text, which may be empty or anything else."""
    if not given.strip():
        nothing = _("Choose the file you saved, or paste what stands in it.")
        return _page(
            request, page_errors=[{"name": "file", "message": nothing}], file_error=nothing
        )
    proof = read_proof(given)
    checked = check_proof(proof) if proof else None
    pasted = request.POST.get("proof", "")[:MOST_CHARACTERS]
    return _page(request, is_checked=True, checked=checked, pasted=pasted)


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    status = 200 if not more or more.get("checked") else 422
    context = {"head": last_head(), "is_ahead": newest_head_ahead() > NOTICED, **more}
    return render(request, "portal/trust/trail.html", context, status=status)


def _given(request: HttpRequest) -> str:
    """The text of the file, else what was pasted. What no proof can be is not read whole."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        beginning: bytes = file.read(4 * MOST_CHARACTERS + 1)
        return beginning.decode("utf-8", errors="replace")
    return request.POST.get("proof", "")[: MOST_CHARACTERS + 1]


@never_cache
@require_safe
def heads(request: HttpRequest) -> JsonResponse:
    """Signed heads after a number, for whoever keeps them, and the keys they are signed with."""
    after = _number(request, "after", default=0)
    found = heads_from("number > %s order by number limit %s", [after, AT_ONCE])
    keys = [known.as_dict() for known in known_keys()]
    return JsonResponse({"keys": keys, "heads": [head.as_dict() for head in found]})


@never_cache
@require_safe
def consistency(request: HttpRequest) -> JsonResponse:
    """What shows that the trail of one head begins with that of an earlier one (RFC 9162)."""
    numbers = [_number(request, name) for name in ("old", "new")]
    found = heads_from("number = any(%s) order by number", [numbers])  # type: ignore[list-item]
    if not found or [head.number for head in found] != sorted(set(numbers)):
        raise _no_such_head()
    old, new = found[0], found[-1]
    if old.epoch != new.epoch or old.size > new.size:
        raise _no_such_head()
    path = [step.hex() for step in consistency_proof(old, new)]
    return JsonResponse({"old": old.as_dict(), "new": new.as_dict(), "path": path})


def _number(request: HttpRequest, name: str, default: int = -1) -> int:
    typed = request.GET.get(name, "")
    if not typed.isascii() or not typed.isdigit():
        return default
    return min(int(typed[:19]), HIGHEST)


def _no_such_head() -> Refused:
    return Refused(
        code="trust.no_such_heads",
        message=_("There are no two such seals of one life of the database."),
        next_step=_("Take the numbers from the list of seals."),
        status=404,
    )
