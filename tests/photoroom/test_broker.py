"""The queue in a folder: whole messages only, each to one consumer, in order."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from photoroom import broker

broker.register()


@pytest.fixture
def channels(tmp_path):
    """Makes channels of connections of their own, like processes have."""
    connections = []

    def make():
        connection = Connection("atomicfs://localhost", transport_options=broker.transport_options(tmp_path))
        connections.append(connection)
        return connection.default_channel

    yield make
    for connection in connections:
        connection.close()


def take_all(channel, queue="jobs"):
    taken = []
    while True:
        try:
            taken.append(channel._get(queue)["n"])
        except Empty:
            return taken


def test_messages_come_in_the_order_in_which_they_were_sent(channels):
    sender, receiver = channels(), channels()
    for n in range(50):
        sender._put("jobs", {"n": n})
    sender._put("others", {"n": 99})
    assert take_all(receiver) == list(range(50))
    assert take_all(receiver, "others") == [99]


def test_each_message_goes_to_exactly_one_of_several_consumers(channels):
    sender = channels()
    for n in range(400):
        sender._put("jobs", {"n": n})
    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(take_all, [channels() for _ in range(4)]))
    assert sorted(n for share in shares for n in share) == list(range(400))


def test_a_consumer_that_reads_while_others_send_sees_whole_messages_only(channels):
    """The stock transport reads a part of a message now and then, and that ends the worker (kombu issue 1551)."""
    receiver, text = channels(), "x" * 20_000

    def send(channel):
        for n in range(150):
            channel._put("jobs", {"n": n, "text": text})

    taken = []
    with ThreadPoolExecutor(3) as pool:
        sending = [pool.submit(send, channels()) for _ in range(3)]
        while not all(future.done() for future in sending):
            taken += take_all(receiver)
        taken += take_all(receiver)
        for future in sending:
            future.result()
    assert sorted(taken) == sorted(list(range(150)) * 3)


def test_a_sender_that_ends_in_the_middle_leaves_no_message(channels, monkeypatch):
    def write_half(path, text):
        path.write_bytes(text.encode()[: len(text) // 2])
        raise KeyboardInterrupt

    sender, receiver = channels(), channels()
    monkeypatch.setattr(Path, "write_text", write_half)
    with pytest.raises(KeyboardInterrupt):
        sender._put("jobs", {"n": 1})
    assert take_all(receiver) == []


def test_queues_bound_at_the_same_time_are_all_kept(channels):
    makers = [channels() for _ in range(4)]

    def bind(number):
        for part in range(10):
            makers[number]._queue_bind("news", "", "", f"queue-{number}-{part}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bind, range(4)))
    assert {row.queue for row in channels().get_table("news")} == {
        f"queue-{n}-{p}" for n in range(4) for p in range(10)
    }


def test_an_unbound_queue_is_gone_with_its_messages(channels):
    channel = channels()
    channel._queue_bind("news", "", "", "jobs")
    channel._put("jobs", {"n": 1})
    channel._delete("jobs", "news", "", "")
    assert channel.get_table("news") == []
    assert channel._size("jobs") == 0
