"""Saying in the OpenAPI document what plain views take and give."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema

View = TypeVar("View", bound=Callable[..., Any])


def shows(answer: Any, *, takes: Any = None) -> Callable[[View], View]:
    """Typed front of `extend_schema`, which is not."""
    decorate: Callable[[View], View] = extend_schema(request=takes, responses=answer)
    return decorate
