"""Names inside a zip that every system can unpack: no two alike, none forbidden, none that leaves the folder.

Windows and macOS take IMG_1.JPG and img_1.jpg for the same file, macOS also the two ways of writing "é"; an unpacker on
either would silently keep only one of them. The same wishes in the same order always give the same names.
"""

from __future__ import annotations

import re
import unicodedata

MAX_COMPONENT_BYTES = (
    150  # of 255 that file systems take: room for "(2)" and for a long folder to unpack into
)

_FORBIDDEN = re.compile(
    r"""[<>:"/\\|?*"""  # Windows
    r"""\x00-\x1f\x7f-\x9f"""  # control characters
    r"""\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"""  # direction marks: "gpj.exe" must not look like "exe.jpg"
    r"""\ud800-\udfff]"""  # half a character
)
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[^. ]{1,10}$")


class ArcNames:
    """Hands out names for one archive; each answer is taken and never given again."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def folder(self, wanted: str, parent: str = "") -> str:
        """Give a folder's path that nothing else in the archive has.

        Args:
            wanted: any text, e.g. a person's name; slashes in it make no further folders.
            parent: a path that `folder` gave, or "" for the top of the archive.
        """
        return self._take(parent, safe_component(wanted, fallback="folder"), "")

    def file(self, wanted: str, folder: str = "") -> str:
        """Give a file's path that nothing else in the archive has: IMG_1.jpg, then IMG_1 (2).jpg.

        Args:
            wanted: any text, e.g. the name on the uploader's device; a path is cut down to its last part.
            folder: a path that `folder()` gave, or "" for the top of the archive.
        """
        last = wanted.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        name = safe_component(last, fallback="photo")
        suffix = _SUFFIX.search(name)
        stem = name[: suffix.start()] if suffix and suffix.start() else name
        return self._take(folder, stem, name[len(stem) :])

    def reserve(self, path: str) -> None:
        """Take a path that was given before, for an archive that is put together in two steps."""
        self._taken.add(_key(path))

    def _take(self, parent: str, stem: str, suffix: str) -> str:
        prefix = f"{parent}/" if parent else ""
        start = _key(f"{prefix}{stem}{suffix}")
        number = self._next.get(start, 1)
        while True:
            path = f"{prefix}{stem}{f' ({number})' if number > 1 else ''}{suffix}"
            number += 1
            if _key(path) not in self._taken:
                break
        self._next[start] = number
        self._taken.add(_key(path))
        return path


def safe_component(wanted: str, fallback: str) -> str:
    """Turn any text into one file or folder name that Windows, macOS and Linux take.

    Args:
        wanted: any text.
        fallback: the name where nothing of it is left.
    Returns:
        The text in Unicode's NFC form, at most 150 bytes in UTF-8 (the suffix is kept), without separators, forbidden
        and invisible characters, without a leading dot (a hidden file) or a trailing dot or blank (Windows drops them).
    """
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", wanted)).strip().rstrip(". ")
    name = re.sub(r"^\.+", "_", name)
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shorten(name) if name.strip("_ ") else fallback


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_COMPONENT_BYTES:
        return name
    found = _SUFFIX.search(name)
    suffix = found.group() if found else ""
    room = MAX_COMPONENT_BYTES - len(suffix.encode())
    stem = name[: len(name) - len(suffix)].encode()[:room].decode(errors="ignore")
    return stem.rstrip(". ") + suffix


def _key(path: str) -> str:
    """Equal for two paths that some file system takes for the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
