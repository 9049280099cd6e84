"""What somebody types into the search box, made into filters; and what to offer while it is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from albums.search import Search
from albums.search_words import SearchWords, fold, words_now
from albums.terms import Term, Vocabulary

LONGEST_PHRASE = 6
MOST_TYPED = 24  # words
OFFERED = 8
STARTERS = {"person": 6, "event": 3, "place": 4, "tag": 6, "date": 2, "quality": 3}
KINDS = ("person", "quality", "event", "place", "tag", "date", "uploader", "camera")


def words_of(text: str) -> list[str]:
    """As typed; a minus in front of a word stands for "not"."""
    spaced = re.sub(r"(?<!\S)-(?=\w)", "- ", re.sub("[,،]", " ", text))
    return spaced.split()[:MOST_TYPED]


def understand(search: Search, text: str, vocabulary: Vocabulary) -> Search:
    """The search with everything that was understood as filters, and the rest as text."""
    reader = Reader(search, vocabulary)
    reader.read(words_of(text))
    rest = " ".join((*search.text.split(), *reader.rest))
    return replace(reader.search, text=rest)


@dataclass
class Reader:
    search: Search
    vocabulary: Vocabulary
    rest: tuple[str, ...] = ()
    last: Term | None = None
    known: SearchWords = field(default_factory=words_now)

    def read(self, words: list[str]) -> None:
        at = 0
        pending: list[str] = []  # small words: dropped before something understood, else they are text
        while at < len(words):
            term, length = self._term_at(words, at)
            after = self._negation_at(words, at + length) if term else 0
            is_not = bool(after) or bool(self.known.negations.intersection(map(fold, pending)))
            is_or = bool(self.known.either.intersection(map(fold, pending)))
            if term and self._take(term, is_not=is_not, is_or=is_or):
                pending = []
                at += length + after
                continue
            is_small = fold(words[at]) in self.known.small
            pending.append(words[at])
            if not is_small:
                self._leave(pending)
                pending = []
            at += 1
        self._leave(pending)

    def _leave(self, words: list[str]) -> None:
        if words:
            self.rest += tuple(words)
            self.last = None

    def _term_at(self, words: list[str], at: int) -> tuple[Term | None, int]:
        for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = fold(" ".join(words[at : at + length]))
            for text in (phrase, *self._detached(phrase)):
                if term := self.vocabulary.find(text.split()):
                    return term, length
        return None, 0

    def _detached(self, phrase: str) -> Iterator[str]:
        """Without an "and" that is written together with its word."""
        for prefix in self.known.attached:
            if phrase.startswith(prefix) and len(phrase) > len(prefix) + 1:
                yield phrase.removeprefix(prefix).strip()

    def _negation_at(self, words: list[str], at: int) -> int:
        """How many words after something exclude it."""
        for after in self.known.negations_after:
            if tuple(fold(word) for word in words[at : at + len(after)]) == after:
                return len(after)
        return 0

    def _take(self, term: Term, *, is_not: bool, is_or: bool) -> bool:
        """Whether the term could be taken as the small words beside it say."""
        if is_not:
            names = {"people": "without", "tags": "without_tags"}
            if not term.changes.keys() <= names.keys():
                return False
            changes = {names[name]: value for name, value in term.changes.items()}
            self.search = replace(term, changes=changes).added_to(self.search)
        elif is_or:
            if not (self.last and "people" in self.last.changes and "people" in term.changes):
                return False
            either = (*self.last.changes["people"], *term.changes["people"])
            people = tuple(key for key in self.search.people if key not in either)
            anyone = tuple(dict.fromkeys((*self.search.anyone, *either)))
            self.search = replace(self.search, people=people, anyone=anyone)
        else:
            self.search = term.added_to(self.search)
        self.last = term
        return True


@dataclass(frozen=True)
class Suggestion:
    term: Term
    search: Search  # as it is when the suggestion is taken


def suggest(search: Search, text: str, vocabulary: Vocabulary) -> list[Suggestion]:
    """What the last words may be the beginning of; the words before them are understood first."""
    words = words_of(text)
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        typed = fold(" ".join(words[-length:]))
        found = _beginning_with(typed, vocabulary.terms)
        if typed and found:
            before = words[:-length]
            return [Suggestion(term, taken(search, before, term, vocabulary)) for term in found]
    return []


def taken(search: Search, before: list[str], term: Term, vocabulary: Vocabulary) -> Search:
    """The search with the words before, then this term as it would be understood there."""
    reader = Reader(search, Vocabulary([replace(term, phrases=("\x00",))], vocabulary.span, vocabulary.today))
    reader.vocabulary.by_phrase = vocabulary.by_phrase | reader.vocabulary.by_phrase
    reader.read([*before, "\x00"])
    rest = " ".join((*search.text.split(), *reader.rest))
    return replace(reader.search, text=rest)


def _beginning_with(typed: str, terms: list[Term]) -> list[Term]:
    ranked = sorted(
        (rank, KINDS.index(term.kind), -term.weight, at)
        for at, term in enumerate(terms)
        if (rank := _rank(typed, term)) is not None
    )
    return [terms[at] for *_, at in ranked[:OFFERED]]


def _rank(typed: str, term: Term) -> int | None:
    """0: exactly this, 1: begins so, 2: one of its words begins so."""
    if typed in term.phrases:
        return 0
    if any(phrase.startswith(typed) for phrase in term.phrases):
        return 1
    return 2 if any(f" {typed}" in phrase for phrase in term.phrases) else None


def starters(vocabulary: Vocabulary) -> Iterator[Term]:
    """What to offer before anything is typed: some of every kind."""
    for kind, most in STARTERS.items():
        yield from [term for term in vocabulary.terms if term.kind == kind][:most]
