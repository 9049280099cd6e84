"""Every write: keyword-only, typed, atomic; `require` first. What can't be done is an AlbumError with a sentence."""
