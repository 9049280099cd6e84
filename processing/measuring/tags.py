"""How often the words for photos are right, where the truth is known: objects, categories, and words that are learned."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import categories, imaging, tag_learning, weights
from processing.measuring import truths
from processing.measuring.order_tables import Cell, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIDE_PX = 512
# Our categories and the classes of COCO that are one; only these can be checked with its annotations.
SAME = {
    "animal": "bird cat dog horse sheep cow elephant bear zebra giraffe",
    "dog": "dog", "cat": "cat", "bird": "bird", "horse": "horse",
    "vehicle": "bicycle car motorcycle airplane bus train truck boat",
    "car": "car", "bus": "bus", "truck": "truck", "motorcycle": "motorcycle", "bicycle": "bicycle", "train": "train",
    "airplane": "airplane", "boat": "boat",
    "food": "banana apple sandwich orange broccoli carrot hot_dog pizza donut cake",
    "drink": "wine_glass cup bottle",
    "sport": "skis snowboard sports_ball baseball_bat baseball_glove skateboard surfboard tennis_racket frisbee",
    "bathroom": "toilet", "computer": "laptop mouse keyboard",
}  # fmt: skip
LEAST_SHARE = 0.02  # of the photo's area: smaller things are in it, but it does not show them
EXAMPLES = (5, 10)
LEAST_REST = 2  # photos that are left to find
ROUNDS = 5
LEAST_CROP_PX = 40


@dataclass(frozen=True, slots=True)
class Annotated:
    """A photo whose things are known.

    Attributes:
        shares: part of its area by COCO's class, of all boxes of a class together.
        boxes: class and left, top, width, height in pixels.
    """

    path: Path
    shares: dict[str, float]
    boxes: tuple[tuple[str, tuple[float, float, float, float]], ...]


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Name annotated photos and learn words from parts of them.

    Args:
        folder: holds `coco/` with `instances_*.json`.
        seed: which examples are taken.

    Raises:
        DataError: there is no folder, or no annotations in it.
        ModelUnavailable: the network is missing.
    """
    photos = list(read_annotated(folder)) if folder else []
    if not photos:
        raise truths.DataError(
            "Tags are measured with annotated photos only: --data needs a folder with coco/."
        )
    looks = [look(photo.path) for photo in photos]
    return [
        objects(photos, [probabilities for _, probabilities in looks]),
        shown(photos, [probabilities for _, probabilities in looks]),
        learned(photos, [embedding for embedding, _ in looks], seed),
    ]


def read_annotated(folder: Path) -> Iterator[Annotated]:
    """Read the photos that COCO's annotations know and that are there."""
    for path in sorted((folder / "coco").glob("instances_*.json")):
        found = json.loads(path.read_text())
        names = {row["id"]: row["name"].replace(" ", "_") for row in found["categories"]}
        boxes: dict[int, list[tuple[str, Any]]] = defaultdict(list)
        for row in found["annotations"]:
            boxes[row["image_id"]].append((names[row["category_id"]], tuple(row["bbox"])))
        for image in found["images"]:
            file = folder / "coco" / image["file_name"]
            if file.is_file():
                area = image["width"] * image["height"]
                shares: dict[str, float] = defaultdict(float)
                for name, (_, _, width, height) in boxes[image["id"]]:
                    shares[name] += width * height / area
                yield Annotated(file, dict(shares), tuple(boxes[image["id"]]))


