"""A folder of photos in, a zip with one folder per person and a report out: no server, no database.

The report's form is public: docs/organize.md.
"""

from processing.exporting.choices import Layout
from processing.organizing.archive import DROPPABLE, Choice
from processing.organizing.edits import Wish, read_recipe
from processing.organizing.errors import OrganizeError
from processing.organizing.run import Options, Summary, organize

__all__ = [
    "DROPPABLE",
    "Choice",
    "Layout",
    "Options",
    "OrganizeError",
    "Summary",
    "Wish",
    "organize",
    "read_recipe",
]
