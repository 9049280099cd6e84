"""EDGE: a room's own tags, learned from what people tagged, and proposed for the rest; what is found is corrected the same way.

Whatever somebody decides while this runs stays: only undecided rows are written, and the decision has asked for another run.
"""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from albums.models import Analysis, Photo, PhotoTag, Tag
from albums.models.tags import TagKind, TagState
from processing import categories, tag_learning
from processing.photo_store import read_typed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 2000  # photos whose features are in memory at once
MOST_PROPOSED = 500  # photos of one word; more than that nobody answers
SAME_SCORE = 0.005  # finer differences are not worth a write
DECISIONS_LIKE_THE_NETWORK = 10  # so many of them count as much as what the network sees
UNSEEN = 0.05  # what the network gives a category that it does not name
DECIDED = (TagState.ACCEPTED, TagState.REFUSED)
UNDECIDED = (TagState.MACHINE, TagState.PROPOSED)


@dataclass(slots=True)
class Word:
    """A tag and what people said about it."""

    tag: Tag
    right: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    learned: tag_learning.Learned | None = None

    @property
    def is_own(self) -> bool:
        return self.tag.kind == TagKind.OWN

    @property
    def is_teachable(self) -> bool:
        """Own words need examples; of others the network knows something already."""
        return len(self.right) >= tag_learning.LEAST_EXAMPLES


