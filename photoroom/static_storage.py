from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names every static file by its content, also where one script imports another: all are cached for good."""

    support_js_module_import_aggregation = True
    # One for each import of a script that comes later in the alphabet, along the longest chain of imports.
    max_post_process_passes = 20
