"""Settings. Everything that differs between installations comes from the environment:

SAPA_HOME (data folder), SAPA_DATABASE_URL (default: SQLite in SAPA_HOME), SAPA_ALLOWED_HOSTS, SAPA_HTTPS=1 behind TLS.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
import platformdirs

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SAPA_HOME") or platformdirs.user_data_dir("sapa", appauthor=False))
HOME.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key is made once and kept beside the data, outside the database and its backup."""
    if given := os.environ.get("SAPA_SECRET_KEY"):
        return given
    path = HOME / "secret.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")


def _databases() -> dict[str, Any]:
    url = os.environ.get("SAPA_DATABASE_URL", "")
    if url and not url.startswith("sqlite"):
        return {"default": {**dj_database_url.parse(url, conn_max_age=None), "CONN_HEALTH_CHECKS": True}}
    path = url.removeprefix("sqlite:///") if url else str(HOME / "sapa.db")
    return {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": float(os.environ.get("SAPA_BUSY_SECONDS", "30")),
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                " PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;",
            },
        }
    }


SECRET_KEY = _secret_key()
DEBUG = False
HTTPS = os.environ.get("SAPA_HTTPS") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("SAPA_ALLOWED_HOSTS", "*").split(",") if host]
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
    "sapa.imports",
    "sapa.standings",
    "sapa.metrics",
    "sapa.journeys",
    "sapa.actions",
    "sapa.snapshots",
    "sapa.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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
            ]
        },
    }
]

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
