"""The entry point for an ASGI server.

`manage.py up` and the container use WSGI: under ASGI, Django collects a synchronous stream (a zip) in memory first.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photoroom.settings")

application = get_asgi_application()
