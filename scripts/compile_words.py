"""Make what the site reads out of locale/: .mo files for Django, static/words/<language>.js for scripts. Run by set_up.py.

Babel reads the files, so nobody needs GNU gettext to run the site. What is newer than its source is left alone.
"""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
WORDS = ROOT / "static/words"
PLURAL = re.compile(
    r"[\s\dn()?:!=<>%&|]+"
)  # all that a rule of plurals is made of; it becomes part of a script


def main() -> None:
    """Compile every language."""
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        compile_file(folder / "django.po", folder / "django.mo", mo)
        compile_file(folder / "djangojs.po", WORDS / f"{folder.parent.name}.js", script)


def compile_file(source: Path, target: Path, make: Callable[[Catalog], bytes]) -> None:
    """Write the target unless it is newer than its source, at once, for other processes may read it now."""
    if not source.exists():
        return
    changed = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    if target.exists() and target.stat().st_mtime > changed:
        return
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.write_bytes(make(catalog))
    draft.replace(target)


def mo(catalog: Catalog) -> bytes:
    """The bytes of a .mo file; what is not translated, or only guessed, stays English."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def script(catalog: Catalog) -> bytes:
    """A script that leaves the sentences and the rule of plurals for words.js."""
    sentences = {
        message.id[0] if message.pluralizable else message.id: message.string
        for message in catalog
        if message.id and message.string and not message.fuzzy and all(message.string)
    }
    if not PLURAL.fullmatch(catalog.plural_expr):
        raise SystemExit(f"{catalog.locale}: {catalog.plural_expr} is no rule of plurals.")
    table = json.dumps(sentences, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"globalThis.photoroomWords={{sentences:{table},plural:(n)=>Number({catalog.plural_expr})}};\n".encode()


if __name__ == "__main__":
    main()
