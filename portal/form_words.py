"""What forms say where a field has no words of its own for it, instead of what Django says."""

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _


def use_our_words() -> None:
    """Django's own sentences speak of variables and of null characters; in Chinese the latter even
    of empty strings. Tables and forms of the back office use both."""
    MaxLengthValidator.message = _(
        "Write at most %(limit_value)d characters; these are %(show_value)d."
    )
    ProhibitNullCharactersValidator.message = _(
        "A sign in this did not arrive whole. Please type it again by hand, without pasting."
    )
