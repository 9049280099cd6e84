"""What a photo shows, in one pass through a network: features to compare it by, classes of objects, tags."""

from __future__ import annotations

from processing import fetched_models, weights
from processing.contracts import Findings, Picture

# Features of two networks can't be compared: with a fetched network every photo is looked at again.
FETCHED_VERSION = 1000
version = 1 + FETCHED_VERSION * fetched_models.is_fetched(fetched_models.RESNET50)
side_px = 512
TOP_COUNT = 5


def analyze(picture: Picture) -> Findings:
    """Look at the whole photo.

    Args:
        picture: decoded at `side_px` or less.

    Returns:
        arrays: `embedding`, float16 of shape (1280,) (EfficientNet-Lite0) or (2048,) (ResNet-50) and length 1; `code`, int8 of
        shape (128,), see `image_network.code`. data: `{"top": [[class, score], ...], "network": name,
        "tags": {name: score}}`. Tags.

    Raises:
        ModelUnavailable: a model is missing.
    """
    import numpy as np

    from processing import categories
    from processing.image_network import code

    network = weights.image_network()
    look = network.look(picture.image)
    names = weights.class_names()
    best = np.argsort(-look.probabilities, kind="stable")[:TOP_COUNT]
    top = [[names[index], round(float(look.probabilities[index]), 4)] for index in best]
    tags = categories.name_content(look.embedding, look.probabilities, picture)
    given = {tag.name: tag.score for tag in tags}  # stays, when people's answers change the rows' scores
    return Findings(
        data={"top": top, "network": network.name, "tags": given},
        arrays={"embedding": look.embedding.astype(np.float16), "code": code(look.embedding)},
        tags=tags,
    )
