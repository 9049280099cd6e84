"""What a worker's processes do when they start."""

import pytest

from photoroom.celery import app, load_models
from processing import weights
from processing.errors import ModelUnavailable


@pytest.fixture
def loaded(monkeypatch):
    """How often the models were loaded."""
    calls: list[bool] = []
    monkeypatch.setattr(weights, "warm_up", lambda: calls.append(True))
    return calls


def test_a_worker_process_loads_its_models_when_it_starts(settings, loaded):
    settings.WARM_WORKERS = True
    load_models()
    assert loaded == [True]


def test_a_worker_process_can_be_told_not_to(settings, loaded):
    settings.WARM_WORKERS = False
    load_models()
    assert loaded == []


def test_a_worker_process_starts_without_a_model(settings, monkeypatch):
    settings.WARM_WORKERS = True

    def missing():
        raise ModelUnavailable("The model is missing.")

    monkeypatch.setattr(weights, "warm_up", missing)
    load_models()


def test_a_process_that_loads_its_models_is_not_taken_for_dead():
    assert app.conf.worker_proc_alive_timeout >= 60