def look(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The network's features and probabilities of a photo."""
    seen = weights.image_network().look(imaging.open_picture(path, SIDE_PX).image)
    return seen.embedding, seen.probabilities


def objects(photos: list[Annotated], probabilities: list[NDArray[np.float32]]) -> Table:
    """Whether the likeliest classes are of the kind of the largest thing on a photo."""
    import numpy as np

    numbers = {category.name: categories.numbers_of(category.classes) for category in categories.CATEGORIES}
    kinds = [name for name in SAME if name not in ("animal", "vehicle")]
    hits = {1: 0, 5: 0}
    count = 0
    for photo, values in zip(photos, probabilities, strict=True):
        known = {name: sum(photo.shares.get(one, 0) for one in SAME[name].split()) for name in kinds}
        largest = max(known, key=lambda name: (known[name], name))
        if known[largest] < 5 * LEAST_SHARE:
            continue
        count += 1
        order = np.argsort(-values, kind="stable")
        for most in hits:
            hits[most] += bool(set(order[:most].tolist()) & set(numbers[largest]))
    rows: list[tuple[Cell, ...]] = [(count, hits[1] / max(count, 1), hits[5] / max(count, 1))]
    note = "Photos with a thing on a tenth of their area or more; right if a class of its category is among the first."
    return Table("Objects", ("photos", "top-1", "top-5"), rows, note)


def shown(photos: list[Annotated], probabilities: list[NDArray[np.float32]]) -> Table:
    """What is shown without asking, and what is proposed as well, against what is there."""
    totals = {"shown": [0, 0], "shown or proposed": [0, 0]}
    rows: list[tuple[Cell, ...]] = []
    there_in_all = 0
    for name, classes in SAME.items():
        there = [sum(photo.shares.get(one, 0) for one in classes.split()) >= LEAST_SHARE for photo in photos]
        is_there = [any(one in photo.shares for one in classes.split()) for photo in photos]
        said = [
            next((tag.is_sure for tag in categories.name_categories(values) if tag.name == name), None)
            for values in probabilities
        ]
        if not any(there):
            continue
        there_in_all += sum(there)
        cells: list[Cell] = [name, sum(there)]
        for title, chosen in (("shown", (True,)), ("shown or proposed", (True, False))):
            right = sum(answer in chosen and truth for answer, truth in zip(said, is_there, strict=True))
            found = sum(answer in chosen and truth for answer, truth in zip(said, there, strict=True))
            count = sum(answer in chosen for answer in said)
            cells += [right / count if count else None, found / sum(there)]
            totals[title][0] += right
            totals[title][1] += count
        rows.append(tuple(cells))
    sums: list[Cell] = ["all", there_in_all]
    for column, title in ((3, "shown"), (5, "shown or proposed")):
        right, count = totals[title]
        recalls = [float(row[column] or 0) * int(row[1] or 0) for row in rows]
        sums += [right / count if count else None, sum(recalls) / max(there_in_all, 1)]
    note = "Photos that show it on 2 % of their area or more. Precision counts smaller things, too; recall counts each word of a photo."
    columns = ("category", "photos", "precision", "recall", "with proposed: precision", "recall ")
    return Table("Categories", columns, [tuple(sums), *rows], note)


def learned(photos: list[Annotated], embeddings: list[NDArray[np.float32]], seed: int) -> Table:
    """Words learned from things cut out of photos, found among all things; examples and the rest are of different photos."""
    import numpy as np

    names, homes, crops = [], [], []
    for at, photo in enumerate(photos):
        for name, embedding in cut_out(photo):
            names.append(name)
            homes.append(at)
            crops.append(embedding)
    labels, places, features = np.array(names), np.array(homes), np.stack(crops)
    background = tag_learning.describe_background(np.concatenate([np.stack(embeddings), features]))
    random = np.random.default_rng(seed)
    rows: list[tuple[Cell, ...]] = []
    for count in EXAMPLES:
        results = []
        words = set()
        for word in sorted(set(names)):
            where = np.flatnonzero(labels == word)
            if len(where) < count + LEAST_REST:
                continue
            for _ in range(ROUNDS):
                examples = random.permutation(where)[:count]
                others = np.flatnonzero(~np.isin(places, places[examples]))
                truth = labels[others] == word
                if len(examples) == count and truth.sum() >= LEAST_REST:
                    words.add(word)
                    results.append(score(background, features, examples, others, truth))
        if results:
            precision, recall, order = np.array(results).mean(axis=0).tolist()
            rows.append((count, len(words), len(results), precision, recall, order))
    note = "Proposed at a probability of one half; average precision is of the order of all others."
    columns = ("examples", "words", "runs", "precision", "recall", "average precision")
    return Table("Words that are learned", columns, rows, note)


def score(
    background: tag_learning.Background,
    features: NDArray[np.float32],
    examples: NDArray[np.int64],
    others: NDArray[np.int64],
    truth: NDArray[np.bool_],
) -> tuple[float, float, float]:
    """Precision and recall of what is proposed, and average precision."""
    from sklearn.metrics import average_precision_score

    word = tag_learning.learn(background, features[examples])
    probabilities = word.probabilities(background.center(features[others]))
    said = probabilities >= tag_learning.PROPOSED
    right = int((said & truth).sum())
    precision = right / int(said.sum()) if said.any() else 0.0
    return precision, right / int(truth.sum()), float(average_precision_score(truth, probabilities))


def cut_out(photo: Annotated) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Each thing of a photo with something around it, as the network sees it."""
    image = imaging.open_picture(photo.path).image
    for name, (left, top, width, height) in photo.boxes:
        if min(width, height) < LEAST_CROP_PX:
            continue
        half = 0.65 * max(width, height)
        x, y = left + width / 2, top + height / 2
        corners = (
            max(0, x - half),
            max(0, y - half),
            min(image.width, x + half),
            min(image.height, y + half),
        )
        left_px, top_px, right_px, bottom_px = (round(value) for value in corners)
        yield name, weights.image_network().look(image.crop((left_px, top_px, right_px, bottom_px))).embedding
