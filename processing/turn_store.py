"""EDGE: photos that probably lie on their side, as the analyzer `uprightness` found them, become proposals.

What somebody decided stays, and what somebody has edited is not asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from albums.models import Photo, TurnProposal
from albums.models.edits import TurnState
from processing.pipeline import Analyzed

UPRIGHTNESS = "uprightness"  # the analyzer's name


def save_turn(photo: Photo, analyzed: Analyzed) -> None:
    """Propose what this look at a photo says; an open proposal that it does not repeat goes."""
    findings = analyzed.findings.get(UPRIGHTNESS)
    if findings is None or photo.is_video:  # it did not look this time
        return
    quarters = proposed_quarters(findings.data)
    is_edited = Photo.objects.filter(pk=photo.pk, edit__isnull=False).exists()
    if not quarters or is_edited:
        TurnProposal.objects.filter(photo=photo, state=TurnState.OPEN).delete()
        return
    confidence = float(findings.data.get("confidence", 0.0))
    proposal, is_new = TurnProposal.objects.get_or_create(
        photo=photo, defaults={"room_id": photo.room_id, "quarters": quarters, "confidence": confidence}
    )
    if not is_new and proposal.state == TurnState.OPEN:
        TurnProposal.objects.filter(pk=proposal.pk, state=TurnState.OPEN).update(
            quarters=quarters, confidence=confidence
        )


def proposed_quarters(data: Mapping[str, Any]) -> int:
    """Quarters to the right that would make it upright, 1 to 3; 0 if it is, or if that is not sure."""
    return int(data.get("quarters") or 0) % 4 if data.get("is_sure", True) else 0
