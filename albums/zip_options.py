"""What somebody can choose about a zip, checked: the same for pages, the API and the job that prepares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from albums.errors import AlbumError
from processing.exporting.choices import TELLING, Edits, Layout, Metadata, Size


@dataclass(frozen=True, slots=True)
class ZipOptions:
    """How a zip is made. The defaults are the photos as everybody sees them, untouched, side by side.

    Attributes:
        layout: which folders there are.
        only_best: of look-alikes only the best one.
        with_blurred: also what was left out for being blurred.
        edits: photos as edited, as they were added, or both.
        size: as large as they are, or JPEG of at most 2,048 pixels.
        metadata: as it is in the files; what the room knows written into copies, or beside them; place and time taken out.
        has_index: a page in the zip shows the album offline.
    """

    layout: Layout = Layout.FLAT
    only_best: bool = False
    with_blurred: bool = False
    size: Size = Size.ORIGINAL
    metadata: Metadata = Metadata.AS_IS
    has_index: bool = False
    edits: Edits = Edits.EDITED

    def __post_init__(self) -> None:
        if self.is_stripped and self.layout in TELLING:
            raise AlbumError(
                _(
                    "Folders by day, place or event would tell what is taken out of the photos. Choose other folders."
                )
            )

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ZipOptions:
        """Read what came from outside or from a row; AlbumError for what can't be chosen."""
        try:
            return cls(
                layout=Layout(values.get("layout") or Layout.FLAT),
                only_best=bool(values.get("only_best")),
                with_blurred=bool(values.get("with_blurred")),
                size=Size(values.get("size") or Size.ORIGINAL),
                metadata=Metadata(values.get("metadata") or Metadata.AS_IS),
                has_index=bool(values.get("has_index")),
                edits=Edits(values.get("edits") or Edits.EDITED),
            )
        except ValueError as error:
            raise AlbumError(_("A zip can't be made in this way. Choose again.")) from error

    @property
    def is_stripped(self) -> bool:
        return self.metadata is Metadata.STRIP

    @property
    def changes_bytes(self) -> bool:
        """Whether files of the zip are not as they lie in the storage: then a job prepares it first."""
        return self.size is not Size.ORIGINAL or self.metadata is not Metadata.AS_IS or self.has_index

    def as_json(self) -> dict[str, Any]:
        """Only what differs from the defaults."""
        usual = asdict(ZipOptions())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}
