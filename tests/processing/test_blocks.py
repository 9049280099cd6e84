"""Blocks of rows: each exactly once, and no longer than somebody wants them."""

from __future__ import annotations

import threading

import pytest

from processing import blocks
from processing.operation import Cancelled


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_PIXELS", 100)
    monkeypatch.setattr("os.cpu_count", lambda: 3)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (95, 10), (100, 7), (3, 1000), (0, 10)])
def test_every_row_comes_once(height, width):
    rows: list[int] = []
    blocks.over_rows(height, width, lambda top, bottom: rows.extend(range(top, bottom)))
    assert sorted(rows) == list(range(height))


def test_cancelling_ends_the_work_and_is_asked_in_the_callers_thread():
    asked, done = [], []

    def check():
        asked.append(threading.current_thread())
        if len(asked) == 3:
            raise Cancelled

    started = threading.Event()

    def work(top, bottom):
        done.append(top)
        started.wait(0.01)

    with pytest.raises(Cancelled):
        blocks.over_rows(10_000, 10, work, check)
    assert len(done) < 900
    assert set(asked) == {threading.current_thread()}


def test_what_fails_in_a_block_is_raised():
    def work(top, bottom):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        blocks.over_rows(500, 10, work)
