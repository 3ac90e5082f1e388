"""Settings of the tests: a data folder of their own, made before anything of Sapa is loaded.

The database is a SQLite file in that folder, its tables made from the models; SAPA_TEST_DATABASE_URL names a
PostgreSQL server instead (its role must be allowed to make databases), where every migration is run.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="sapa-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("SAPA_") and not name.startswith("SAPA_TEST_")]:
    if _name != "SAPA_SHARED":
        del os.environ[_name]
os.environ["SAPA_HOME"] = _home
os.mkdir(os.path.join(_home, "static"))  # noqa: PTH102, PTH118 - whitenoise warns where it is missing
if _url := os.environ.get("SAPA_TEST_DATABASE_URL"):
    os.environ["SAPA_DATABASE_URL"] = _url

from sapa.config.settings import *  # noqa: E402, F403
from sapa.config.settings import DATABASES, STORAGES  # noqa: E402

if _url:
    DATABASES["default"]["TEST"] = {"MIGRATE": True}
else:
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_home, "test.db"), "MIGRATE": False}  # noqa: PTH118
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
