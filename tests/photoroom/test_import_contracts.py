"""The import contracts of pyproject.toml: complete, each of them able to fail, and what they cannot express."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LIBRARY = set(CONTRACTS[1]["source_modules"])
EDGES = {
    "processing.apps",
    "processing.arranging",
    "processing.checks",
    "processing.face_mode_store",
    "processing.face_store",
    "processing.feature_store",
    "processing.jobs",
    "processing.learning_store",
    "processing.management",
    "processing.notes_store",
    "processing.pack_contents",
    "processing.pack_store",
    "processing.people_store",
    "processing.photo_store",
    "processing.chores",
    "processing.borrowed_store",
    "processing.copy_tasks",
    "processing.covered_store",
    "processing.edit_versions",
    "processing.job_tasks",
    "processing.edit_previews",
    "processing.edit_queue",
    "processing.edit_store",
    "processing.enhance_store",
    "processing.rendition_store",
    "processing.scene_store",
    "processing.place_names",
    "processing.question_store",
    "processing.search_store",
    "processing.store",
    "processing.stored_files",
    "processing.tag_learning_store",
    "processing.tag_store",
    "processing.tasks",
    "processing.turn_store",
    "processing.veil_store",
}
FRONT_DOOR = {
    "processing.contracts",
    "processing.copy_tasks",
    "processing.errors",
    "processing.model_files",
    "processing.operation",
    "processing.parameters",
    "processing.placing",
    "processing.recipes",
    "processing.registry",
    "processing.tasks",
    "processing.towns",
    "processing.turning",
    "processing.words",
}
# The networks themselves, written with torch; they are imported inside functions only.
LOADED_LATE = {
    "processing.dlib_file",
    "processing.face_network",
    "processing.image_network",
    "processing.mmod_network",
    "processing.object_network",
    "processing.person_network",
    "processing.person_training",
    "processing.style_network",
    "processing.style_training",
    "processing.torchvision_operators",
}
HEAVY = ("cv2", "dlib", "face_recognition", "sklearn", "torch", "torchvision")

# For each contract, in the order of pyproject.toml: a file, and a line in it that must break it.
VIOLATIONS = [
    ("albums/permissions.py", "from albums.services import rooms"),
    ("processing/imaging.py", "import django.db"),
    ("processing/analyzers/faces.py", "from processing.analyzers import exif"),
    ("albums/services/rooms.py", "from processing import pipeline"),
    ("accounts/models.py", "import albums.models"),
    ("albums/zips.py", "import cv2"),
]


def modules_of_processing() -> set[str]:
    files = {f"processing.{path.stem}" for path in (ROOT / "processing").glob("[!_]*.py")}
    return files | {f"processing.{path.parent.name}" for path in (ROOT / "processing").glob("*/__init__.py")}


def test_every_module_of_processing_is_library_or_edge():
    assert modules_of_processing() == LIBRARY | (EDGES & modules_of_processing())


def test_the_library_may_import_no_edge():
    assert EDGES & modules_of_processing() - {"processing.management"} <= set(
        CONTRACTS[1]["forbidden_modules"]
    )


def test_pages_and_api_see_few_modules_of_processing():
    assert (
        modules_of_processing() - {"processing.apps"} - set(CONTRACTS[3]["forbidden_modules"]) == FRONT_DOOR
    )


@pytest.mark.slow
def test_every_contract_fails_when_it_is_violated(tmp_path):
    for package in ("accounts", "albums", "photoroom", "processing"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, line in VIOLATIONS:
        with (tmp_path / name).open("a") as file:
            file.write(f"\n{line}\n")
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    broken = [contract["name"] for contract in CONTRACTS if f"{contract['name']} BROKEN" in done.stdout]
    assert broken == [contract["name"] for contract in CONTRACTS]


def heavy_after(program: str) -> str:
    """Which heavy libraries a Python process has loaded after running `program`."""
    ask = f"import sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{ask}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_whole_library_loads_no_heavy_library():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in sorted(LIBRARY - LOADED_LATE)
        for path in [
            *ROOT.glob(f"{name.replace('.', '/')}.py"),
            *ROOT.glob(f"{name.replace('.', '/')}/**/*.py"),
        ]
    ]
    assert len(names) > len(LIBRARY)
    assert heavy_after("\n".join(f"import {name}" for name in names)) == ""


def test_a_web_process_loads_no_heavy_library():
    program = "import photoroom.wsgi\nfrom django.urls import get_resolver\nget_resolver().reverse_dict"
    assert heavy_after(program) == ""


def test_the_heavy_libraries_would_be_seen():
    assert heavy_after("import cv2") == "cv2"
