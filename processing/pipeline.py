"""One file from bytes to findings: decoded once, looked at by every analyzer."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from processing import imaging, quality, registry, video
from processing.contracts import FaceFinding, FaceShot, Findings, Picture
from processing.errors import ProcessingError
from processing.renditions import (
    SIDES_PX,
    Rendition,
    average_color,
    crop_face,
    encode,
    make_copies,
    placeholder,
)

if TYPE_CHECKING:
    from PIL import Image

Kind = Literal["photo", "video"]


@dataclass(frozen=True, slots=True)
class FaceWithCrop:
    """A face and a square JPEG around it."""

    finding: FaceFinding
    crop: bytes


@dataclass(slots=True)
class Analyzed:
    """Everything that is known about a file after one pass.

    Attributes:
        kind: "photo" or "video" (then everything is about its poster).
        format: "JPEG", "HEIF", "MP4", ...
        width, height: full size in pixels as displayed.
        seconds: length of a video, else None.
        color: "#rrggbb", shown where there is no placeholder.
        placeholder: a tiny picture as base64, made with the renditions.
        facts: columns of the photo, from all analyzers together.
        renditions: ascending by side; empty if not asked for.
        findings: by analyzer, of those that succeeded; `findings["faces"].faces` are also in `faces`.
        errors: a sentence by analyzer, of those that could not do their work.
        faces: None if no analyzer looked for faces or the one that does has failed.
        took_seconds: time by step: "decode", "renditions" and each analyzer's name.
    """

    kind: Kind
    format: str
    width: int
    height: int
    seconds: float | None
    color: str
    placeholder: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    renditions: list[Rendition] = field(default_factory=list)
    findings: dict[str, Findings] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    faces: list[FaceWithCrop] | None = None
    took_seconds: dict[str, float] = field(default_factory=dict)


def analyze_file(
    path: Path,
    *,
    kind: Kind | None = None,
    only: Collection[str] | None = None,
    sides: Collection[int] = SIDES_PX,
    has_crops: bool = True,
    limits: imaging.Limits | None = None,
) -> Analyzed:
    """Decode a photo (or a video's poster) once and run the analyzers on it.

    Args:
        path: the original, never changed.
        kind: "photo" or "video"; found out from the first bytes if None.
        only: names of the analyzers to run; all if None.
        sides: longest sides of the renditions; none are made if empty.
        has_crops: whether faces get their crops.
        limits: as in `imaging.open_picture`.

    Returns:
        What was found. An analyzer's ProcessingError is in `errors`; it stops neither the others nor this call.

    Raises:
        UnreadableImage: the file itself can't be read; no analyzer ran.
        ModelUnavailable: a video, and OpenCV is missing.
    """
    started = time.perf_counter()
    kind = kind or _kind_of(path, limits)
    picture, analyzed = _opened(path, kind, _side_needed(only, sides), limits)
    analyzed.took_seconds["decode"] = time.perf_counter() - started
    copies: dict[int, Image.Image] = {}
    if sides:
        started = time.perf_counter()
        copies = make_copies(picture, sorted(sides))
        analyzed.renditions = encode(copies)
        analyzed.placeholder = placeholder(copies[min(copies)])
        analyzed.took_seconds["renditions"] = time.perf_counter() - started
    analyze_picture(picture, analyzed, only=only, has_crops=has_crops, copies=copies)
    add_faces_to_quality(analyzed)
    return analyzed


def analyze_picture(
    picture: Picture,
    analyzed: Analyzed,
    *,
    only: Collection[str] | None,
    has_crops: bool,
    copies: Mapping[int, Image.Image] | None = None,
) -> None:
    """Run the analyzers on a decoded picture and add what they find to `analyzed`.

    `copies` are smaller images of the picture that are there already, by side: what wants a much smaller one is made from them.
    """
    for name, analyzer in registry.analyzers().items():
        if only is not None and name not in only:
            continue
        started = time.perf_counter()
        try:
            findings = analyzer.analyze(imaging.reduced(picture, analyzer.side_px, copies or {}))
        except ProcessingError as error:
            analyzed.errors[name] = str(error)
            continue
        finally:
            analyzed.took_seconds[name] = time.perf_counter() - started
        analyzed.findings[name] = findings
        # A video's poster carries no metadata: what the video's header said is not to be emptied by it.
        analyzed.facts |= {
            key: value for key, value in findings.facts.items() if analyzed.facts.get(key) is None
        }
        if findings.faces is not None:
            crops = [crop_face(picture, face.region) if has_crops else b"" for face in findings.faces]
            analyzed.faces = [
                FaceWithCrop(face, crop) for face, crop in zip(findings.faces, crops, strict=True)
            ]


def add_faces_to_quality(analyzed: Analyzed) -> None:
    """Judge the sharpness once more with the faces: the analyzers know nothing of each other.

    Of a video one frame says nothing: it gets no quality.
    """
    if "sharpness" not in analyzed.findings:
        return
    shots = [
        FaceShot(max(one.region.width, one.region.height), one.sharpness, one.pose, one.score)
        for one in (face.finding for face in analyzed.faces or [])
    ]
    edges = analyzed.findings["sharpness"].data if analyzed.kind == "photo" else {}
    verdict = quality.judge(edges, shots, max(analyzed.width, analyzed.height))
    analyzed.facts |= {"sharpness": verdict.sharpness, "quality": verdict.quality}


def _kind_of(path: Path, limits: imaging.Limits | None) -> Kind:
    return "video" if imaging.probe(path, limits=limits).kind == "video" else "photo"


def _side_needed(only: Collection[str] | None, sides: Collection[int]) -> int:
    """Find the longest side that any rendition or analyzer wants; at least that of a placeholder's color."""
    wanted = [one.side_px for name, one in registry.analyzers().items() if only is None or name in only]
    return max(64, *sides, *wanted)


def _opened(path: Path, kind: Kind, side_px: int, limits: imaging.Limits | None) -> tuple[Picture, Analyzed]:
    if kind == "photo":
        picture = imaging.open_picture(path, side_px, limits=limits)
        return picture, Analyzed(
            kind, picture.format, picture.width, picture.height, None, average_color(picture)
        )
    header = video.probe_video(path)
    picture = video.poster(path, side_px)
    offset = header.taken_at.utcoffset() if header.taken_at else None
    facts = {
        "taken_at": header.taken_at,
        "clock_at": header.taken_at.replace(tzinfo=None) if header.taken_at else None,
        "clock_offset_minutes": None if offset is None else round(offset.total_seconds() / 60),
        "latitude": header.latitude,
        "longitude": header.longitude,
        "camera": header.camera or None,
    }
    return picture, Analyzed(
        kind,
        picture.format,
        picture.width,
        picture.height,
        header.seconds,
        average_color(picture),
        facts=facts,
    )
