"""What the web server passes on: only what is written in UTF-8."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from portal.wsgi import application

pytestmark = pytest.mark.django_db


def answer(content_type: str, method: str = "GET", body: bytes = b"") -> tuple[str, str]:
    """Status and content type of the sign-in page."""
    said: list[Any] = []
    environ = (
        RequestFactory(HTTP_HOST=settings.ALLOWED_HOSTS[0])
        .generic(method, "/sign-in/", b"")
        .environ
    )
    environ |= {"CONTENT_TYPE": content_type, "wsgi.input": BytesIO(body)}
    b"".join(application(environ, lambda *answered: said.append(answered)))
    status, headers = said[0][:2]
    return status, dict(headers)["Content-Type"]


@pytest.mark.parametrize("charset", ["rot13", "hex", "utf-7", "unicode_escape", "gbk", '"idna"'])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_charset_is_refused_before_it_is_read(charset, method):
    refused = ("415 Unsupported Media Type", "text/plain; charset=utf-8")
    assert answer(f"text/plain; charset={charset}", method) == refused
    assert answer(f"multipart/form-data; boundary=x; Charset={charset}", method) == refused


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"', "utf-8; boundary=x"])
def test_utf_8_is_taken_and_so_is_no_word_of_it(charset):
    assert answer(f"text/plain; charset={charset}")[0] == "200 OK"
    assert answer("text/plain")[0] == "200 OK"
