"""The entry point for gunicorn."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photoroom.settings")

IDLE_SECONDS = 60

site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, with connections on which nothing moves for a minute cut off.

    Gunicorn waits forever for a phone that left the network in the middle of an upload or a download: its thread is lost
    to everybody, and its upload stays locked. Uploads go on where they broke off, and so do zips.
    """
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(IDLE_SECONDS)
    return site(environ, start_response)
