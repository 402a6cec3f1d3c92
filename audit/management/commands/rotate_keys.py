"""Make a new key for signing heads, vouched for by the one in use; print it once."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.sealing.heads import key_id_of
from audit.sealing.keyring import NoSigningKeyError, UnvouchedKeyError, enrol, signing_key
from audit.sealing.sealer import seal
from audit.sealing.store import last_head


class Command(BaseCommand):
    """The old key signs the new one, so that whoever trusted the old can go on. Heads signed by the
    old one stay good; the sealer signs with the new one as soon as it is started with it."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            old = signing_key()
            new = Ed25519PrivateKey.generate()
            seal(old)  # the key in use is known from here on, also before its first head
        except (NoSigningKeyError, UnvouchedKeyError) as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            enrol(new, last_head(), by=old)
        self.stderr.write(
            f"Key {key_id_of(new.public_key())} is entered. Start the sealer with it as"
            " PORTAL_SIGNING_KEY (on a machine of `make run`: put it into var/keys/signing), or"
            " leave the sealer as it is and keep this one in a safe, as the spare."
        )
        self.stdout.write(b64encode(new.private_bytes_raw()).decode())
