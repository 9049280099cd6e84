"""The folders of plug-ins, and what importing the library loads."""

import subprocess
import sys
import types

import pytest

from processing import registry

HEAVY = (
    "torch",
    "dlib",
    "cv2",
    "sklearn",
    "scipy",
    "pillow_heif",
    "numpy",
    "face_recognition",
    "django",
    "celery",
)
IMPORT_EVERYTHING = """
import sys
from processing import containers, contracts, errors, imaging, organizing, pipeline, registry, renditions, video, weights
registry.analyzers(); registry.people_clusterer(); registry.photo_clusterers()
print(sorted(set(sys.argv[1:]) & set(sys.modules)))
"""


@pytest.fixture(autouse=True)
def fresh_registry():
    registry.reset()
    yield
    registry.reset()


def test_every_file_in_the_folders_is_found_by_its_name():
    assert {"exif", "faces"} <= set(registry.analyzers())
    assert registry.people_clusterer().version > 0
    assert "people" not in registry.photo_clusterers()


@pytest.mark.parametrize("name", sorted(registry.analyzers()))
def test_analyzer_keeps_the_contract(name):
    analyzer = registry.analyzers()[name]
    assert analyzer.version >= 1
    assert analyzer.side_px >= 0
    assert analyzer.__doc__
    assert analyzer.analyze.__doc__


def test_importing_the_library_loads_no_heavy_library():
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *HEAVY],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ({}, "needs `version`"),
        ({"version": "1"}, "needs `version`"),
        ({"version": 1, "side_px": -1}, "needs `side_px`"),
        ({"version": 1, "side_px": 0}, "needs a function `analyze`"),
    ],
)
def test_a_module_that_breaks_the_contract_is_named_with_what_it_lacks(
    attributes, complaint, tmp_path, monkeypatch
):
    package = types.ModuleType("broken_plugins")
    package.__path__ = [str(tmp_path)]
    lines = [f"{name} = {value!r}" for name, value in attributes.items()]
    (tmp_path / "lame.py").write_text("\n".join(lines))
    monkeypatch.setitem(sys.modules, "broken_plugins", package)
    monkeypatch.delitem(sys.modules, "broken_plugins.lame", raising=False)
    with pytest.raises(registry.ContractError, match=f"broken_plugins.lame {complaint}"):
        registry.scan("broken_plugins", numbers=("version", "side_px"), calls=("analyze",))
    sys.modules.pop("broken_plugins.lame", None)


@pytest.mark.parametrize("call", ["cluster", "exemplars", "assign", "doubts"])
def test_a_clusterer_that_lacks_a_call_is_refused(call, monkeypatch):
    monkeypatch.delattr(registry.people_clusterer(), call)
    registry.reset()
    with pytest.raises(registry.ContractError, match=f"needs a function `{call}`"):
        registry.people_clusterer()
