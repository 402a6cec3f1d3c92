"""Lists of the API: by cursor, without totals."""

from datetime import UTC, date, datetime

from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.exceptions import ParseError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class SoundCursor(CursorPagination):
    """A cursor somebody made up is refused before the database is asked with it."""

    page_size = 50

    @staticmethod
    def read(position: str) -> date | None:
        """The place a page ended at: a value of the column the list is ordered by."""
        raise NotImplementedError

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self._is_sound(cursor):
            raise ParseError(self.invalid_cursor_message)
        return cursor

    def _is_sound(self, cursor: Cursor) -> bool:
        try:
            found = self.read(str(cursor.position))
            if isinstance(found, datetime):
                found.astimezone(UTC)
        except (ValueError, OverflowError):
            return False
        return found is not None


class NewestFirst(SoundCursor):
    ordering = ("-created_at", "-id")

    @staticmethod
    def read(position: str) -> date | None:
        return parse_datetime(position)


class MostUrgentFirst(SoundCursor):
    ordering = ("due_on", "id")

    @staticmethod
    def read(position: str) -> date | None:
        return parse_date(position)
