"""The seal of the trail, for anybody: signed heads, and whether a proof holds."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.kernel.errors import Refused
from audit.sealing.heads import Head
from audit.sealing.keyring import known_keys
from audit.sealing.keys import trusted
from audit.sealing.proofs import Proof, consistency_proof
from audit.sealing.store import heads_from, last_head

AT_ONCE = 1000
MOST_CHARACTERS = 20_000
HIGHEST = 2**62


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """How long the trail is and who signed it; a proof given is held against it."""
    context: dict[str, Any] = {
        "head": last_head(),
        "keys": [known.key_id for known in trusted(known_keys())],
    }
    if request.method == "POST":
        given = request.POST.get("proof", "")
        context.update(checked=True, given=given[:MOST_CHARACTERS], **_checked(given))
    status = 200 if not context.get("checked") or context.get("proof") else 422
    return render(request, "portal/trust/trail.html", context, status=status)


def _checked(given: str) -> dict[str, Any]:
    """What a proof says, and whether it holds under a head and a key of ours."""
    try:
        proof = Proof.read(json.loads(given[:MOST_CHARACTERS]))
        moment = proof.leaf.at
    except (ValueError, TypeError, RecursionError):
        return {"proof": None}
    keys = {known.key_id: known.key for known in trusted(known_keys())}
    key = keys.get(proof.head.key_id)
    is_ours = _own(proof.head) == proof.head
    return {"proof": proof, "moment": moment, "holds": bool(key and is_ours and proof.holds(key))}


def _own(head: Head) -> Head | None:
    """Our head of the same number."""
    found = heads_from("number = %s", [head.number]) if 0 < head.number < HIGHEST else []
    return found[0] if found else None


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
        message=_("There are no two such heads of one life of the database."),
        next_step=_("Take the numbers from the list of heads."),
        status=404,
    )
