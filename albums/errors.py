"""What people ask for and can't have, said in a sentence. Pages show it as a message, the API as its error shape."""

from __future__ import annotations


class AlbumError(Exception):
    """The request breaks a rule of the product; `str(error)` is shown to the person."""

    code = "refused"
    status = 400


class Conflict(AlbumError):
    """Somebody or something was there first."""

    code = "conflict"
    status = 409


class NameTaken(Conflict):
    """The room has another person of that name; offer to merge. `person` is that one."""

    code = "name_taken"

    def __init__(self, message: str, person: object) -> None:
        super().__init__(message)
        self.person = person


class FileRefused(AlbumError):
    """The uploaded file can't be kept: no picture, too large, damaged on its way."""

    code = "file_refused"


class DiskFull(FileRefused):
    """Not the file's fault: it may come again when the administrator has made room."""

    code = "disk_full"
    status = 507


class TooLarge(AlbumError):
    """More than the site takes at once."""

    code = "too_large"
    status = 413


class WrongPassword(AlbumError):
    code = "wrong_password"
    status = 403


class InvitationUnusable(AlbumError):
    code = "invitation_unusable"
    status = 410


class InvitationUnknown(InvitationUnusable):
    """Nobody has made an invitation of this text: a typing error, or a guess."""


class Gone(AlbumError):
    code = "gone"
    status = 410


class EditedMeanwhile(Conflict):
    """Somebody else has edited the photo since this page was opened; `number` is their edit's."""

    code = "edited_meanwhile"

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class RecipeRefused(AlbumError):
    """A recipe can't be followed; `fields` has a sentence by field, like "steps.2.angle"."""

    code = "invalid"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = fields
