"""Make the virtual environment and fill it; does nothing where nothing changed. Run by the Makefile.

Only the standard library is used here: nothing else is installed yet.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SHIM = [ROOT / "packaging/dlib/pyproject.toml", ROOT / "packaging/dlib/dlib_shim.py"]


def main() -> None:
    """Set up for running, or with --dev for testing too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="install what the tests need, too")
    make_venv()
    install("requirements.txt")
    if parser.parse_args().dev:
        install("requirements-dev.txt")
    for name in ("fetch_front_end.py", "compile_words.py"):
        subprocess.run([str(PYTHON), str(ROOT / "scripts" / name)], check=True)


def make_venv() -> None:
    """Create .venv, again if its Python is gone or the last attempt was interrupted."""
    mark = VENV / ".complete"
    if mark.exists() and subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            f"{sys.executable} has no module venv: install it, on Debian and Ubuntu with "
            f"'sudo apt install python{version}-venv', and run the command again."
        )
    say(f"Making a virtual environment in .venv with {sys.executable}")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    mark.touch()


def install(name: str) -> None:
    """Install a requirements file unless exactly this one is installed already."""
    stamp = VENV / f".{name}.sha256"
    fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in [*SHIM, *included(ROOT / name)]))
    if stamp.exists() and stamp.read_text() == fingerprint.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    say(f"Installing {name} (once; some minutes on a slow connection)")
    log = VENV / "install.log"
    with log.open("w") as output:
        command = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "-r",
            name,
        ]
        done = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.stdout is not None  # noqa: S101 (for the type checker: it is a pipe)
        for line in done.stdout:
            output.write(line)
            show_progress(line)
    if done.wait() != 0:
        sys.stdout.write("".join(log.read_text().splitlines(keepends=True)[-15:]))
        raise SystemExit(
            f"{name} could not be installed: the lines above and .venv/install.log say why. "
            "Check the network connection and the space on the disk, then run the command again."
        )
    stamp.write_text(fingerprint.hexdigest())


def included(file: Path) -> list[Path]:
    """The file and the files that it includes with -r."""
    names = [line.split()[1] for line in file.read_text().splitlines() if line.startswith("-r ")]
    return [file, *(inner for name in names for inner in included(ROOT / name))]


def show_progress(line: str) -> None:
    """Show which package pip is at: one line that is rewritten in a terminal, the long steps only elsewhere."""
    words = line.split()
    if not words or words[0] not in ("Collecting", "Downloading", "Building", "Installing", "Processing"):
        return
    text = "  " + " ".join(word.rsplit("/", 1)[-1] for word in words)[:90]
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{text}" + ("\n" if words[0] == "Installing" else ""))
        sys.stdout.flush()
    elif words[:2] == ["Installing", "collected"]:
        say(text)


def say(text: str) -> None:
    """Print at once, also where the output goes to a file."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
