import socket

import pytest
from django.core.management import CommandError

from photoroom import preflight


def test_a_taken_port_is_named_with_a_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(
            CommandError, match=f"Port {port} is taken .* choose another with PHOTOROOM_PORT="
        ):
            preflight.check_port("127.0.0.1", port)


def test_a_free_port_passes():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    preflight.check_port("127.0.0.1", port)


def test_a_port_that_cannot_be_is_named():
    with pytest.raises(CommandError, match="There is no port 70000: choose another with PHOTOROOM_PORT=8000"):
        preflight.check_port("127.0.0.1", 70000)


def test_an_address_of_another_machine_is_named():
    with pytest.raises(CommandError, match=r"This machine has no address 192\.0\.2\.7: set PHOTOROOM_HOST="):
        preflight.check_port("192.0.2.7", 8000)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"data folder .*/file/var can't be written .* PHOTOROOM_DATA="):
        preflight.check_data_folder(tmp_path / "file" / "var")


def test_a_new_data_folder_is_made(tmp_path):
    preflight.check_data_folder(tmp_path / "deep" / "var")
    assert list((tmp_path / "deep" / "var").iterdir()) == []


def test_a_locked_data_folder_is_refused_until_it_is_free(tmp_path):
    first = preflight.lock_data_folder(tmp_path)
    with pytest.raises(CommandError, match="already running on the data folder"):
        preflight.lock_data_folder(tmp_path)
    first.close()
    preflight.lock_data_folder(tmp_path).close()


def test_the_fingerprint_changes_with_a_static_file(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    preflight.get_finders.__globals__["get_finder"].cache_clear()
    (tmp_path / "page.css").write_text("a {}")
    before = preflight.static_fingerprint()
    assert preflight.static_fingerprint() == before
    (tmp_path / "page.css").write_text("b { }")
    assert preflight.static_fingerprint() != before
    preflight.get_finders.__globals__["get_finder"].cache_clear()
