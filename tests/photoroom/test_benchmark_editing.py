"""`manage.py benchmark editing`: every operation has values, costs are measured apart, sheets are drawn, all at tiny sizes."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from processing import registry
from processing.look_book import LOOKS
from processing.measuring import edit_cost, edit_examples, edit_sheets
from processing.operation import is_neutral
from processing.recipes import parse, recipe_of


@pytest.mark.parametrize("name", sorted(registry.operations()))
def test_every_operation_is_measured_with_values_that_change_something(name):
    values = edit_examples.values_of(name)
    recipe = recipe_of([(name, values)])
    assert recipe.names == [name]
    assert not is_neutral(registry.operations()[name], recipe.steps[0].values)
    guessed = edit_examples.guessed(registry.operations()[name])
    assert not guessed or parse({"steps": [{"op": name, **guessed}]}) is not None


def test_what_has_to_be_exact_is_exact():
    table = edit_cost.exactness(240, 180)
    assert len(table.rows) >= 6
    assert [row for row in table.rows if not row[2]] == []


def test_the_command_measures_and_writes_numbers(tmp_path, capsys):
    path = tmp_path / "editing.json"
    call_command(
        "benchmark",
        "editing",
        only=["exact", "operations", "masks"],
        megapixels=[0.05],
        operations=["exposure", "crop"],
        json=path,
    )
    result = json.loads(path.read_text())
    rows = result["parts"]["operations"]["rows"]
    assert [row["operation"] for row in rows] == ["exposure", "crop"]
    assert all(row["seconds"] >= 0 and row["ratio"] >= 0 and row["peak_mb"] > 10 for row in rows)
    assert "--data" in result["skipped"]["masks"]
    printed = capsys.readouterr().out
    assert "a neutral recipe gives back the same pixels" in printed
    assert "boxes after crop" in printed


def test_an_unknown_operation_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="There is no operation explode"):
        call_command("benchmark", "editing", operations=["explode"])


def test_an_operation_that_fails_costs_only_its_numbers(monkeypatch):
    table = edit_cost.operations([0.01], ["no_such_operation"])
    assert table.rows == [("no_such_operation", 0.01, None, None, None, None, None, None)]


def test_sheets_are_drawn_and_put_into_a_page(tmp_path, monkeypatch):
    some = {name: registry.operations()[name] for name in ("exposure", "crop", "sepia")}
    monkeypatch.setattr(edit_sheets.registry, "operations", lambda: some)
    page = tmp_path / "editing.md"
    page.write_text("# The editor\n")
    sheets = edit_sheets.write(tmp_path / "editing", side=120)
    assert [one.name for one in sheets] == ["geometry.webp", "light.webp", "look.webp"]
    with Image.open(sheets[0]) as image:
        assert image.width > 500
    edit_sheets.put_into(page, sheets)
    once = page.read_text()
    edit_sheets.put_into(page, sheets)
    assert page.read_text() == once
    assert once.count("![") == 3


def test_every_look_is_on_the_sheet(tmp_path, monkeypatch):
    shown = []
    looks = registry.operations()["looks"]
    monkeypatch.setattr(edit_sheets.registry, "operations", lambda: {"looks": looks})
    draw = edit_sheets.pair_of
    monkeypatch.setattr(edit_sheets, "pair_of", lambda *given: shown.append(given[1:3]) or draw(*given))
    monkeypatch.setattr(edit_sheets, "_beside", lambda tiles: tiles[0])
    edit_sheets.write(tmp_path, side=60)
    assert ("Looks: Golden hour", {"look": "golden", "strength": 0.9}) in shown
    assert len(shown) == len(LOOKS)
