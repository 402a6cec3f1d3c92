"""What `make run` starts: the whole portal on one machine, with sample people and registers."""

from portal.settings.env import env, mail_addresses
from portal.settings.local import *  # noqa: F403

DEBUG = False
PORTAL_SAMPLE = env.bool("PORTAL_SAMPLE", default=True)
WITNESS_MAIL = mail_addresses("PORTAL_WITNESS_MAIL", default=["witness@portal.example"])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60
