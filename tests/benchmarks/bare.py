"""The baseline: a Django view that sends the same statements and answers with the same bytes.

It has no middleware, no template, no rule, no trail: what is left is what nobody can save.
"""

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

Act = Callable[[], HttpResponse]
NOT_REPLAYED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")


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
    """The bare view for an act: its statements, recorded once, and its answer's bytes."""
    with CaptureQueriesContext(connection) as queries:
        body = act().content
    statements = [
        query["sql"] for query in queries if not query["sql"].upper().startswith(NOT_REPLAYED)
    ]
    request = RequestFactory().get("/")
    return lambda: _view(request, statements, body)


def _view(request: HttpRequest, statements: Sequence[str], body: bytes) -> HttpResponse:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
    return HttpResponse(body)
