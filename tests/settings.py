"""The project's settings, with a throw-away data folder, quick password hashing and unhashed static files."""

import os
import tempfile

os.environ.setdefault("PHOTOROOM_DATA", tempfile.mkdtemp(prefix="photoroom-tests-"))

from photoroom.settings import *  # noqa: F403
from photoroom.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
