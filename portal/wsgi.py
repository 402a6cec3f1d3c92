"""The door the web server calls."""

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

_portal = get_wsgi_application()
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
_TAKEN = {"utf-8", "utf8"}


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The portal. What is not in UTF-8 is refused (415): nothing of ours sends it, and Python knows
    charsets that are none, by which a request could not even be made."""
    said = _CHARSET.findall(environ.get("CONTENT_TYPE", ""))
    if any(one.lower() not in _TAKEN for one in said):
        start_response(
            "415 Unsupported Media Type", [("Content-Type", "text/plain; charset=utf-8")]
        )
        return [b"Please send UTF-8.\n"]
    return _portal(environ, start_response)


# Read every address, and with them every view, now: the first visitor should not wait for it.
_ = get_resolver().url_patterns