def learn(room_id: uuid.UUID) -> None:
    """Propose a room's own words for photos that nobody has tagged with them, and score what was found anew."""
    words = words_of(room_id)
    forget(room_id, words)
    teachable = [word for word in words.values() if word.is_teachable]
    if not teachable:
        return
    photos = list(
        Photo.objects.filter(room=room_id, state="ready")
        .in_albums()
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    chosen = photos[:: max(1, -(-len(photos) // tag_learning.MOST_BACKGROUND))]
    examples = read_typed("embedding", [pk for word in teachable for pk in (*word.right, *word.wrong)])
    length = commonest_length(examples)
    usual = stack(read_typed("embedding", chosen), length)[1]
    if not len(usual):
        return
    background = tag_learning.describe_background(usual)
    for word in teachable:
        right = stack({pk: examples[pk] for pk in word.right if pk in examples}, length)[1]
        wrong = stack({pk: examples[pk] for pk in word.wrong if pk in examples}, length)[1]
        if len(right) >= tag_learning.LEAST_EXAMPLES:
            word.learned = tag_learning.learn(background, right, wrong)
    learned = [word for word in teachable if word.learned is not None]
    scores = score(photos, learned, background, length)
    for word in learned:
        if word.is_own:
            propose(room_id, word, scores[word.tag.pk])
        else:
            correct(room_id, word, scores[word.tag.pk])


def words_of(room_id: uuid.UUID) -> dict[int, Word]:
    """The words about which people decided in this room; of the site's own words what was decided in any room."""
    is_site = Q(tag__room=None, tag__kind=TagKind.OWN)
    used = PhotoTag.objects.filter(is_site | Q(room=room_id), state__in=DECIDED, photo__deleted_at=None)
    used = used.exclude(tag__key__in=categories.PEOPLE_WORDS)
    words: dict[int, Word] = {}
    for row in used.select_related("tag").order_by("photo"):
        word = words.setdefault(row.tag_id, Word(row.tag))
        (word.right if row.state == TagState.ACCEPTED else word.wrong).append(row.photo_id)
    return words


def forget(room_id: uuid.UUID, words: Mapping[int, Word]) -> None:
    """Take back what was proposed for own words that too few examples are left of."""
    taught = [pk for pk, word in words.items() if word.is_teachable]
    own = PhotoTag.objects.filter(room=room_id, tag__kind=TagKind.OWN, state=TagState.PROPOSED)
    own.exclude(tag__in=taught).delete()


def commonest_length(arrays: Mapping[int, NDArray[Any]]) -> int:
    """Features of two networks can't be compared: those of most examples count."""
    lengths: dict[int, int] = defaultdict(int)
    for array in arrays.values():
        lengths[len(array)] += 1
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def stack(arrays: Mapping[int, NDArray[Any]], length: int) -> tuple[list[int], NDArray[np.float32]]:
    """The features of this length as one array of shape (n, length), with whose they are."""
    import numpy as np

    keys = [key for key, array in arrays.items() if len(array) == length]
    values = [arrays[key].astype(np.float32) for key in keys]
    return keys, np.stack(values) if values else np.empty((0, length), np.float32)


def score(
    photos: Sequence[int], words: Sequence[Word], background: tag_learning.Background, length: int
) -> dict[int, dict[int, float]]:
    """How probable each word is on each photo, by the word's id and the photo's."""
    found: dict[int, dict[int, float]] = {word.tag.pk: {} for word in words}
    for batch in in_batches(photos, BATCH):
        keys, values = stack(read_typed("embedding", batch), length)
        own = background.center(values)
        for word in words:
            if word.learned is not None:
                probabilities = word.learned.probabilities(own).tolist()
                found[word.tag.pk].update(zip(keys, probabilities, strict=True))
    return found


def propose(room_id: uuid.UUID, word: Word, scores: Mapping[int, float]) -> None:
    """Make the proposals of an own word those of today."""
    likely = {pk: round(value, 4) for pk, value in scores.items() if value >= tag_learning.PROPOSED}
    rows = PhotoTag.objects.filter(room=room_id, tag=word.tag)
    known = {
        photo: (pk, state, value)
        for pk, photo, state, value in rows.values_list("pk", "photo", "state", "score")
    }
    decided = {photo for photo, (_, state, _) in known.items() if state in DECIDED}
    best = sorted(likely.keys() - decided, key=lambda pk: (-likely[pk], pk))[:MOST_PROPOSED]
    gone = [known[photo][0] for photo in known.keys() - decided - set(best)]
    for batch in in_batches(gone, 500):
        PhotoTag.objects.filter(pk__in=batch, state=TagState.PROPOSED).delete()
    fresh = [photo for photo in best if photo not in known]
    add(room_id, word.tag, {photo: likely[photo] for photo in fresh})
    rescore({known[photo][0]: (TagState.PROPOSED, likely[photo]) for photo in best
             if photo in known and abs(known[photo][2] - likely[photo]) > SAME_SCORE})  # fmt: skip


def correct(room_id: uuid.UUID, word: Word, scores: Mapping[int, float]) -> None:
    """Score a category or an object anew: what the network saw and what people taught, the more of that the more it counts."""
    seen = seen_by_network(room_id, word.tag, scores.keys())
    rows = PhotoTag.objects.filter(room=room_id, tag=word.tag)
    known = {
        photo: (pk, state, value)
        for pk, photo, state, value in rows.values_list("pk", "photo", "state", "score")
    }
    weight = len(word.right) + len(word.wrong)
    weight_share = weight / (weight + DECISIONS_LIKE_THE_NETWORK)
    changed: dict[int, tuple[str, float]] = {}
    fresh: dict[int, float] = {}
    for photo, taught in scores.items():
        value = blend(seen.get(photo, UNSEEN), taught, weight_share)
        pk, state, old = known.get(photo, (0, "", 0.0))
        if pk and state in UNDECIDED:
            became = TagState.MACHINE if value >= categories.sure_from(word.tag.name) else TagState.PROPOSED
            if became != state or abs(old - value) > SAME_SCORE:
                changed[pk] = (became, value)
        elif not pk and value >= tag_learning.PROPOSED:
            fresh[photo] = value
    rescore(changed)
    best = sorted(fresh, key=lambda pk: (-fresh[pk], pk))[:MOST_PROPOSED]
    add(room_id, word.tag, {photo: fresh[photo] for photo in best})


def blend(seen: float, taught: float, share: float) -> float:
    """Mix two probabilities as logarithms of their odds."""

    def odds(value: float) -> float:
        limited = min(max(value, 1e-3), 1 - 1e-3)
        return math.log(limited / (1 - limited))

    return round(1 / (1 + math.exp(-(1 - share) * odds(seen) - share * odds(taught))), 4)


def seen_by_network(room_id: uuid.UUID, tag: Tag, photos: Any) -> dict[int, float]:
    """What the analyzers themselves gave this tag, however often it was scored anew since."""
    found: dict[int, float] = {}
    for batch in in_batches(list(photos), 500):
        rows = Analysis.objects.filter(analyzer__in=("content", "objects"), photo__in=batch)
        for photo, given in rows.values_list("photo", "data__tags"):
            if given and tag.name in given:
                found[photo] = max(given[tag.name], found.get(photo, 0.0))
    return found


def add(room_id: uuid.UUID, tag: Tag, scores: Mapping[int, float]) -> None:
    """Propose a tag for photos that have no row of it; whoever is there first wins."""
    there: set[int] = set()
    for batch in in_batches(list(scores), 500):
        there |= set(Photo.objects.filter(pk__in=batch).values_list("pk", flat=True))
    rows = [
        PhotoTag(photo_id=photo, room_id=room_id, tag=tag, score=scores[photo], state=TagState.PROPOSED)
        for photo in sorted(there)
    ]
    PhotoTag.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def rescore(changes: Mapping[int, tuple[str, float]]) -> None:
    """Write scores and states of rows that nobody has decided about, in few statements: scores are kept to two digits."""
    alike: dict[tuple[str, float], list[int]] = defaultdict(list)
    for pk, (state, value) in changes.items():
        alike[state, round(value, 2)].append(pk)
    for (state, value), pks in alike.items():
        for batch in in_batches(pks, 500):
            PhotoTag.objects.filter(pk__in=batch, state__in=UNDECIDED).update(state=state, score=value)


def in_batches(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """As many as one statement, or the memory, takes."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
