"""What somebody sent off after their session had ended: kept for them, and back in its form.

The form's fields wait for an hour, sealed for the account whose session it was, in a row of their
own among the sessions, which only this browser's session has the word for. Once that account has
signed in there, the page of the form shows it as it was filled in; nothing is sent by itself.
Another account never sees it, and with signing out the word is gone. Passwords, codes and files are
never kept. Nobody's record is read for it, only what the reader wrote: it asks for no entry.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from identity.doors import STAFF_DOOR, door_of
from identity.ended import TYPED, Ended, ended_of
from identity.refill import Values, refill
from identity.sealed.text import open_text, seal_text

View = Callable[[HttpRequest], HttpResponse]

KEPT_FOR = timedelta(hours=1)
MOST_PAGES = 3
MOST_BYTES = 64 * 1024
NEVER_KEPT = re.compile(r"(csrf.*|code|.*(password|secret).*)", re.IGNORECASE)
FOUND, SERVER_ERROR = 302, 500


class TypedAgainMiddleware:
    """Keeps a form that came too late, and shows it again to the same account."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.session_key is None and not request.session.modified:
            return response
        if request.method == "POST":
            ended = ended_of(request.session)
            if ended is not None and _is_sent_to_sign_in(request, response):
                return self._keep(request, response, ended)
            _drop_sent(request)
        elif request.method == "GET":
            _show_again(request, response)
        return response

    def _keep(self, request: HttpRequest, response: HttpResponse, ended: Ended) -> HttpResponse:
        """Send them to sign in and then to the page the form stood on."""
        fields = {n: said for n, said in request.POST.lists() if not NEVER_KEPT.fullmatch(n)}
        has_words = any(any(said) for said in fields.values())
        is_kept = has_words and self._is_our_form(request) and _put_away(request, fields, ended)
        if is_kept or door_of(request) is STAFF_DOOR:
            return redirect_to_login(_page_of_form(request), reverse("account_login"))
        return response

    def _is_our_form(self, request: HttpRequest) -> bool:
        """Whether one of our own pages sent it; the staff door answers before that is asked."""
        guard = CsrfViewMiddleware(self.get_response)
        return guard.process_view(request, self.get_response, (), {}) is None


def _is_sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is: sign in, then come back here."""
    to = urlsplit(response.headers.get("Location", ""))
    back = parse_qs(to.query).get("next", [""])[0]
    is_sent = response.status_code == FOUND and to.path == reverse("account_login")
    return is_sent and urlsplit(back).path == request.path


def _page_of_form(request: HttpRequest) -> str:
    """The page the form stood on, as the browser says; else the address it was sent to."""
    try:
        said = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return request.get_full_path()
    is_ours = said.netloc == request.get_host() and said.path.startswith(door_of(request).prefix)
    if not is_ours:
        return request.get_full_path()
    return f"{said.path}?{said.query}" if said.query else said.path


def _put_away(request: HttpRequest, fields: Values, ended: Ended) -> bool:
    """Keep the fields in place of what the same page held before; False if they are too many."""
    words = json.dumps(fields, ensure_ascii=False)
    if len(words.encode()) > MOST_BYTES:
        return False
    page = urlsplit(_page_of_form(request)).path
    kept = {**_kept(request.session)}
    _delete(kept.pop(page, None))
    while len(kept) >= MOST_PAGES:
        _delete(kept.pop(next(iter(kept))))
    word, until = _free_word(request.session, kept), timezone.now() + KEPT_FOR
    Session.objects.update_or_create(
        session_key=_place(word),
        defaults={
            "session_data": json.dumps(seal_text(words, _seal_of(ended.account))),
            "expire_date": until,
        },
    )
    kept[page] = {
        "to": request.path,
        "account": ended.account,
        "until": until.timestamp(),
        "had_file": bool(request.FILES),
        "word": word,
    }
    request.session[TYPED] = kept
    return True


def _free_word(session: SessionBase, kept: Mapping[str, Mapping[str, Any]]) -> str:
    """One of the session's few places. Made of its key and not at random: however many forms come
    at once, no more rows than places are kept."""
    if session.session_key is None:
        session.save()
    words = (f"{session.session_key}/{place}" for place in range(MOST_PAGES))
    used = {one["word"] for one in kept.values()}
    return next(word for word in words if word not in used)


def _drop_sent(request: HttpRequest) -> None:
    """What its writer has sent off again needs to wait no more."""
    if not request.session.get(TYPED) or not request.user.is_authenticated:
        return
    kept = _kept(request.session)
    for one in kept.values():
        if one["to"] == request.path:
            _delete(one)
    request.session[TYPED] = {page: one for page, one in kept.items() if one["to"] != request.path}


def _show_again(request: HttpRequest, response: HttpResponse) -> None:
    one = _kept(request.session).get(request.path)
    if one is None or one["account"] != str(request.user.pk) or not _is_page(response):
        return
    row = Session.objects.filter(session_key=_place(one["word"])).first()
    if row is None:
        return
    words = open_text(json.loads(row.session_data), _seal_of(one["account"]))
    values: Values = json.loads(words)
    page = refill(response.text, address=request.path, to=one["to"], values=values)
    context = {
        "has_taken": bool(page.taken),
        "had_file": one["had_file"],
        "words": _read_as_words({n: said for n, said in values.items() if n not in page.taken}),
    }
    response.content = page.with_note(render_to_string("identity/typed_again.html", context))


def _is_page(response: HttpResponse) -> bool:
    """Whether people read it; a refusal too, which may be all there is where the form stood."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and response.status_code < SERVER_ERROR and not response.streaming


def _read_as_words(values: Values) -> list[str]:
    """What people wrote, where the page has no place for it any more; ids and choices are not."""
    said = [value.strip() for several in values.values() for value in several]
    return [one for one in said if " " in one or not one.isascii()]


def _kept(session: SessionBase) -> dict[str, dict[str, Any]]:
    """By page what still waits."""
    kept: dict[str, dict[str, Any]] = session.get(TYPED, {})
    return {page: one for page, one in kept.items() if one["until"] > time.time()}


def _delete(one: dict[str, Any] | None) -> None:
    if one is not None:
        Session.objects.filter(session_key=_place(one["word"])).delete()


def _place(word: str) -> str:
    """Nobody's session: its key is none that a browser was ever given."""
    return sha256(f"typed:{word}".encode()).hexdigest()[:32]


def _seal_of(account: str) -> str:
    return f"session.typed:{account}"
