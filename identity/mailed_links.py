"""Links to a new password, each of which knows the address it was mailed to.

Whoever chooses a password by such a link has read the mail, which proves that address and no other.
The signature is over key and address: nobody puts another address behind a key, or a key before
another address.
"""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import url_str_to_user_pk, user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from identity.doors import CITIZENS_DOOR, STAFF_DOOR, Door
from identity.models import Account

BETWEEN = "."
SIGNER = Signer(salt="identity.mailed_links", sep=BETWEEN)


def addressed(key: str, address: EmailAddress) -> str:
    """The key of a link as it goes to this address."""
    return SIGNER.sign(f"{key}{BETWEEN}{address.pk}")


def key_and_address(mailed: str) -> tuple[str, int | None]:
    """What `addressed()` put together. A key that went to no address comes back as it is."""
    try:
        key, _between, address_id = SIGNER.unsign(mailed).rpartition(BETWEEN)
    except BadSignature:
        return mailed, None
    return key, int(address_id)


def door_of_link(uid: str, mailed: str) -> Door | None:
    """At which door a link that is still good works; None for any other."""
    try:
        account = Account.objects.filter(pk=url_str_to_user_pk(uid)).first()
    except (ValueError, ValidationError):
        return None
    key, _address = key_and_address(mailed)
    if account is None or not default_token_generator.check_token(account, key):
        return None
    return STAFF_DOOR if account.is_staff else CITIZENS_DOOR


def staff_link(account: Account, address: EmailAddress | None = None) -> str:
    """Where an officer chooses a password, good once; it proves the address it is mailed to."""
    token = default_token_generator.make_token(account)
    key = {
        "uidb36": user_pk_to_url_str(account),
        "key": token if address is None else addressed(token, address),
    }
    page = reverse("account_reset_password_from_key", STAFF_DOOR.urlconf, kwargs=key)
    return f"{settings.PORTAL_ADDRESS}{page}"
