"""What a channel promises."""

from abc import ABC, abstractmethod
from typing import ClassVar

from audit.kernel.registry import Registry
from identity.models import Account, Delivery, Message


class Channel(ABC):
    """One way to bring a message to its receiver.

    `at_once` channels are reached by writing the message itself; for the others the outbox calls
    `send()`, which raises `audit.outbox.TryLater` when the provider refuses now.
    """

    at_once: ClassVar[bool] = False

    @abstractmethod
    def reach(self, account: Account) -> bool:
        """Whether this account can be reached this way."""

    @abstractmethod
    def send(self, delivery: Delivery, message: Message) -> None:
        """Bring it. May be called twice for one delivery: the receiver must be able to tell."""


channels: Registry[Channel] = Registry("channels")
