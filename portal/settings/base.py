"""What holds in every environment."""

from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings.env import ROOT, database, env, mail_addresses, var_folder

BASE_DIR = ROOT
VAR = var_folder()

INSTALLED_APPS = [
    "portal",
    "applications",
    "identity",
    "catalog",
    "audit",
    "portal.admin_site.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.request_id",
    "portal.middleware.no_devices",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.health.middleware.health",
    "portal.middleware.head_as_get",
    "portal.cache.AnonymousPageMiddleware",
    "identity.middleware.TwoDoorSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.plain_request",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "identity.typed_again.TypedAgainMiddleware",
    "identity.middleware.ActorMiddleware",
    "identity.terminals.known_terminal",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.face.middleware.dressed",
    "portal.errors.RefusalMiddleware",
    "audit.transaction.one_transaction",
]

ROOT_URLCONF = "portal.urls"
STAFF_URLCONF = "portal.urls_staff"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.Account"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.preferences.page_context",
                "portal.desk.menu.shell",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, object]] = {"default": database()}

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = ["portal.formats"]
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [
    ROOT / name / "locale" for name in ("portal", "applications", "identity", "catalog", "audit")
]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
FILES_ROOT = VAR / "files"
EXPORTS_ROOT = VAR / "exports"  # files of the trail, until they are fetched
SIGNING_KEY = b""  # only `settings_sealer` has one
HEADS_FILE = VAR / "heads" / "heads.jsonl"
ERASURES_FILE = VAR / "erasures" / "erasures.jsonl"  # proofs of what was erased by law
STRUCTURE_FILE = ROOT / "portal" / "structure.json"  # how the migrations build the database
TRAIL_KEPT_MONTHS = 72  # six years; older months leave as files (`archive_trail`)
WITNESSES = env.list("PORTAL_WITNESSES", default=[])
WITNESS_MAIL = mail_addresses("PORTAL_WITNESS_MAIL")

AUTHENTICATION_BACKENDS = [
    "identity.backends.DoorBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CITIZEN_IDLE_SECONDS = 1800
STAFF_IDLE_SECONDS = 900

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^metrics$"]  # a load balancer asks plainly
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
# Files stay in memory until they are sealed: one that may be kept never lies in the system's
# temporary folder. What is larger is refused after it has.
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_TASK_IGNORE_RESULT = True
RECORD_TIMEOUT_SECONDS = env.float("PORTAL_RECORD_TIMEOUT", default=2.0)

EMAIL_FROM = DEFAULT_FROM_EMAIL = env.str("PORTAL_MAIL_FROM", default="portal@portal.example")
HELP_PHONE = env.str("PORTAL_HELP_PHONE", default="12345")
PORTAL_REGION = env.str("PORTAL_REGION", default="511602000000")
PORTAL_PLACE_NAME = {
    "zh-hans": env.str("PORTAL_PLACE_ZH", default="广安区"),
    "en": env.str("PORTAL_PLACE_EN", default="Guang'an District"),
}
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", default="http://127.0.0.1:8000")
PORTAL_SAMPLE = False
TRUSTED_PROXY = env.bool("PORTAL_TRUSTED_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = int(TRUSTED_PROXY)
PROOF_OF_IDENTITY = env.str("PORTAL_PROOF_OF_IDENTITY", default="sample")
METRICS_TOKEN = env.str("PORTAL_METRICS_TOKEN", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "One-stop government services portal",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGIN_URL = "account_login"  # a name: each door has its own page of that name
ACCOUNT_ADAPTER = "identity.allauth_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # addresses live in allauth's own table and nowhere else
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True  # whoever has an app is still asked for its code
ACCOUNT_USERNAME_MIN_LENGTH = 4
ACCOUNT_USERNAME_BLACKLIST = ["admin", "root", "portal", "system", "staff", "police"]
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
}
ACCOUNT_USERNAME_VALIDATORS = "identity.forms.USERNAME_VALIDATORS"
ACCOUNT_FORMS = {
    "login": "identity.forms.SignInForm",
    "signup": "identity.forms.RegisterForm",
    "reset_password": "identity.forms.AskForResetForm",
    "reset_password_from_key": "identity.forms.NewPasswordForm",
    "user_token": "identity.forms.LinkForm",
    "change_password": "identity.forms.ChangePasswordForm",
    "reauthenticate": "identity.forms.ConfirmPasswordForm",
    "add_email": "identity.forms.AddEmailForm",
}
USERSESSIONS_ADAPTER = "identity.allauth_adapter.SessionsAdapter"
MFA_ADAPTER = "identity.allauth_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "identity.forms.CodeForm",
    "reauthenticate": "identity.forms.ConfirmCodeForm",
    "activate_totp": "identity.forms.ActivateCodeForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "identity.password_rules.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "identity.password_rules.NotOnlyFigures"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.log_lines.PlainFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"pikepdf": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("PORTAL_LOG_LEVEL", default="INFO")},
}
