"""The one settings module, driven by the environment; docs/settings.md lists every variable.

Embedded by default: SQLite, local files, a queue in a folder. The same code runs distributed when PHOTOROOM_DATABASE_URL,
PHOTOROOM_REDIS_URL and PHOTOROOM_S3_BUCKET are set.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import (
    NONCE,  # noqa: F401  (templates may ask for it)
    NONE,
    SELF,
)

from photoroom.addresses import lan_address
from photoroom.environment import (
    LOG_LEVELS,
    database,
    env,
    mail,
    one_of,
    path_prefix,
    positive,
    redis_address,
    tile_address,
    time_zone,
    web_address,
    whole_number,
    yes_or_no,
)
from photoroom.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

# Where everything is kept
DATA_DIR = Path(env.str("PHOTOROOM_DATA", default=str(BASE_DIR / "var"))).expanduser().resolve()
MEDIA_ROOT = DATA_DIR / "media"
UPLOADS_DIR = DATA_DIR / "uploads"
QUEUE_DIR = DATA_DIR / "queue"
STATIC_ROOT = DATA_DIR / "staticfiles"

# Who may reach it
DEBUG = yes_or_no("PHOTOROOM_DEBUG", default=False)
HOST = env.str("PHOTOROOM_HOST", default="127.0.0.1")
PORT = positive("PHOTOROOM_PORT", 8000)
WORKERS = whole_number("PHOTOROOM_WORKERS", 0)  # 0: as many as there are cores
FACE_SEARCH = one_of(
    "PHOTOROOM_FACE_SEARCH", "balanced", ("fast", "balanced", "thorough")
)  # read by processing.weights
PUBLIC_URL = web_address("PHOTOROOM_PUBLIC_URL")
SECRET_KEY = secret_key(env.str("PHOTOROOM_SECRET_KEY", default=""), DATA_DIR)


def own_hosts() -> list[str]:
    """The names under which this machine is reached when it serves a local network."""
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if HOST not in ("127.0.0.1", "localhost", "::1"):
        name = socket.gethostname()
        hosts += [HOST, name, f"{name}.local"]
        with contextlib.suppress(OSError):
            hosts += sorted(
                {str(info[4][0]) for info in socket.getaddrinfo(name, None, family=socket.AF_INET)}
            )
        hosts += filter(None, [lan_address()])
    return hosts


ALLOWED_HOSTS = env.list("PHOTOROOM_ALLOWED_HOSTS", default=own_hosts())
CSRF_TRUSTED_ORIGINS: list[str] = []
if PUBLIC_URL:
    parts = urlsplit(PUBLIC_URL)
    ALLOWED_HOSTS.append(parts.hostname or "")
    CSRF_TRUSTED_ORIGINS.append(f"{parts.scheme}://{parts.netloc}")
IS_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if yes_or_no("PHOTOROOM_BEHIND_PROXY", default=False) else None
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = whole_number("PHOTOROOM_HSTS_SECONDS", 0)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # map tiles ask for a Referer
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
GUEST_SESSION_SECONDS = 60 * 60 * 24 * 400  # the longest that browsers keep a cookie

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

INSTALLED_APPS = [
    "photoroom",
    "accounts",
    "albums",
    "processing",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "photoroom.middleware.PrivatePages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.Language",
    "photoroom.middleware.SmallBodies",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.RenewSession",
    "accounts.middleware.GuestsAtTheDoor",
]
ROOT_URLCONF = "photoroom.urls"
WSGI_APPLICATION = "photoroom.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["albums.templatetags.words"],  # names in sentences, in every language
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# The database. IMMEDIATE and WAL: measured in research/stack.md §1, without them every third contended write fails.
DATABASES = {"default": database("PHOTOROOM_DATABASE_URL", default=f"sqlite:///{DATA_DIR}/photoroom.sqlite3")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis, where there is one: cache, rate limits and the queue. Otherwise this process's memory and a folder.
REDIS_URL = redis_address("PHOTOROOM_REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = env.str("PHOTOROOM_BROKER_URL", default=REDIS_URL or "atomicfs://localhost")
IS_EMBEDDED = CELERY_BROKER_URL.startswith("atomicfs://")

# Files: local, or any S3-compatible storage. Originals and renditions go through the default storage.
S3_BUCKET = env.str("PHOTOROOM_S3_BUCKET", default="")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "photoroom.static_storage.StaticStorage"},
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("PHOTOROOM_S3_ENDPOINT", default="") or None,
            "access_key": env.str("PHOTOROOM_S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("PHOTOROOM_S3_SECRET_KEY", default="") or None,
            "region_name": env.str("PHOTOROOM_S3_REGION", default="") or None,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
MEDIA_URL = "/media-is-served-by-views-only/"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
X_ACCEL_PREFIX = path_prefix("PHOTOROOM_X_ACCEL_PREFIX")  # e.g. /protected/: nginx sends the files itself

# What may be uploaded
MAX_UPLOAD_BYTES = positive("PHOTOROOM_MAX_UPLOAD_MB", 4096) * 1024 * 1024
MAX_IMAGE_BYTES = positive("PHOTOROOM_MAX_IMAGE_MB", 200) * 1024 * 1024
MAX_PIXELS = positive("PHOTOROOM_MAX_MEGAPIXELS", 200) * 1_000_000
MIN_FREE_BYTES = whole_number("PHOTOROOM_MIN_FREE_MB", 500) * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
TRASH_DAYS = positive("PHOTOROOM_TRASH_DAYS", 30)
SHARE_LOG_DAYS = positive("PHOTOROOM_SHARE_LOG_DAYS", 90)
FILE_CHECK_BYTES = whole_number("PHOTOROOM_FILE_CHECK_GB", 20) * 10**9  # originals hashed again each night

# Places: the names come from data that is installed. These two ask other servers, and are off unless somebody sets them.
TOWNS_DIR = DATA_DIR / "towns"  # the file of towns, made when it is first needed
NOMINATIM_URL = web_address("PHOTOROOM_NOMINATIM_URL")  # better names of places
MAP_TILES_URL = tile_address("PHOTOROOM_MAP_TILES_URL")  # street maps, as https://.../{z}/{x}/{y}.png
MAP_TILES_CREDIT = env.str("PHOTOROOM_MAP_TILES_CREDIT", default="")
if MAP_TILES_URL:
    tiles = urlsplit(MAP_TILES_URL.replace("{s}.", "*."))
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(f"{tiles.scheme}://{tiles.netloc}")

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "albums:rooms"
LOGOUT_REDIRECT_URL = "albums:landing"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = one_of(
    "PHOTOROOM_EMAIL_VERIFICATION", "optional", ("optional", "mandatory", "none")
)
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_FORMS = {"add_email": "accounts.address_form.AddressForm"}
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one counts when it is confirmed
ACCOUNT_RATE_LIMITS = {"delete_account": "10/m/user"}  # besides allauth's own
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Photoroom] "
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("PHOTOROOM_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Photoroom"
MFA_TOTP_TOLERANCE = 1  # phones' clocks are up to half a minute off
vars().update(mail("PHOTOROOM_EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
MAIL_QUIET_MINUTES = positive("PHOTOROOM_MAIL_QUIET_MINUTES", 30)  # without news, before they are mailed
MAIL_EVERY_HOURS = whole_number("PHOTOROOM_MAIL_EVERY_HOURS", 4)  # at most one mail to each person
DEFAULT_FROM_EMAIL = env.str("PHOTOROOM_FROM_EMAIL", default="Photoroom <photoroom@localhost>")

# Language and time
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("hi", "हिन्दी"),
    ("ar", "العربية"),
]  # each by its own name, for who looks for it reads that one; docs/translations.md says how to add another
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 400
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_CODE = one_of("PHOTOROOM_LANGUAGE", "en", tuple(code for code, _name in LANGUAGES))
TIME_ZONE = time_zone("PHOTOROOM_TIME_ZONE", "UTC")
USE_I18N = True
FORMAT_MODULE_PATH = ["photoroom.formats"]
USE_TZ = True

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "albums.api.authentication.TokenAuthentication",
        "albums.api.authentication.HeaderSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"join": "30/min", "token": "20/min", "download": "120/min"},
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS: the description of the API says more, and asks no view for a row
    "DEFAULT_PARSER_CLASSES": ["albums.api.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "albums.api.errors.handle",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,  # otherwise a client escapes limits by inventing X-Forwarded-For
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None, "TOKEN_LIMIT_PER_USER": 20, "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Photoroom",
    "DESCRIPTION": "Everything that the pages do. Sign in on the site, or send `Authorization: Token ...`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"row": {"type": "integer", "format": "int64", "minimum": 1}},
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "albums.models.rooms.Role",
        "GivenRoleEnum": "albums.api.serializers.rooms.GIVEN_ROLES",
        "PhotoKindEnum": "albums.models.photos.PhotoKind",
        "ChangeKindEnum": "albums.models.people.ChangeKind",
        "DownloadStateEnum": "albums.models.downloads.DownloadState",
        "PhotoStateEnum": "albums.models.photos.PhotoState",
        "EditStateEnum": ["waiting", "ready", "failed"],
        "TagKindEnum": "albums.models.tags.TagKind",
        "TagStateEnum": "albums.api.serializers.tags.SHOWN_STATES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "albums.api.schema.add_errors",
    ],
}

# Processing: see processing/job_tasks.py for what these mean
JOB_LEASE_SECONDS = positive("PHOTOROOM_JOB_LEASE_SECONDS", 120)
JOB_MAX_ATTEMPTS = positive("PHOTOROOM_JOB_MAX_ATTEMPTS", 4)
JOB_TIME_LIMIT_SECONDS = positive("PHOTOROOM_JOB_TIME_LIMIT_SECONDS", 120)
WARM_WORKERS = yes_or_no("PHOTOROOM_WARM_WORKERS", default=True)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": one_of("PHOTOROOM_LOG_LEVEL", "WARNING", LOG_LEVELS)},
    "loggers": {"photoroom": {"level": "INFO"}, "processing": {"level": "INFO"}, "albums": {"level": "INFO"}},
}
