"""The errors that the library raises on purpose; each carries a sentence that a person understands."""


class ProcessingError(Exception):
    """Something about this picture or this machine makes the work impossible; `str(error)` is shown to people."""


class UnreadableImage(ProcessingError):
    """The bytes are no picture that can be decoded: unknown format, truncated, damaged, empty."""


class ImageTooLarge(UnreadableImage):
    """The picture has more pixels or bytes than the limits allow (a decompression bomb, a gigapixel scan)."""


class ModelUnavailable(ProcessingError):
    """A model file or the library that runs it is missing or damaged."""
