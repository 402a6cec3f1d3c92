"""Kinds of messages. Their texts live beside the package that speaks."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from audit.kernel.registry import Registry

Params = Mapping[str, Any]


class MessageKind(ABC):
    """One thing the portal tells people. Texts are made when read, in the reader's language.

    `params` hold ids, references and dates, never names or numbers of people. The methods return
    translated text (gettext, not lazy) and a path of this portal.
    """

    @abstractmethod
    def title(self, params: Params) -> str:
        """One line that says what happened."""

    @abstractmethod
    def body(self, params: Params) -> str:
        """What it means and what to do now."""

    @abstractmethod
    def link(self, params: Params) -> str:
        """Where to go on."""


message_kinds: Registry[MessageKind] = Registry("message kinds")
