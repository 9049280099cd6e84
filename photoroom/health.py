"""Two addresses for whoever watches over the site: /healthz (the process answers) and /readyz (it can do its work)."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from albums.models import Job

QUEUE_STANDS_STILL_AFTER = timedelta(minutes=10)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where everything that a visitor needs is there, else 503; the reasons are whole sentences."""
    try:
        problems = [*database_problems(), *queue_problems(), *disk_problems()]
    except DatabaseError:
        problems = ["The database does not answer."]
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def database_problems() -> list[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["The database is older than the program: run manage.py migrate."]
    return []


def queue_problems() -> list[str]:
    since = timezone.now() - QUEUE_STANDS_STILL_AFTER
    is_waiting = Job.objects.filter(state="queued", rung_at__lt=since).exists()
    if is_waiting and not Job.objects.filter(finished_at__gt=since).exists():
        return ["Photos wait, but no worker has finished one for ten minutes: start a worker."]
    return []


def disk_problems() -> list[str]:
    if not isinstance(default_storage, FileSystemStorage):
        return []
    folder = Path(settings.DATA_DIR)
    if folder.exists() and shutil.disk_usage(folder).free < settings.MIN_FREE_BYTES:
        return ["The disk is nearly full, so no more photos are taken."]
    return []
