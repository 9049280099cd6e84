from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def shell(client) -> dict:
    """What the service worker keeps."""
    script = client.get("/sw.js").content.decode()
    return json.loads(script.partition("const shell = ")[2].partition(";\n")[0])


def test_the_manifest_names_icons_that_are_there(client):
    response = client.get("/manifest.webmanifest")
    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/rooms/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    from django.contrib.staticfiles import finders

    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_the_worker_may_rule_the_whole_site_and_is_asked_for_anew(client):
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "private, no-cache"


def test_the_worker_keeps_the_offline_page_and_static_files_alone(shell):
    assert [name for name in shell["files"] if not name.startswith("/static/")] == ["/offline/"]


def test_another_language_makes_another_worker():
    versions = {Client(headers={"accept-language": code}).get("/sw.js").content[:60] for code in ("en", "de")}
    assert len(versions) == 2


def test_the_offline_page_says_nothing_of_who_asks(client, alice):
    anonymous = client.get("/offline/").content
    client.force_login(alice)
    assert client.get("/offline/").content == anonymous


def test_files_that_no_worker_took_lead_to_the_rooms(client):
    assert client.post("/share-target/")["Location"] == "/rooms/?shared=none"
