"""The Celery app: how tasks are queued, taken, given back and repeated."""

import logging
import os
import threading
import time
import warnings
from pathlib import Path
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.schedules import crontab
from celery.signals import worker_init, worker_process_init
from kombu import Exchange, Queue

from photoroom import broker

SWEEP_SECONDS = 20
HOUR_SECONDS = 3600
MAIL_SECONDS = 300  # how often somebody looks whether news have settled
# A child that grew beyond this (in KiB) is replaced after its task; the models of one child take about a third of it.
CHILD_MEMORY_KIB = 2_500_000
CHILD_TASKS = 500
CHILD_START_SECONDS = 120  # loading the models takes 4 s of a core that nobody else wants
PARENT_LOOK_SECONDS = 1
TASKS_OF_WHO_WAITS = (
    "processing.tasks.find_members",
    "processing.tasks.describe_photo",
    "processing.tasks.pack_download",
    "processing.tasks.render_photo",
    "processing.tasks.render_room",
    "processing.tasks.make_preview",
    "processing.copy_tasks.help_rendering",
)
CLEAN_UP_SECONDS = 30  # after the soft limit, to say so in the job's row

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photoroom.settings")
broker.register()
# It warns of root because of pickle in messages; this app takes JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("photoroom")
logger = logging.getLogger(__name__)


def task_settings() -> dict[str, Any]:
    """Celery's settings; read when first needed, because Django's settings must be loaded by then."""
    from django.conf import settings

    return {
        "broker_transport_options": broker_options(settings.CELERY_BROKER_URL, settings.QUEUE_DIR),
        "broker_connection_retry_on_startup": True,
        "timezone": settings.TIME_ZONE,
        # A task is acknowledged when it is done, so that a killed worker gives it back; every task may run twice.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        # Every worker takes from both queues in turn, so that who waits for an answer is not behind a large upload.
        "task_default_queue": "celery",
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in ("now", "celery")],
        "task_routes": {name: {"queue": "now"} for name in TASKS_OF_WHO_WAITS},
        # Results are rows of the database; a chord would never fire after one lost message.
        "task_ignore_result": True,
        "worker_max_memory_per_child": CHILD_MEMORY_KIB,
        "worker_max_tasks_per_child": CHILD_TASKS,
        "worker_proc_alive_timeout": CHILD_START_SECONDS,
        "worker_hijack_root_logger": False,
        "task_soft_time_limit": settings.JOB_TIME_LIMIT_SECONDS,
        "task_time_limit": settings.JOB_TIME_LIMIT_SECONDS + CLEAN_UP_SECONDS,
        "beat_schedule": {
            "sweep": {"task": "processing.tasks.sweep", "schedule": SWEEP_SECONDS},
            "tidy": {"task": "processing.chores.tidy", "schedule": HOUR_SECONDS},
            "complete_photos": {"task": "processing.chores.complete_photos", "schedule": HOUR_SECONDS},
            "mail_news": {"task": "processing.chores.mail_news", "schedule": MAIL_SECONDS},
            "check_files": {"task": "processing.chores.check_files", "schedule": crontab(hour=3, minute=30)},
        },
        "beat_schedule_filename": str(settings.DATA_DIR / "beat-schedule"),
    }


def broker_options(url: str, queue_dir: Path) -> dict[str, Any]:
    """What the transport behind `url` needs to give lost messages back soon."""
    if url.startswith(f"{broker.SCHEME}:"):
        return broker.transport_options(queue_dir)
    if url.startswith(("redis:", "rediss:")):
        # With the default throttle of 10 a lost message returns up to 100 s after its visibility timeout.
        return {"visibility_timeout": HOUR_SECONDS, "unacked_restore_throttle": 1}
    return {}


app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(task_settings)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="chores")


@worker_init.connect
def use_one_thread_per_child(**_: Any) -> None:
    """Let every child compute on one core: there are as many children as cores, and they load the models after the fork."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ.setdefault(name, "1")


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """End a pool process whose worker was killed: it would wait for tasks forever, with its models in memory."""
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()


@worker_process_init.connect
def load_models(**_: Any) -> None:
    """Load the models before the first task: who looks for themselves with a selfie must not wait for that."""
    from django.conf import settings

    from processing import weights
    from processing.errors import ProcessingError

    if settings.WARM_WORKERS:
        try:
            weights.warm_up()
        except ProcessingError as error:  # every photo will say so; the worker has other work, too
            logger.warning("%s", error)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_SECONDS)
    os._exit(1)
