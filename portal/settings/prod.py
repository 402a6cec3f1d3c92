"""Production: no default secrets, no sample content, nothing over plain HTTP."""

from portal.settings.base import *  # noqa: F403
from portal.settings.env import env, key_from, required

DEBUG = False
SECRET_KEY = required("PORTAL_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("PORTAL_SECRET_KEYS_BEFORE", default=[])
ALLOWED_HOSTS = env.list("PORTAL_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default=f"https://{ALLOWED_HOSTS[0]}")
SEALED_KEYS = {"1": key_from("PORTAL_SEALED_KEY")}
SEALED_KEY_CURRENT = "1"
BLIND_INDEX_KEY = key_from("PORTAL_BLIND_INDEX_KEY")

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
