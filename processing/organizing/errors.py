"""What stops the whole work, as one sentence; what concerns a single file is in the report instead."""


class OrganizeError(Exception):
    """The work can't be done; `str(error)` says why and what to do."""
