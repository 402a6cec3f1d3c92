"""What a password has to be, in our own words: those of the framework have no Chinese for it."""

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    NumericPasswordValidator,
)
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least `min_length` signs."""

    def get_error_message(self) -> str:
        """What is missing, as one writes a new password."""
        words = _("This password is too short: take at least %(number)s signs.")
        return words % {"number": self.min_length}


class NotOnlyFigures(NumericPasswordValidator):
    """A telephone or identity number is soon guessed, however long it is."""

    def get_error_message(self) -> str:
        """What is missing, as one writes a new password."""
        return _("This password has figures only: add some letters or words.")
