"""Saying in the OpenAPI document what plain views take and give."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, extend_schema

View = TypeVar("View", bound=Callable[..., Any])


def shows(
    answer: Any, *, takes: Any = None, headers: Mapping[str, str] | None = None
) -> Callable[[View], View]:
    """Typed front of `extend_schema`, which is not. `headers` are needed, each with what it is."""
    needed = [
        OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=says)
        for name, says in (headers or {}).items()
    ]
    decorate: Callable[[View], View] = extend_schema(
        request=takes, responses=answer, parameters=needed
    )
    return decorate
