"""The same settings with the sealer's credentials and its private key: sealing, nothing else."""

from portal.settings import *  # noqa: F403
from portal.settings.env import database, environment, key_from, local_key

DATABASES = {"default": database("DATABASE_SEALER_URL")}
SIGNING_KEY = key_from("PORTAL_SIGNING_KEY") if environment() == "prod" else local_key("signing")
