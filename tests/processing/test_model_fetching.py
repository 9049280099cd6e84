"""Fetching model files from a server on this machine: whole, in two goes, and everything that can go wrong."""

from __future__ import annotations

import errno
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from processing import fetched_models, model_fetching
from processing.model_fetching import FetchFailed, fetch
from processing.model_files import ModelFile

BODY = bytes(range(256)) * 4000
DIGEST = hashlib.sha256(BODY).hexdigest()
NAME = f"tiny-{DIGEST[:8]}.pth"


class Server(ThreadingHTTPServer):
    """Sends `body`; `stops_after` bytes it hangs up; `ranges` it remembers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.stops_after, self.status, self.knows_ranges = BODY, None, 200, True
        self.ranges: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        asked = self.headers.get("Range")
        server.ranges.append(asked)
        if server.status != 200:
            self.send_error(server.status)
            return
        first = int(asked[6:-1]) if asked and server.knows_ranges else 0
        if first >= len(server.body):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(server.body)}")
            self.end_headers()
            return
        self.send_response(206 if asked and server.knows_ranges else 200)
        rest = server.body[first:]
        self.send_header("Content-Length", str(len(rest)))
        if asked and server.knows_ranges:
            self.send_header("Content-Range", f"bytes {first}-{len(server.body) - 1}/{len(server.body)}")
        self.end_headers()
        self.wfile.write(rest[: server.stops_after])

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv(model_fetching.MIRROR_VARIABLE, f"http://127.0.0.1:{made.server_port}/models")
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path / "models"))
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def model():
    return ModelFile(
        "tiny", "Tests", "fetched", f"https://example.org/{NAME}", "CC0-1.0", None, len(BODY), DIGEST[:8]
    )


def part_of(name: str = NAME):
    return fetched_models.folder() / f"{name}.part"


def test_a_file_is_fetched_checked_and_named(server, model):
    told = []
    path = fetch(model, lambda done, total: told.append((done, total)))
    assert path == fetched_models.folder() / NAME
    assert path.read_bytes() == BODY
    assert told[-1] == (len(BODY), len(BODY))
    assert not part_of().exists()


def test_what_is_here_is_not_fetched_again(server, model):
    fetch(model)
    fetch(model)
    assert server.ranges == [None]


def test_a_damaged_file_that_is_here_is_fetched_again(server, model):
    fetch(model).write_bytes(BODY[:-1])
    assert fetch(model).read_bytes() == BODY


def test_a_download_that_broke_off_goes_on(server, model):
    server.stops_after = 300_000
    with pytest.raises(FetchFailed, match=r"broke off after 0.3 of 1.0 MB. Run the same command again"):
        fetch(model)
    assert part_of().read_bytes() == BODY[:300_000]
    assert not (fetched_models.folder() / NAME).exists()
    server.stops_after = None
    assert fetch(model).read_bytes() == BODY
    assert server.ranges == [None, "bytes=300000-"]


def test_a_server_without_ranges_sends_it_all(server, model):
    part_of().parent.mkdir()
    part_of().write_bytes(b"x" * 1000)
    server.knows_ranges = False
    assert fetch(model).read_bytes() == BODY


def test_a_part_that_is_whole_counts(server, model):
    part_of().parent.mkdir()
    part_of().write_bytes(BODY)
    assert fetch(model).read_bytes() == BODY


def test_a_part_that_is_too_long_is_begun_again(server, model):
    part_of().parent.mkdir()
    part_of().write_bytes(BODY + b"more")
    assert fetch(model).read_bytes() == BODY


def test_wrong_bytes_are_removed(server, model):
    server.body = BODY[::-1]
    with pytest.raises(FetchFailed, match=r"SHA-256 is another one"):
        fetch(model)
    assert list(fetched_models.folder().iterdir()) == []


def test_a_missing_file_says_where(server, model):
    server.status = 404
    with pytest.raises(FetchFailed, match=f"answered 404 for http://127.0.0.1:.*{NAME}"):
        fetch(model)


def test_no_network_is_a_sentence(server, model, monkeypatch):
    server.shutdown()
    server.server_close()
    with pytest.raises(FetchFailed, match=r"can't be reached .* Check the network"):
        fetch(model)


def test_a_full_disk_is_a_sentence(server, model, monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(model_fetching, "_copy", full)
    with pytest.raises(FetchFailed, match=r"not enough room .* 1 MB"):
        fetch(model)


def test_a_disk_with_too_little_room_is_not_begun_on(server, model, monkeypatch):
    monkeypatch.setattr(model_fetching, "SPARE_BYTES", 1 << 60)
    with pytest.raises(FetchFailed, match=r"not enough room"):
        fetch(model)


def test_a_folder_that_can_not_be_written_to_is_a_sentence(server, model, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(FetchFailed, match=r"can't be written to"):
        fetch(model)


def test_a_mirror_must_be_of_the_web(server, model, monkeypatch):
    monkeypatch.setenv(model_fetching.MIRROR_VARIABLE, "file:///etc")
    with pytest.raises(FetchFailed, match=r"must begin with https://"):
        fetch(model)
