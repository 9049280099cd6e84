"""The entry point: connections that stall are cut off."""

import io
import socket
from typing import Any

import pytest

from photoroom import wsgi


@pytest.fixture
def connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours


def call(**environ: Any) -> str:
    said: list[str] = []
    basis = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/static/nothing-here",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    answer = wsgi.application(basis | environ, lambda status, headers, exc_info=None: said.append(status))
    list(answer)
    answer.close()  # type: ignore[attr-defined]
    return said[0]


@pytest.mark.django_db
def test_a_connection_on_which_nothing_moves_is_given_up_after_a_minute(connection):
    assert connection.gettimeout() is None
    assert call(**{"gunicorn.socket": connection}).startswith("404")
    assert connection.gettimeout() == wsgi.IDLE_SECONDS


@pytest.mark.django_db
def test_servers_that_show_no_socket_do_as_well():
    assert call().startswith("404")
