"""An address is proved by what was mailed to it."""

from allauth.account.models import EmailAddress
from django.db import transaction

from audit.kernel.actors import Actor
from audit.trail import ObjectRef, record
from identity.models import Account


@transaction.atomic
def prove_address(*, actor: Actor, account: Account, address_id: int) -> bool:
    """From now on the address counts as verified; False, and no entry, if it does already, is the
    account's no more, or was verified for another account meanwhile."""
    addresses = EmailAddress.objects.select_for_update().filter(user=account, verified=False)
    address = addresses.filter(pk=address_id).first()
    if address is None or not address.can_set_verified():
        return False
    address.set_verified()
    record(actor=actor, verb="account.address_proved", on=ObjectRef.of(account))
    return True
