"""What every kind of field promises."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise

from audit.kernel.registry import Registry

Constraints = Mapping[str, Any]


class Unreadable(Exception):  # noqa: N818 - a sentence for the person, not a fault
    """The answer cannot be used as it is. Carries the sentence to show."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class Kind(ABC):
    """One kind of answer: what may be typed, what is kept, how it is shown.

    `control` names the part a page draws ("text", "textarea", "radio", "date"); `inputmode`,
    `autocomplete` and `width` are its attributes.
    """

    control: ClassVar[str] = "text"
    inputmode: ClassVar[str] = "text"
    autocomplete: ClassVar[str] = "off"
    width: ClassVar[str] = ""

    @abstractmethod
    def parse(self, raw: str, schema: Constraints) -> Any:
        """The value to keep, from cleaned text that is not empty; Unreadable with a sentence."""

    @abstractmethod
    def schema(self, constraints: Constraints) -> dict[str, Any]:
        """The JSON Schema fragment of a value of this kind."""

    def show(self, value: Any) -> str:
        """The value as a person reads it."""
        return str(value)

    def typed(self, value: Any) -> str:
        """The value as it stands in the field when the form is opened again."""
        return str(value)


kinds: Registry[Kind] = Registry("kinds of fields")
