from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from albums.models import Job, Photo
from albums.models.jobs import JobKind
from processing import job_tasks, jobs, tasks
from processing.errors import UnreadableImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(add_photo) -> Job:
    return Job.objects.get(photo=add_photo())


def test_a_job_is_claimed_once(job):
    assert jobs.claim(job.pk).attempts == 1
    assert jobs.claim(job.pk) is None


def test_a_lease_that_ran_out_is_claimed_again(job):
    jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(
        owner="elsewhere:1:x", lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert jobs.claim(job.pk).attempts == 2


def test_the_job_of_a_dead_process_is_claimed_without_waiting_for_its_lease(job):
    jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(owner=f"{socket.gethostname()}:{dead_pid()}:x")
    assert jobs.claim(job.pk) is not None


def dead_pid() -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def test_a_process_of_another_machine_is_never_called_dead():
    assert not jobs.is_dead("some-other-machine:1:x")
    assert not jobs.is_dead("nonsense")


def test_a_finished_job_stays_done_when_its_bell_rings_again(job):
    claimed = jobs.claim(job.pk)
    assert jobs.finish(claimed) is False
    assert jobs.claim(job.pk) is None


def test_who_lost_the_lease_cannot_finish_the_job_of_somebody_else(job):
    slow = jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(owner="somebody:2:else")
    assert jobs.finish(slow) is False
    assert Job.objects.get(pk=job.pk).state == "running"


def test_work_asked_for_while_it_runs_runs_once_more(room):
    first = jobs.request(kind="cluster", room_id=room.pk)
    running = jobs.claim(first)
    assert jobs.request(kind="cluster", room_id=room.pk) is None
    assert jobs.finish(running) is True
    assert jobs.claim(first) is not None


def test_work_that_waits_already_is_not_asked_for_twice(room):
    assert jobs.request(kind="cluster", room_id=room.pk)
    assert jobs.request(kind="cluster", room_id=room.pk) is None
    assert Job.objects.filter(kind="cluster").count() == 1


def test_a_job_that_kills_its_workers_is_given_up_with_a_sentence(job, settings):
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        assert jobs.claim(job.pk)
        Job.objects.filter(pk=job.pk).update(state="queued", owner="")
    assert jobs.claim(job.pk) is None
    photo = Photo.objects.get(pk=job.photo_id)
    assert Job.objects.get(pk=job.pk).state == "failed"
    assert photo.state == "failed"
    assert photo.failure.endswith(".")


def test_the_sweeper_puts_back_what_a_dead_worker_held(job):
    jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(owner="gone:1:x", lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.sweep() == [job.pk]
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_the_sweeper_leaves_a_living_worker_alone(job):
    jobs.claim(job.pk)
    assert jobs.sweep() == []
    assert Job.objects.get(pk=job.pk).state == "running"


def test_the_sweeper_rings_again_for_a_lost_message_only_when_the_queue_stands_still(job):
    Job.objects.filter(pk=job.pk).update(rung_at=timezone.now() - timedelta(minutes=5))
    other = Job.objects.create(
        kind="cluster",
        room=job.room,
        state="done",
        rung_at=timezone.now() - timedelta(minutes=5),
        finished_at=timezone.now(),
    )
    assert jobs.sweep() == []
    Job.objects.filter(pk=other.pk).update(finished_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep() == [job.pk]
    assert jobs.sweep() == []


def test_the_sweeper_rings_for_a_message_that_later_ones_have_overtaken_however_busy_the_queue_is(job):
    Job.objects.filter(pk=job.pk).update(rung_at=timezone.now() - timedelta(minutes=5))
    Job.objects.create(kind="cluster", room=job.room, state="done", finished_at=timezone.now())
    assert jobs.sweep() == [job.pk]
    assert jobs.sweep() == []


def test_the_sweeper_adopts_a_waiting_photo_without_a_job_and_rings_for_it(job):
    photo = job.photo
    job.delete()
    rung = jobs.sweep()
    assert rung == [Job.objects.get(photo=photo, state="queued").pk]


def test_who_lost_the_lease_does_not_call_a_photo_failed_that_somebody_else_made_ready(job):
    late = jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(owner="elsewhere:1:x", state="done")
    Photo.objects.filter(pk=job.photo_id).update(state="ready")
    jobs.fail(late, "Too slow.")
    assert Photo.objects.get(pk=job.photo_id).state == "ready"


def test_the_heart_beats_on_after_the_database_was_away_for_a_moment(job, monkeypatch, settings, caplog):
    beats: list[bool] = []
    beaten = threading.Event()

    def renew(of: Job) -> None:
        beats.append(True)
        if len(beats) == 1:
            raise OperationalError("the server closed the connection")
        beaten.set()

    settings.JOB_LEASE_SECONDS = 0.04
    monkeypatch.setattr(jobs, "renew", renew)
    with jobs.heartbeat(jobs.claim(job.pk)):
        assert beaten.wait(20)
    assert "lease" in caplog.text


def test_the_start_of_the_only_worker_takes_everything_up_again(job):
    jobs.claim(job.pk)
    assert jobs.recover() == [job.pk]
    assert jobs.claim(job.pk) is not None


def test_a_picture_that_cannot_be_read_fails_at_once_with_its_reason(job, monkeypatch):
    def unreadable(photo_id: int) -> bool:
        raise UnreadableImage("The picture is damaged.")

    monkeypatch.setattr("processing.tasks.store.analyze", unreadable)
    tasks.analyze_photo(job.pk)
    job.refresh_from_db()
    assert (job.state, job.failure, job.photo.failure) == (
        "failed",
        "The picture is damaged.",
        "The picture is damaged.",
    )


def test_a_bug_is_logged_tried_a_bounded_number_of_times_and_then_shown(job, monkeypatch, settings, caplog):
    def broken(photo_id: int) -> bool:
        raise KeyError("bug")

    monkeypatch.setattr("processing.tasks.store.analyze", broken)
    for _ in range(settings.JOB_MAX_ATTEMPTS + 2):
        tasks.analyze_photo(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", settings.JOB_MAX_ATTEMPTS)
    assert job.photo.failure == job_tasks.UNEXPECTED
    assert caplog.text.count("KeyError: 'bug'") == settings.JOB_MAX_ATTEMPTS


def test_an_unreachable_queue_fails_nobody(job, monkeypatch):
    monkeypatch.undo()  # the real ring

    class Task:
        OperationalError = ConnectionError

        def apply_async(self, **_: object) -> None:
            raise ConnectionRefusedError

    job_tasks.ring(Task(), job.pk)
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_every_kind_of_work_has_its_task():
    assert set(tasks.TASKS) == set(JobKind)


def test_work_for_later_is_not_taken_for_lost_before_its_time(room):
    later = jobs.request(kind="regroup", room_id=room.pk, delay_seconds=120)
    Job.objects.exclude(pk=later).delete()
    assert jobs.sweep() == []
    Job.objects.filter(pk=later).update(rung_at=timezone.now() - timedelta(minutes=3))
    assert jobs.sweep() == [later]


def test_work_that_is_asked_for_again_while_it_runs_waits_as_long_as_before(room):
    running = jobs.claim(jobs.request(kind="regroup", room_id=room.pk))
    jobs.request(kind="regroup", room_id=room.pk)
    assert jobs.finish(running, again_in_seconds=120)
    assert Job.objects.get(pk=running.pk).rung_at > timezone.now() + timedelta(seconds=100)


def test_only_work_that_waits_can_be_hurried(room):
    job_id = jobs.request(kind="find", room_id=room.pk, delay_seconds=60)
    assert jobs.waiting(kind="find", room_id=room.pk) == job_id
    jobs.claim(job_id)
    assert jobs.waiting(kind="find", room_id=room.pk) is None


def test_a_photo_stays_as_it_is_when_other_work_on_it_is_given_up(job):
    Photo.objects.update(state="ready")
    drawn = jobs.claim(jobs.request(kind="describe", room_id=job.room_id, photo_id=job.photo_id))
    jobs.fail(drawn, "No model.")
    photo = Photo.objects.get()
    assert (photo.state, photo.failure) == ("ready", "")
