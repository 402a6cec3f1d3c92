"""The same settings with the owner's credentials, for what changes tables or copies them whole:
migrations, backup and restore, and months and words that leave the trail (`audit/keeping/`)."""

from portal.settings import *  # noqa: F403
from portal.settings.env import database

DATABASES = {"default": database("DATABASE_OWNER_URL")}
