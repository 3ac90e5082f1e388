"""Settings. Everything that differs between installations comes from the environment:

SAPA_HOME (data folder), SAPA_DATABASE_URL (default: SQLite in SAPA_HOME), SAPA_SECRET_KEY (default: made once in
SAPA_HOME/sapa.key), SAPA_HTTPS=1 behind TLS, with SAPA_ALLOWED_HOSTS (names, comma between) and SAPA_HSTS_SECONDS,
SAPA_LOG_LEVEL, SAPA_DEMO=1 (the demo shop, where nobody signs in), SAPA_DEMO_QUIET=1 (nobody writes to it),
SAPA_EMAIL_URL (config.mail) with SAPA_URL, the address under which the team opens Sapa (links in e-mails), SAPA_PUSH_HOSTS (push services of one's own, host:port, comma between),
SAPA_HOOK_HOSTS (programs in one's own network that outgoing webhooks may call, host:port, comma between).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import dj_database_url
import platformdirs
from csp.constants import NONE, SELF

from sapa.config.logs import make_logging
from sapa.config.mail import read_email_url
from sapa.lib.secrets import load_key

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SAPA_HOME") or platformdirs.user_data_dir("sapa", appauthor=False)).resolve()
HOME.mkdir(parents=True, exist_ok=True)
KEY_FILE = HOME / "sapa.key"


def _secret_key() -> str:
    """Derived from the key file, which lies beside the data: outside the database and its backup."""
    return (
        os.environ.get("SAPA_SECRET_KEY") or hashlib.sha512(b"sapa django " + load_key(KEY_FILE)).hexdigest()
    )


def _databases() -> dict[str, Any]:
    url = os.environ.get("SAPA_DATABASE_URL", "")
    if url and not url.startswith("sqlite"):
        return {"default": {**dj_database_url.parse(url, conn_max_age=None), "CONN_HEALTH_CHECKS": True}}
    path = url.removeprefix("sqlite:///") if url else str(HOME / "sapa.db")
    # The demo shop lives in a temporary folder: nothing of it has to survive a power cut.
    synchronous = "OFF" if os.environ.get("SAPA_DEMO") == "1" else "FULL"
    return {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": float(os.environ.get("SAPA_BUSY_SECONDS", "30")),
                "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};"
                " PRAGMA temp_store=MEMORY;"
                " PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;",
            },
        }
    }


SECRET_KEY = _secret_key()
DEBUG = False
SAPA_DEMO = os.environ.get("SAPA_DEMO") == "1"
HTTPS = os.environ.get("SAPA_HTTPS") == "1"
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("SAPA_ALLOWED_HOSTS", "*").split(",") if host.strip()
]
DATABASES = _databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "lucide",
    "sapa.accounts",
    "sapa.channels",
    "sapa.contacts",
    "sapa.timeline",
    "sapa.conversations",
    "sapa.orders",
    "sapa.reviews",
    "sapa.responses",
    "sapa.gateway",
    "sapa.readings",
    "sapa.promises",
    "sapa.knowledge",
    "sapa.imports",
    "sapa.standings",
    "sapa.metrics",
    "sapa.journeys",
    "sapa.moments",
    "sapa.automations",
    "sapa.surveys",
    "sapa.actions",
    "sapa.snapshots",
    "sapa.notices",
    "sapa.programs",
    "sapa.web",
]

MIDDLEWARE = [
    "sapa.config.middleware.BusyMiddleware",
    "sapa.web.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sapa.web.middleware.SeatMiddleware",
]

ROOT_URLCONF = "sapa.config.urls"
WSGI_APPLICATION = "sapa.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sapa.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "sapa.web.templatetags.formats",
                "sapa.web.templatetags.settled",
            ],
        },
    }
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = ["sapa.web.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o600

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Nothing inline and nothing from elsewhere: pages are HTML, one style sheet and a few scripts of our own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # "Salin & buka WhatsApp" is a plain form to wa.me, which leads on to the app or to WhatsApp Web.
        "form-action": [
            SELF,
            "https://wa.me",
            "https://api.whatsapp.com",
            "https://web.whatsapp.com",
            "whatsapp:",
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

SESSION_COOKIE_NAME = "sapa_session"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "sapa_csrf"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(os.environ.get("SAPA_HSTS_SECONDS", str(365 * 24 * 3600)))
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

_mail = read_email_url(os.environ.get("SAPA_EMAIL_URL") or os.environ.get("EMAIL_URL", ""))
EMAIL_IS_SET: bool = _mail.pop("EMAIL_IS_SET")
globals().update(_mail)
PUBLIC_URL = os.environ.get("SAPA_URL", "http://localhost:8000")
HOOK_HOSTS = [host.strip() for host in os.environ.get("SAPA_HOOK_HOSTS", "").split(",") if host.strip()]
PUSH_HOSTS = [host.strip() for host in os.environ.get("SAPA_PUSH_HOSTS", "").split(",") if host.strip()]

LOGGING = make_logging(os.environ.get("SAPA_LOG_LEVEL", "INFO").upper())
