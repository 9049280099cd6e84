"""Two queues: who waits for an answer is not behind a large upload."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Producer

from photoroom import broker
from photoroom.celery import TASKS_OF_WHO_WAITS, app, broker_options
from processing import copy_tasks, tasks

broker.register()


@pytest.fixture(params=["folder", "redis"])
def connection(request, tmp_path):
    """A queue of this test alone, in a folder or in Redis."""
    if request.param == "folder":
        url = "atomicfs://localhost"
    elif settings.REDIS_URL:
        url = f"{settings.REDIS_URL.rpartition('/')[0]}/7"
    else:
        pytest.skip("no Redis in this run")
    options = broker_options(url, tmp_path) | {"global_keyprefix": uuid.uuid4().hex}
    with Connection(url, transport_options=options) as connection:
        yield connection


def test_somebody_waits_for_a_search_a_drawn_face_a_zip_and_an_edited_photo():
    jobs = (
        tasks.find_members,
        tasks.describe_photo,
        tasks.pack_download,
        copy_tasks.render_photo,
        copy_tasks.render_room,
    )
    waiting = {task.name for task in jobs}
    no_jobs = {copy_tasks.make_preview.name, copy_tasks.help_rendering.name}
    assert set(TASKS_OF_WHO_WAITS) == waiting | no_jobs
    routed = {task.name for task in tasks.TASKS.values() if queue_of(task.name) == "now"}
    assert routed == waiting


def queue_of(name: str) -> str:
    return app.amqp.router.route({}, name)["queue"].name


def test_every_other_task_stays_in_the_queue_of_before():
    assert {queue_of(name) for name in (tasks.analyze_photo.name, tasks.sweep.name)} == {"celery"}


def test_every_worker_takes_from_both_queues():
    assert list(app.amqp.queues.consume_from) == ["now", "celery"]


def test_who_waits_is_heard_among_the_next_two_although_many_photos_came_before(connection):
    queues = app.amqp.queues
    producer = Producer(connection)
    for number in range(50):
        send(producer, queues["celery"], number)
    send(producer, queues["now"], "somebody")
    heard = []

    def hear(body, message):
        heard.append(body)
        message.ack()

    with Consumer(connection, list(queues.consume_from.values()), callbacks=[hear]) as consumer:
        consumer.qos(prefetch_count=1)
        while len(heard) < 2:
            connection.drain_events(timeout=20)
    assert "somebody" in heard


def send(producer: Producer, queue, body) -> None:
    producer.publish(body, exchange=queue.exchange, routing_key=queue.routing_key, declare=[queue])


def test_tasks_that_moved_keep_the_names_under_which_messages_wait():
    moved = (copy_tasks.render_photo, copy_tasks.render_room, copy_tasks.make_preview, copy_tasks.veil_room)
    assert [task.name for task in moved] == [
        "processing.tasks.render_photo",
        "processing.tasks.render_room",
        "processing.tasks.make_preview",
        "processing.tasks.veil_room",
    ]
    assert {task.name for task in moved} <= set(app.tasks)
