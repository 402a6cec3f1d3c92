"""The language somebody reads in is the language they are written to in."""

from django.db import transaction

from audit.kernel.actors import Actor, Purpose
from audit.trail import ObjectRef, record
from identity.models import Account

LANGUAGE_CHOSEN = "account.language_chosen"


@transaction.atomic
def choose_language(*, actor: Actor, account: Account, language: str) -> bool:
    """Remember it with the account; False, and no entry, if it is so already."""
    if account.language == language:
        return False
    record(actor=actor, verb=LANGUAGE_CHOSEN, on=ObjectRef.of(account), purpose=Purpose.own())
    account.language = language
    account.save(update_fields=["language"])
    return True
