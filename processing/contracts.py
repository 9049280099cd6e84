"""The plain data that goes into and comes out of the library, and the protocols that its plug-ins keep.

Every pixel coordinate is one of the photo *as displayed*, at full size, after its EXIF turn: x to the right, y down, the
origin at the top left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from processing.name_times import is_date_only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image


@dataclass(frozen=True, slots=True)
class Region:
    """A bounding box in pixels of the photo as displayed, at full size."""

    x: int
    y: int
    width: int
    height: int

    def overlap(self, other: Region) -> float:
        """Compute the intersection over the union of two boxes in the same pixels, 0 to 1."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.width * self.height + other.width * other.height - shared)


@dataclass(slots=True)
class Picture:
    """One photo, opened safely and decoded once, handed to every analyzer.

    Attributes:
        path: the file that was opened, or None if it came from memory.
        image: mode RGB, EXIF turn applied, transparency on white; its longer side is at most the size asked for.
        width, height: full size in pixels as displayed (not the size of `image`).
        format: Pillow's name of the format: "JPEG", "HEIF", ...
        metadata: the raw EXIF tags by name as Pillow reads them (see `imaging.read_metadata`), never trusted.
    """

    path: Path | None
    image: Image.Image
    width: int
    height: int
    format: str
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """Full-size pixels per pixel of `image` (>= 1)."""
        return max(self.width, self.height) / max(self.image.width, self.image.height)


@dataclass(slots=True)
class FaceFinding:
    """One face in one photo.

    Attributes:
        region: where it is.
        score: the detector's, higher is surer. dlib HOG: -1 to 3.5, below 0.3 only what MMOD confirmed; a face that MMOD alone
            saw: MMOD's score less 1.2, so below 0; 0 for a box that a human drew.
        descriptor: float32 of shape (128,), mean of the face's and its mirror image's; Euclidean distance is the metric.
        sharpness: edge ratio of the aligned chip, no unit, about 1.05 (blurred) to 2.2 (sharp and large).
        pose: dlib's sub-detector, or estimated from the landmarks where there is none: 0 frontal, 1 and 2 turned, 3 and 4
            tilted.
        quality: "A" may found a person, "B" may join one or found one together with others, "C" is kept but ignored.
        landmarks: five (x, y) points in full-size pixels: the eyes' corners and the nose.
        eyes: how open the eyes are, 0 (closed) to 1; None where the face is too small or turned to tell.
        smile: 0 to 1; None as above.
    """

    region: Region
    score: float
    descriptor: NDArray[np.float32]
    sharpness: float
    pose: int
    quality: str
    landmarks: tuple[tuple[int, int], ...] = ()
    eyes: float | None = None
    smile: float | None = None


@dataclass(frozen=True, slots=True)
class TagFinding:
    """A word for what a photo shows.

    Attributes:
        name: as people read it: "beach", "golden retriever".
        score: how certain, 0 to 1.
        kind: "category" (processing/categories.py) or "object" (a class of the network).
        is_sure: certain enough to be shown without asking; else it is only proposed.
        regions: where it is, if the network says so, the surest first.
    """

    name: str
    score: float
    kind: str
    is_sure: bool = True
    regions: tuple[Region, ...] = ()


