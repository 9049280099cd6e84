"""The project: settings, URLs, the Celery app and the server's entry points."""

from photoroom.celery import app as celery_app

__all__ = ["celery_app"]
