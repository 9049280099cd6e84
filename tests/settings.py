"""The project's settings, with a throw-away data folder, quick password hashing and unhashed static files."""

import os
import tempfile

os.environ.setdefault("PHOTOROOM_DATA", tempfile.mkdtemp(prefix="photoroom-tests-"))

from photoroom.settings import *  # noqa: F403
from photoroom.settings import CACHES, DATA_DIR, DATABASES, REDIS_URL, STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file as in real life: a page that asks for several things at once finds a database in memory locked.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "tests.sqlite3"}
else:  # what a test writes need not outlive a power cut
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if REDIS_URL:  # every test process empties its cache before a test: each needs one of its own
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = f"{REDIS_URL.rpartition('/')[0]}/{4 + worker % 3}"
