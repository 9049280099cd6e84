"""Translations say what English says, with the same places in them, and can't break a page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from albums import tag_words
from albums.event_words import event_in_words
from albums.said import in_words, patterns
from albums.sayings import FAILURES

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
COMPLETE = ("de", "fr", "es", "hi", "ar")
PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
TAG = re.compile(r"</?\w+|&\w+;")
FORMS = {"de": 2, "fr": 2, "es": 2, "hi": 2, "ar": 6}


def catalog(language: str, domain: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each translated form with the English one that it stands for."""
    if not message.pluralizable:
        return [(message.id, message.string)] if message.string else []
    return [(message.id[at > 0], form) for at, form in enumerate(message.string) if form]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fit_their_sentences(language, domain):
    wrong = []
    for message in catalog(language, domain):
        if not message.id:
            continue
        texts = message.id if message.pluralizable else (message.id,)
        allowed = {place for text in texts for place in PLACE.findall(text)}
        for english, said in pairs(message):
            places = set(PLACE.findall(said))
            may_lack = (
                {"%(count)s", "{count}", "%(number)s"} if message.pluralizable else set()
            )  # "one photo"
            if places - allowed or set(PLACE.findall(english)) - places - may_lack:
                wrong.append(f"places: {english} -> {said}")
            if sorted(TAG.findall(english)) != sorted(TAG.findall(said)):
                wrong.append(f"tags: {english} -> {said}")
            if ('"' in said and '"' not in english) or ("<" in said and "<" not in english):
                wrong.append(f"signs: {english} -> {said}")
            if said != said.strip() and english == english.strip():
                wrong.append(f"spaces: {english} -> {said}")
        if message.pluralizable and any(message.string) and not all(message.string):
            wrong.append(f"a form is missing: {message.id}")
        if message.fuzzy:
            wrong.append(f"a guess: {message.id}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_the_forms_of_its_language(language):
    for domain in ("django", "djangojs"):
        found = catalog(language, domain)
        assert found.num_plurals == FORMS[language]
        assert all(len(one.string) == FORMS[language] for one in found if one.id and one.pluralizable)


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_missing_in_languages_that_are_complete(language):
    missing = [
        message.id
        for domain in ("django", "djangojs")
        for message in catalog(language, domain)
        if message.id and not (all(message.string) if message.pluralizable else message.string)
    ]
    assert not missing


def test_every_sentence_of_the_scripts_is_gathered():
    """xgettext reads JavaScript with its own eyes: what follows a private field or a regular expression could escape it."""
    call = re.compile(r"\b(?:gettext|ngettext)\(\s*\"((?:[^\"\\]|\\.)+)\"")
    files = [*(ROOT / "static/js").rglob("*.js")]
    written = {text for file in files for text in call.findall(file.read_text()) if file.name != "words.js"}
    gathered = {one.id[0] if one.pluralizable else one.id for one in catalog("de", "djangojs")}
    assert sorted(written - gathered) == [], "run make messages"


def test_sentences_of_the_library_are_known():
    """Whatever the library raises for people is listed in albums/sayings.py, too."""
    source = " ".join(
        " ".join(re.findall(r"\"((?:[^\"\\]|\\.)*)\"", file.read_text()))
        for file in (ROOT / "processing").rglob("*.py")
    )
    for sentence in FAILURES:
        longest = max(re.split(r"%\(\w+\)s", sentence), key=len)
        assert " ".join(longest.split()[:6]) in " ".join(source.split()), sentence


@pytest.fixture
def german(monkeypatch):
    """A German of a few sentences, whatever is translated in locale/."""
    words = {
        "%(old)s is now %(name)s": "%(old)s heißt jetzt %(name)s",
        "this person": "diese Person",
        "dog": "Hund",
        "evening": "Abend",
        "The file is empty. Copy it once more from the camera or phone and add it again.": "Die Datei ist leer.",
    }
    forms = {
        "%(count)s photo is not %(name)s": (
            "%(count)s Foto ist nicht %(name)s",
            "%(count)s Fotos sind nicht %(name)s",
        )
    }
    translation.gettext("")
    translation.ngettext("", "", 1)
    real = translation._trans.gettext
    monkeypatch.setattr(translation._trans, "gettext", lambda text: words.get(text) or real(text))
    monkeypatch.setattr(
        translation._trans, "ngettext", lambda one, many, n: forms.get(one, (one, many))[n != 1]
    )
    with translation.override("de"):
        yield


def test_stored_sentences_are_said_in_the_readers_language(german):
    assert in_words("Person 3 is now Anna") == "Person 3 heißt jetzt Anna"
    assert in_words("1,234 photos are not this person") == "1.234 Fotos sind nicht diese Person"
    assert in_words("1 photo is not Anna") == "1 Foto ist nicht Anna"
    assert in_words("Nobody knows this one") == "Nobody knows this one"
    empty = "The file is empty. Copy it once more from the camera or phone and add it again."
    assert in_words(empty) == "Die Datei ist leer."


def test_why_a_step_failed_is_said_with_the_name_of_its_operation():
    nobody = "No person was found on this photo. Paint with the brush over what is to be kept."
    with translation.override("de"):
        assert in_words(nobody) != nobody
        assert in_words(f"Background: {nobody}") == f"Hintergrund: {in_words(nobody)}"
        assert in_words("Crop did not work on this photo. Change or remove this step.") != (
            "Crop did not work on this photo. Change or remove this step."
        )
        assert in_words(f"Somebody: {nobody}") == f"Somebody: {nobody}"


def test_every_pattern_of_stored_sentences_is_found_by_itself():
    for pattern in patterns():
        said = pattern.one % {name: "2" if name == "count" else "Xyz" for name in pattern.names}
        assert pattern.expression.fullmatch(said) or pattern.many, pattern.one


def test_names_of_events_and_categories_are_in_the_readers_language(german):
    assert event_in_words("Saturday 20 June, evening, Rome") == "Samstag 20. Juni, Abend, Rome"
    assert event_in_words("Saturday evening, Rome") == "Samstag Abend, Rome"
    assert event_in_words("19 to 21 June 2026") == "19 – 21. Juni 2026"
    assert tag_words.stored_word("hund ") == "dog"
    assert tag_words.stored_word("Rex") == "Rex"


def test_category_words_are_those_of_the_library():
    from processing.categories import CATEGORIES, PEOPLE_WORDS

    assert {one.name for one in CATEGORIES} | set(PEOPLE_WORDS) <= set(tag_words.CATEGORY_WORDS)


def test_files_are_compiled_with_their_rules():
    subprocess.run([sys.executable, str(ROOT / "scripts/compile_words.py")], check=True)
    for language in LANGUAGES:
        assert (ROOT / "locale" / language / "LC_MESSAGES/django.mo").stat().st_size > 100
        script = (ROOT / "static/words" / f"{language}.js").read_text()
        assert script.startswith("globalThis.photoroomWords={sentences:{")
        assert "plural:(n)=>Number(" in script
