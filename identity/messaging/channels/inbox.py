"""The inbox in one's own space."""

from identity.messaging.channel import Channel, channels
from identity.models import Account, Delivery, Message


@channels.register("inbox")
class Inbox(Channel):
    """Everybody has one, and it always comes first: the message itself is the delivery."""

    at_once = True

    def reach(self, account: Account) -> bool:
        return True

    def send(self, delivery: Delivery, message: Message) -> None:
        """Nothing to bring anywhere: it lies where its reader looks."""
