"""Auto-enhance: which steps would make a photo better, and why."""

from __future__ import annotations

from typing import Any

from processing.operation import Frame


def enhance(frame: Frame) -> list[tuple[str, dict[str, Any], str]]:
    """Choose steps for a photo; each with its values and a reason."""
    return []
