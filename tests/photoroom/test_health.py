from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albums.models import Job

pytestmark = pytest.mark.django_db


def test_a_site_in_order_is_ready(client):
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json() == {"ready": True, "problems": []}


def test_a_queue_that_nobody_works_on_is_said(client, add_photo):
    add_photo()
    assert client.get("/readyz").status_code == 200
    Job.objects.update(rung_at=timezone.now() - timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "start a worker" in answer.json()["problems"][0]


def test_a_full_disk_is_said(client, settings):
    settings.DATA_DIR.mkdir(exist_ok=True)
    settings.MIN_FREE_BYTES = 10**18
    assert "nearly full" in client.get("/readyz").json()["problems"][0]


def test_an_unfinished_migration_is_said(client, monkeypatch):
    monkeypatch.setattr("photoroom.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
    assert "manage.py migrate" in client.get("/readyz").json()["problems"][0]
