"""What can be checked of the image, the compose file and the proxy without a container engine."""

import fnmatch
import http.server
import os
import re
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from photoroom.management.commands.up import PARTS
from tests.processes import free_port, wait_until

ROOT = Path(settings.BASE_DIR)
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "photoroom"}
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CLIENT_SETTINGS = {"PHOTOROOM_LISTEN"}  # read by compose itself


def names_in_settings() -> set[str]:
    return set(re.findall(r'"(PHOTOROOM_[A-Z0-9_]+)"', (ROOT / "photoroom/settings.py").read_text()))


def test_the_services_of_a_distributed_site_are_there():
    assert set(SERVICES) == {
        *("proxy", "prepare", "web", "worker", "beat", "postgres", "redis", "storage", "bucket"),
    }
    assert {name for name in OURS if "profiles" not in OURS[name]} == {"prepare", "web", "worker", "beat"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_become_so(name):
    waits = SERVICES[name].get("depends_on", {})
    for other, how in waits.items() if isinstance(waits, dict) else []:
        condition = how["condition"]
        assert other in SERVICES
        if condition == "service_healthy" and other not in OURS:
            assert "test" in SERVICES[other]["healthcheck"]
        if condition == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_named_volumes_are_declared(name):
    declared = yaml.safe_load(COMPOSE)["volumes"]
    for volume in SERVICES[name].get("volumes", []):
        source = volume.split(":")[0]
        assert (ROOT / source).exists() if source.startswith(".") else source in declared


def test_every_part_is_a_part_of_up():
    for name, service in OURS.items():
        assert service["command"][:2] == ["python", "manage.py"]
        if name != "bucket":
            assert service["command"][2:] == ["up", name]
            assert name == "prepare" or name in PARTS


def test_every_variable_given_to_the_site_is_one_that_the_settings_read():
    given = {key for service in OURS.values() for key in service["environment"]}
    assert given
    assert given <= names_in_settings()


def test_every_variable_of_the_compose_file_is_explained_in_the_example():
    example = (ROOT / "deploy/example.env").read_text()
    wanted = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) - {"PHOTOROOM_S3_ENDPOINT", "PHOTOROOM_S3_REGION"}
    assert wanted == set(re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE))
    assert {name for name in wanted if name.startswith("PHOTOROOM_")} <= names_in_settings() | CLIENT_SETTINGS


def test_the_compose_file_is_valid_for_compose():
    docker = shutil.which("docker")
    found = (
        docker
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )
    if not docker or not found:
        pytest.skip("the compose client is not installed")
    secrets = {"PHOTOROOM_SECRET_KEY": "x", "POSTGRES_PASSWORD": "x"}
    command = [docker, "compose", "--profile", "s3", "config", "--quiet"]
    subprocess.run(command, cwd=ROOT, env=os.environ | secrets, check=True)


def copied_into_the_image() -> list[str]:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    return [source for sources in copies for source in sources]


def test_what_the_image_copies_exists_and_is_not_ignored():
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in copied_into_the_image():
        assert list(ROOT.glob(source)), source
        above = [
            source.rstrip("/"),
            *map(str, Path(source).parents),
        ]  # a folder that is let in lets in all of it
        assert any(fnmatch.fnmatch(path, pattern) for path in above for pattern in allowed), source


def test_every_app_is_copied_into_the_image():
    own = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert own | {"templates", "static", "manage.py"} <= set(copied_into_the_image())


class Upstream(http.server.BaseHTTPRequestHandler):
    """Stands for Django: lets nginx send a photo."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Accel-Redirect", "/protected/rooms/a%20photo.jpg")
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Disposition", 'inline; filename="party.jpg"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(tmp_path):
    """nginx with our configuration on a folder and a port of this test; the address."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port = free_port()
    text = (ROOT / "deploy/nginx.conf").read_text()
    for here, there in (
        ("web:8000", f"127.0.0.1:{upstream.server_address[1]}"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/data/", f"{tmp_path}/data/"),
        ("worker_processes auto;", f"worker_processes 1; pid {tmp_path}/nginx.pid; daemon off; user root;"),
    ):
        assert here in text
        text = text.replace(here, there)
    (tmp_path / "data/media/rooms").mkdir(parents=True)
    (tmp_path / "data/media/rooms/a photo.jpg").write_bytes(bytes(range(100)))
    (tmp_path / "data/staticfiles").mkdir()
    for name in ("page.css", "page.0123456789ab.css"):
        (tmp_path / "data/staticfiles" / name).write_text("a {}")
    (tmp_path / "nginx.conf").write_text(text)
    command = [NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", "stderr"]
    subprocess.run([*command, "-t"], check=True)
    process = subprocess.Popen(command)
    wait_until(lambda: answers(port), 20)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=10)
    upstream.shutdown()


def answers(port: int) -> bool:
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/static/page.css", timeout=5).read())
    except OSError:
        return False


def test_the_proxy_sends_a_photo_after_django_said_so_ranges_included(proxy):
    request = urllib.request.Request(f"{proxy}/photos/1/", headers={"Range": "bytes=10-19"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 206
        assert answer.read() == bytes(range(10, 20))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Disposition"] == 'inline; filename="party.jpg"'
        assert answer.headers["Content-Security-Policy"] == "sandbox allow-same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_gets_a_photo_from_the_proxy_without_django(proxy):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{proxy}/protected/rooms/a%20photo.jpg", timeout=10)


@pytest.mark.parametrize(
    ("name", "caching"),
    [
        ("page.css", "public, max-age=3600"),
        ("page.0123456789ab.css", "public, max-age=31536000, immutable"),
    ],
)
def test_the_proxy_sends_static_files_itself(proxy, name, caching):
    with urllib.request.urlopen(f"{proxy}/static/{name}", timeout=10) as answer:
        assert answer.headers["Cache-Control"] == caching
