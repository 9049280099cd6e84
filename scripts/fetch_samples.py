"""Fetch sample photos into .cache/samples, from Python packages that carry some: for `make demo` and the tests.

faces/ holds photos of two people from the sources of face_recognition (MIT; official portraits, public domain).
pictures/ holds everyday pictures from scikit-image (public domain or CC0, its data/README.txt has the list).
Without a network nothing is fetched and the tests that need real faces are skipped with that reason.
"""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / ".cache/samples"
FACES = ("biden.jpg", "obama.jpg", "obama2.jpg", "obama3.jpg")
PICTURES = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")


def main() -> None:
    """Fetch what is missing."""
    fetch("faces", pinned("face_recognition"), ["--no-binary", ":all:"], FACES)
    fetch("pictures", pinned("scikit-image"), ["--only-binary", ":all:"], PICTURES)


def pinned(name: str) -> str:
    """The requirement for a package, with the version of the requirements files."""
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            if line.startswith(f"{name}=="):
                return line.split()[0]
    raise SystemExit(f"{name} is in neither requirements file: add it there, or leave its samples out.")


def fetch(folder: str, requirement: str, kind: list[str], names: tuple[str, ...]) -> None:
    """Take the pictures out of one package, all of them or none."""
    target = SAMPLES / folder
    if all((target / name).exists() for name in names):
        return
    print(f"Fetching sample photos from {requirement}", flush=True)
    with tempfile.TemporaryDirectory() as work:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
        ]
        command = [*pip, "--retries", "1", "--timeout", "20", "--dest", work, *kind, requirement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(
                f"{requirement} could not be fetched (no network?): going on without its photos.", flush=True
            )
            return
        draft = Path(work) / "draft"
        draft.mkdir()
        for name, content in members(next(path for path in Path(work).iterdir() if path.is_file())):
            if name in names:
                (draft / name).write_bytes(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(draft, target)


def members(archive: Path) -> list[tuple[str, bytes]]:
    """The pictures in a wheel or a source archive: name without folders, content."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            names = [name for name in wheel.namelist() if "/data/" in name]
            return [(Path(name).name, wheel.read(name)) for name in names]
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as sources:
        files = [info for info in sources.getmembers() if info.isfile() and "/test_images/" in info.name]
        return [(Path(info.name).name, sources.extractfile(info).read()) for info in files]  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
