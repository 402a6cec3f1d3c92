"""The baseline: a plain Django view that asks the same of the database and answers the same bytes.

It stands behind the middleware of a new Django project and reads rows as model instances; it has no
template, no rule, no trail, no doors. What is left is what nobody who uses Django can save.
"""

import re
from collections.abc import Callable

from django.apps import apps
from django.core.handlers.base import BaseHandler
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

Act = Callable[[], HttpResponse]
Question = tuple[type[models.Model] | None, str]

OF_A_NEW_PROJECT = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
NOT_REPLAYED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")
ROWS_OF = re.compile(r'^SELECT (?!COUNT|MAX|1 |EXISTS|DISTINCT).*? FROM "(\w+)"', re.DOTALL)


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


def bare_of(act: Act) -> Act:
    """The bare view for an act: its statements once everything is warm, and its answer's bytes."""
    act()
    with CaptureQueriesContext(connection) as queries:
        body = act().content
    asked = [
        _question(query["sql"])
        for query in queries
        if not query["sql"].upper().startswith(NOT_REPLAYED)
    ]

    def view(request: HttpRequest) -> HttpResponse:
        for model, sql in asked:
            _ask(model, sql)
        return HttpResponse(body)

    handler = BaseHandler()
    with override_settings(MIDDLEWARE=OF_A_NEW_PROJECT):
        handler.load_middleware()
    addresses = (path("bare/", view),)

    def answered() -> HttpResponse:
        request = RequestFactory(HTTP_HOST="localhost").get("/bare/")
        request.urlconf = addresses
        response = handler.get_response(request)
        assert response.content == body, "the bare view did not answer"
        return response

    return answered


def _question(sql: str) -> Question:
    """The statement, and the model whose rows it reads, if it reads whole rows."""
    found = ROWS_OF.match(sql)
    tables = {model._meta.db_table: model for model in apps.get_models()}
    model = tables.get(found[1]) if found else None
    columns = sql.partition(" FROM ")[0]
    if model is None or f'"{model._meta.db_table}"."{model._meta.pk.column}"' not in columns:
        return None, sql
    return model, sql.replace("%", "%%")


def _ask(model: type[models.Model] | None, sql: str) -> None:
    if model is not None:
        list(model._base_manager.raw(sql))
        return
    with connection.cursor() as cursor:
        cursor.execute(sql)
        if cursor.description:
            cursor.fetchall()
