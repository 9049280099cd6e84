"""What a part of `manage.py benchmark organize` hands back: tables of plain numbers, for text and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """Some numbers under one title.

    Attributes:
        title: what was measured, with what.
        columns: one word or two each.
        rows: as many cells as columns; None shows as "-", a float with three decimals.
        note: how to read it, or what it was measured with.
    """

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same as JSON has it: a row is an object."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "note": self.note, "rows": rows}

    def lines(self) -> Iterator[str]:
        """The same as text, with columns as wide as they need to be."""
        yield self.title
        if self.note:
            yield self.note
        cells = [self.columns, *(tuple(shown(cell) for cell in row) for row in self.rows)]
        widths = [max(len(row[at]) for row in cells) for at in range(len(self.columns))]
        for row in cells:
            first, *others = (cell.ljust(width) if not at else cell.rjust(width)
                              for at, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
            yield "  ".join([first, *others]).rstrip()


def shown(cell: Cell) -> str:
    """One number as people read it."""
    if cell is None:
        return "-"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