@dataclass(slots=True)
class Findings:
    """What one analyzer found in one photo.

    Attributes:
        facts: values for columns of the photo of the same name, e.g. {"taken_at": ..., "latitude": ...}.
        data: anything else worth keeping, JSON-serializable.
        faces: None if this analyzer does not look for faces, else all of them (maybe none).
        arrays: small arrays that clusterers and searches need later, by name ("phash", "embedding", ...). What type and shape
            a name has says the analyzer that makes it; they are stored as little-endian bytes.
        tags: None if this analyzer names nothing, else what it sees (maybe nothing).
    """

    facts: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    faces: list[FaceFinding] | None = None
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    tags: list[TagFinding] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a photo was taken, as far as its metadata says. `taken_at` is naive if no offset is known."""

    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    camera: str


@dataclass(frozen=True, slots=True)
class KnownFace:
    """One face of a room as the people clusterer sees it.

    Attributes:
        id: any key, unique in the call; the result is keyed by it. Results never depend on the order of the faces.
        photo: key of the photo it is on (one person once per photo).
        descriptor: float32 of shape (128,).
        quality: "A", "B" or "C" as in FaceFinding.
        person: the person it belongs to now, or None.
        is_fixed: a human decided that it belongs to `person` (named, confirmed, moved there): never changed.
        refused: persons of whom a human said "not this person": never assigned.
    """

    id: int
    photo: int
    descriptor: NDArray[np.float32]
    quality: str
    person: int | None = None
    is_fixed: bool = False
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FaceShot:
    """A face as the choice of the best shot sees it, from FaceFinding.

    Attributes:
        side_px: the longer side of its box, in pixels of the photo.
        sharpness: edge ratio of the chip, about 1.05 (blurred) to 2.2.
        pose: 0 frontal, 1 and 2 turned, 3 and 4 tilted.
        score: the detector's.
        person: who it is, or None.
        eyes: how open the eyes are, 0 (closed) to 1, or None if that can't be said.
        smile: 0 to 1, or None.
    """

    side_px: int
    sharpness: float
    pose: int
    score: float
    person: int | None = None
    eyes: float | None = None
    smile: float | None = None


@dataclass(frozen=True, slots=True)
class KnownPhoto:
    """One photo of a room as the clusterers of photos see it.

    Attributes:
        id: any key, unique in the call. Results never depend on the order of the photos.
        taken_at: aware; when it was taken or, where nobody knows, its place in the order.
        is_time_known: False if `taken_at` is only when the file was changed or uploaded.
        time_source: where `taken_at` comes from (processing/times.py), or "".
        clock_at: the camera's wall clock without any shift, naive, or None.
        latitude, longitude: degrees, WGS 84, of the photo's own position, or None.
        camera: equal for photos of one body or phone; "" if unknown.
        uploader: key of who brought it, or None.
        width, height: pixels as displayed.
        size_bytes: of the original.
        format: "JPEG", "HEIF", ...
        filename: as on the uploader's device.
        sha256: of the original, hex.
        has_metadata: whether the file brought a date of its own (messengers take it away).
        sharpness: 0 to 1, or None.
        exposure: "good", "dark", "bright" or "".
        is_favorite: somebody marked it, or gave it stars.
        faces: those on it.
        arrays: what the analyzers made, by name; only those that were asked for.
    """

    id: int
    taken_at: datetime
    is_time_known: bool = True
    time_source: str = ""
    clock_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""
    uploader: int | None = None
    width: int = 0
    height: int = 0
    size_bytes: int = 0
    format: str = ""
    filename: str = ""
    sha256: str = ""
    has_metadata: bool = False
    sharpness: float | None = None
    exposure: str = ""
    is_favorite: bool = False
    faces: tuple[FaceShot, ...] = ()
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def is_hour_known(self) -> bool:
        """Whether `taken_at` says more than the day; the names that messengers give say no more than that."""
        if not self.is_time_known or self.time_source not in ("", "filename"):
            return self.is_time_known
        return self.clock_at is not None or not is_date_only(self.filename)


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos that a clusterer put together.

    Attributes:
        ids: keys of photos; what their order means says the clusterer.
        data: anything else that it says about the set, JSON-serializable.
    """

    ids: tuple[int, ...]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question that only people can answer: is `other`, or the single face `face`, the same person as `person`?

    Attributes:
        person: key of a person of the room.
        other: key of another person, or None if the question is about one face.
        face: id of a face that belongs to nobody or to somebody else, or None if the question is about two people.
        distance: mean Euclidean distance between the two.
        gain: faces that a yes would bring into the right album.
    """

    person: int
    other: int | None
    face: int | None
    distance: float
    gain: int


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose face it probably is, learned from faces that humans labelled.

    Attributes:
        person: the likeliest person.
        probability: that it is this person, 0 to 1.
        second: the next likely person, or None.
        teaches: how much a human answer about this face would teach, 0 to 1; higher is asked first.
    """

    person: int
    probability: float
    second: int | None
    teaches: float


@dataclass(frozen=True, slots=True)
class Matches:
    """Faces of a room that look like one searched face: ids, most alike first.

    Attributes:
        sure: belong to the same person with hardly a doubt.
        maybe: worth a question.
    """

    sure: tuple[int, ...]
    maybe: tuple[int, ...]


@runtime_checkable
class Analyzer(Protocol):
    """A module in `analyzers/`: looks at one picture. Its name is the file's name."""

    version: int  # raised when its results change: photos with an older one are analyzed again
    side_px: int  # the longest side of Picture.image that it needs

    def analyze(self, picture: Picture) -> Findings:
        """Say what the picture shows; raise ProcessingError with a sentence where it can't."""
        ...

    # One that needs a fetched file has also `is_available() -> bool`: while that is False it is as if the module were not there.


@runtime_checkable
class PhotoClusterer(Protocol):
    """A module in `clusterers/` that puts photos together: events, duplicates, look-alikes ... Its name is the file's name."""

    version: int
    arrays: tuple[str, ...]  # names of Findings.arrays that it needs

    def cluster(self, photos: Sequence[KnownPhoto]) -> list[PhotoSet]:
        """Put photos together; the same photos in any order give the same sets, no photo is in two of them."""
        ...


@runtime_checkable
class PeopleClusterer(Protocol):
    """The module `clusterers/people.py`: which faces of a room are the same person."""

    version: int

    def cluster(self, faces: Sequence[KnownFace]) -> dict[int, int | None]:
        """Map each face's id to a person: a known person's id, a new person's negative number, or None (unassigned)."""
        ...

    def exemplars(self, faces: Sequence[KnownFace]) -> set[int]:
        """Choose the faces (ids) that stand for their person when `assign` is called; at most 16 a person."""
        ...

    def assign(self, new: Sequence[KnownFace], known: Sequence[KnownFace]) -> dict[int, int | None]:
        """Map new faces to people, with only the exemplars of each person (and whoever else is on the same photos) known.

        The answer is like that of `cluster`, for the new faces alone; nobody else is moved. The cost grows with the number
        of people, not of photos.
        """
        ...

    def doubts(self, faces: Sequence[KnownFace]) -> list[Doubt]:
        """List what to ask people about, most gainful first; each face's `person` is the one it was assigned to."""
        ...
