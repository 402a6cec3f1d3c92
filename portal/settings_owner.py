"""The same settings with the owner's credentials: migrations, backup and restore, nothing else."""

from portal.settings import *  # noqa: F403
from portal.settings.env import database

DATABASES = {"default": database("DATABASE_OWNER_URL")}
