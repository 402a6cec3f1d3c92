"""What dev and sample share: keys made on this machine, mail into files, local addresses."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR
from portal.settings.env import local_key

SECRET_KEY = local_key("secret", 48).hex()
SEALED_KEYS = {"local-1": local_key("sealed-values")}
SEALED_KEY_CURRENT = "local-1"
BLIND_INDEX_KEY = local_key("blind-index")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "mail")
