"""Lists of the API: by cursor, without totals."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = ("-created_at", "-id")


class MostUrgentFirst(CursorPagination):
    page_size = 50
    ordering = ("due_on", "id")
