from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.fixture(scope="module")
def schema() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_it_is_served_to_everybody(client):
    answer = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert answer.status_code == 200
    assert "/api/v1/rooms/{room}/photos/" in answer.json()["paths"]


def test_the_page_to_try_it_out_has_nothing_inline(client):
    answer = client.get("/api/v1/docs/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=")
    assert "unsafe" not in answer["Content-Security-Policy"]
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/v1/schema/" in script.content.decode()


def test_every_operation_tells_how_it_fails(schema):
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["4XX"]["content"]["application/json"]["schema"]["$ref"].endswith(
                "/Error"
            )


def test_every_path_is_in_the_documentation(schema):
    text = DOCS.read_text()
    assert [path for path in schema["paths"] if path.removeprefix("/api/v1/") not in text] == []


@pytest.mark.parametrize("name", ["quality", "exposure", "left_out", "time_source"])
def test_what_may_be_empty_is_described_so(schema, name):
    described = schema["components"]["schemas"]["Photo"]["properties"][name]
    assert {"$ref": "#/components/schemas/BlankEnum"} in described["oneOf"]


def test_what_words_mean_is_one_answer_and_no_list(schema):
    answer = schema["paths"]["/api/v1/rooms/{room}/search/"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Understood")
