"""Gather every sentence of the site into locale/<language>/LC_MESSAGES/*.po. Run by `make messages`; needs GNU gettext.

No line numbers and no guesses: what changed in English is empty again, and a diff shows sentences only.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.makemessages import Command

ROOT = Path(__file__).resolve().parent.parent
IGNORED = (
    "static/vendor/*",
    "static/words/*",
    "var/*",
    ".venv/*",
    ".cache/*",
    "tests/*",
    "scripts/*",
    "node_modules/*",
)
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "hi": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}
# “50 % or more” is no format: scripts fill in names between braces
NO_FORMATS = [f"--flag={word}:no-javascript-format" for word in ("gettext:1", "ngettext:1", "ngettext:2")]

HEAD = """\
msgid ""
msgstr ""
"Project-Id-Version: Photoroom\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n\""""


def main() -> None:
    """Bring the files of all languages up to date."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photoroom.settings")
    django.setup()
    languages = [code for code, _name in settings.LANGUAGES if code != "en"]
    Command.xgettext_options = [*Command.xgettext_options, *NO_FORMATS]
    Command.msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]
    options = {
        "no_obsolete": True,
        "add_location": "file",
        "no_wrap": True,
        "ignore_patterns": list(IGNORED),
        "verbosity": 0,
    }
    for domain, extensions in (("django", ["html", "txt", "py"]), ("djangojs", ["js"])):
        call_command("makemessages", locale=languages, domain=domain, extensions=extensions, **options)
        for language in languages:
            tidy(ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po", language)


def tidy(file: Path, language: str) -> None:
    """A head without dates, and a line for every form of a plural."""
    _head, *entries = file.read_text().strip().split("\n\n")
    entries = [with_all_forms(entry, int(PLURALS[language].partition("=")[2][0])) for entry in entries]
    head = HEAD.format(language=language, plural=PLURALS[language])
    file.write_text("\n\n".join([head, *entries]) + "\n")


def with_all_forms(entry: str, count: int) -> str:
    if "msgid_plural" not in entry:
        return entry
    return entry + "".join(f'\nmsgstr[{at}] ""' for at in range(count) if f"msgstr[{at}]" not in entry)


if __name__ == "__main__":
    main()
