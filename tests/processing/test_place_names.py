"""Better names from a Nominatim server: a small one on this machine stands for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from albums.models import Place, PlaceName
from processing import place_names

ROME = {"key": "IT|Lazio|Rome", "city": "Rome", "region": "Lazio", "country": "Italy", "country_code": "IT"}
TRASTEVERE = (41.8897, 12.4690)


class Server:
    """What the stub answers, and what it was asked."""

    def __init__(self) -> None:
        self.status, self.headers = 200, {}
        self.body: Any = {
            "lat": "41.9",
            "lon": "12.5",
            "display_name": "x",
            "address": {"quarter": "Trastevere"},
        }
        self.asked: list[tuple[str, str]] = []
        self.url = ""


@pytest.fixture
def server(settings) -> Iterator[Server]:
    stub = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.asked.append((self.path, self.headers["User-Agent"]))
            text = stub.body if isinstance(stub.body, bytes) else json.dumps(stub.body).encode()
            self.send_response(stub.status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: object) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    stub.url = settings.NOMINATIM_URL = f"http://127.0.0.1:{http.server_port}"
    yield stub
    http.shutdown()
    http.server_close()


@pytest.fixture(autouse=True)
def waits(monkeypatch) -> list[float]:
    """Nobody waits in tests; how long they would have is kept."""
    waited: list[float] = []
    monkeypatch.setattr(place_names.time, "sleep", waited.append)
    return waited


@pytest.fixture
def add_at(room, add_photo):
    def add(place: Place, *position: float, source: str = "gps"):
        photo = add_photo()
        columns = {"latitude": position[0], "longitude": position[1], "place": place, "place_source": source}
        type(photo).objects.filter(pk=photo.pk).update(state="ready", arrange_requests=0, **columns)
        return photo

    return add


@pytest.fixture
def rome(room) -> Place:
    return Place.objects.create(room=room, **ROME)


def test_a_place_whose_photos_lie_in_one_quarter_gets_its_name(room, rome, add_at, server):
    photo = add_at(rome, *TRASTEVERE)
    assert place_names.improve(room.pk)
    rome.refresh_from_db()
    assert (str(rome), rome.area) == ("Trastevere", "Rome, Lazio, Italy")
    photo.refresh_from_db()
    assert photo.arrange_requests == 1  # its event is named anew


def test_photos_all_over_a_city_keep_the_citys_name(room, rome, add_at, server):
    add_at(rome, *TRASTEVERE)
    add_at(rome, 41.9022, 12.5572)
    assert not place_names.improve(room.pk)
    assert server.asked == []


def test_a_quarters_name_goes_when_photos_spread(room, rome, add_at, server):
    Place.objects.filter(pk=rome.pk).update(detail="Trastevere")
    add_at(rome, *TRASTEVERE)
    add_at(rome, 41.9022, 12.5572)
    assert place_names.improve(room.pk)
    rome.refresh_from_db()
    assert rome.detail == ""


def test_nobody_is_asked_twice(room, rome, add_at, server):
    add_at(rome, *TRASTEVERE)
    place_names.improve(room.pk)
    assert not place_names.improve(room.pk)
    assert len(server.asked) == 1


def test_only_rounded_positions_are_sent_and_the_site_says_who_asks(room, rome, add_at, server):
    add_at(rome, 41.88973456, 12.46901234)
    place_names.improve(room.pk)
    path, agent = server.asked[0]
    assert "lat=41.89&" in path
    assert "lon=12.469&" in path
    assert agent.startswith("Photoroom/")


def test_the_whole_site_asks_once_a_second(db, waits):
    for _ in range(3):
        place_names.wait_for_turn()
    assert waits[0] == pytest.approx(0, abs=0.1)
    assert waits[1] == pytest.approx(1.1, abs=0.2)
    assert waits[2] == pytest.approx(2.2, abs=0.3)


def test_nothing_is_asked_unless_it_is_switched_on(room, rome, add_at, server, settings):
    settings.NOMINATIM_URL = ""
    add_at(rome, *TRASTEVERE)
    assert not place_names.improve(room.pk)
    assert server.asked == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_is_quiet_and_tried_again_later(room, rome, add_at, server, status):
    server.status = status
    add_at(rome, *TRASTEVERE)
    assert not place_names.improve(room.pk)
    assert not place_names.improve(room.pk)
    assert len(server.asked) == 1  # not at once
    server.status = 200
    PlaceName.objects.exclude(latitude=place_names.SLOT).update(asked_at=timezone.now() - timedelta(hours=7))
    assert place_names.improve(room.pk)


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1, 2", b"x" * 300_000])
def test_an_answer_that_is_none_does_no_harm(room, rome, add_at, server, body):
    server.body = body
    add_at(rome, *TRASTEVERE)
    assert not place_names.improve(room.pk)


def test_a_server_that_sends_elsewhere_is_not_followed(room, rome, add_at, server):
    server.status, server.headers = 302, {"Location": f"{server.url}/elsewhere"}
    add_at(rome, *TRASTEVERE)
    assert not place_names.improve(room.pk)
    assert [path for path, _ in server.asked if "elsewhere" in path] == []


def test_after_three_failures_the_rest_waits(room, add_at, server):
    server.status = 500
    for number in range(6):
        place = Place.objects.create(room=room, key=f"IT|x|{number}", city=str(number))
        add_at(place, 40 + number, 12)
    place_names.improve(room.pk)
    assert len(server.asked) == 3


def test_places_that_people_named_are_left_alone(room, rome, add_at, server):
    Place.objects.filter(pk=rome.pk).update(is_own=True, city="Home")
    add_at(rome, *TRASTEVERE)
    assert not place_names.improve(room.pk)
    assert server.asked == []


def test_the_adapter_refuses_other_hosts():
    from geopy.exc import GeocoderServiceError

    from processing.one_host import OneHostAdapter

    adapter = OneHostAdapter(host="nominatim.example.org", proxies=None, ssl_context=None)
    with pytest.raises(GeocoderServiceError, match="only"):
        adapter.get_text("http://169.254.169.254/latest/", timeout=1, headers={})
