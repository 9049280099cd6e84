"""Which things a photo shows and where, as soon as one of torchvision's detectors was fetched; without one it does nothing."""

from __future__ import annotations

import logging

from processing import fetched_models, weights
from processing.contracts import Findings, Picture

MODEL = fetched_models.first_of(fetched_models.DETECTORS)
IS_BEST = fetched_models.DETECTORS[0] == MODEL
# The better detector finds other things: with it every photo is looked at again.
BEST_VERSION = 1000
version = 1 + BEST_VERSION * IS_BEST
# About as large as the photos that they were trained on become: Faster R-CNN scales the shorter side to 800 px, SSDLite squeezes
# everything into 320 by 320.
side_px = 1024 if IS_BEST else 640

logger = logging.getLogger(__name__)


def is_available() -> bool:
    """Whether a detector was fetched and is intact; a damaged one is told to the log once and photos are left alone."""
    if MODEL is None:
        return False
    if fetched_models.is_intact(MODEL):
        return True
    logger.error(fetched_models.REFUSED.format(name=MODEL))
    return False


def analyze(picture: Picture) -> Findings:
    """Look for the things that COCO has labels for.

    Args:
        picture: decoded at `side_px` or less.

    Returns:
        data: `{"network": name, "objects": [[label, score, [x, y, width, height]], ...], "tags": {name: score}}`, boxes in pixels
        of the photo as displayed, the most certain first. Tags with their regions.

    Raises:
        ModelUnavailable: the model is missing or damaged.
    """
    from processing import object_words

    network = weights.object_network()
    labels = weights.object_labels()
    seen = network.find(picture.image)
    tags = object_words.name_seen(seen, labels, picture)
    objects = []
    for one in seen:
        region = object_words.region_of(one.box, picture)
        if region is not None and one.score >= object_words.PROPOSED:
            box = [region.x, region.y, region.width, region.height]
            objects.append([labels[one.label], round(one.score, 4), box])
    given = {tag.name: tag.score for tag in tags}  # stays, when people's answers change the rows' scores
    return Findings(data={"network": network.name, "objects": objects, "tags": given}, tags=tags)
