"""Fields that may be left out only sometimes: the page says when, instead of that they may."""

from typing import TypeVar

from django import forms
from django.utils.functional import Promise

AField = TypeVar("AField", bound=forms.Field)


def needed_when(words: Promise, field: AField) -> AField:
    """The field with words beside its label that say when it has to be filled in."""
    field.needed_when = words  # type: ignore[attr-defined]
    return field
