"""Django's settings, derived from the environment. What can be set from outside is listed in `environment.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from perennial.server.environment import database_address, kept_secret, read_environment
from perennial.web.assets import static_folder

ENVIRONMENT = read_environment()
SOURCE = Path(__file__).resolve().parent.parent

PERENNIAL_HOME = ENVIRONMENT.home
PERENNIAL_FILES = ENVIRONMENT.home / "files"
LAKE_URL = ENVIRONMENT.lake_url
LAKE_ENGINE = ENVIRONMENT.lake_engine
SPARK_MASTER = ENVIRONMENT.spark_master
PUBLIC_URL = ENVIRONMENT.local_url
LINKS_BEGIN_WITH = ENVIRONMENT.public_url  # "": with the address that the page was asked for by
SAMPLE_FOLDER = SOURCE.parent.parent / "sample"

DEBUG = ENVIRONMENT.development
SECRET_KEY = ENVIRONMENT.secret_key or kept_secret(ENVIRONMENT.home / "secret_key")
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *ENVIRONMENT.allowed_hosts,
    *([urlsplit(ENVIRONMENT.public_url).hostname or ""] if ENVIRONMENT.public_url else []),
    *([ENVIRONMENT.host] if ENVIRONMENT.host not in ("0.0.0.0", "::") else []),  # noqa: S104
]
_is_https = ENVIRONMENT.public_url.startswith("https://")
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url] if ENVIRONMENT.public_url else []

# From the ground up; a room that has no apps.py (conditions, foundation) is code only.
ROOMS = (
    "foundation",
    "workspace",
    "timeline",
    "conditions",
    "objects",
    "lake",
    "rules",
    "metrics",
    "automation",
    "web",
    "rest",
    "customers",
    "commerce",
    "lifecycle",
    "foresight",
    "studio",
    "integrations",
    "server",
)
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *(f"perennial.{room}" for room in ROOMS if (SOURCE / room / "apps.py").exists()),
]
AUTH_USER_MODEL = "workspace.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "perennial.server.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "perennial.rest.door.programs_door",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "perennial.web.middleware.actor_middleware",
    "perennial.web.middleware.refusal_middleware",
]
ROOT_URLCONF = "perennial.server.urls"
WSGI_APPLICATION = "perennial.server.wsgi.application"
APPEND_SLASH = True

DATABASES: dict[str, dict[str, Any]] = {"default": database_address(ENVIRONMENT).django()}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": ENVIRONMENT.web_threads + ENVIRONMENT.worker_jobs + 2,
    "timeout": 15,
    "max_idle": 60,  # each holds some 10 MB of the database's memory
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted database costs nobody an error page

_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": _MEMORY},
    # Its own, and large: whoever tries passwords must not push the count of their tries out by making others.
    "tries": {"BACKEND": _MEMORY, "LOCATION": "tries", "OPTIONS": {"MAX_ENTRIES": 100_000}},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "perennial_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _is_https
CSRF_COOKIE_NAME = "perennial_csrf"
CSRF_COOKIE_SECURE = _is_https
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _is_https else None
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
OUTBOUND_ALLOW = ENVIRONMENT.outbound_allow
API_REQUESTS_PER_MINUTE = ENVIRONMENT.api_requests_per_minute
AUTOMATION_LOG_DAYS = ENVIRONMENT.automation_log_days
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # with the cached loader whenever DEBUG is off
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "perennial.web.shell.shell",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("bs", _("Bosnian")), ("kk", _("Kazakh"))]
LOCALE_PATHS = [str(path) for path in sorted(SOURCE.glob("*/locale"))]
LANGUAGE_COOKIE_NAME = "perennial_language"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STATICFILES_DIRS = [static_folder()]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # made at the first start, when make has not made it
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PERENNIAL_FILES)},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

EMAIL_HOST = ""
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
if ENVIRONMENT.smtp_url:
    _mail = urlsplit(ENVIRONMENT.smtp_url)
    _tls = parse_qs(_mail.query).get("tls", ["start" if _mail.port == 587 else "none"])[-1]
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 25
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _tls == "start"
    EMAIL_USE_SSL = _tls == "on"
    EMAIL_TIMEOUT = 20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "WARNING"},
    },
}
