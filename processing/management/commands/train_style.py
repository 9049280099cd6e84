"""`manage.py train_style PAINTING`: teach the editor to paint like a picture."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from processing import style_lessons, styles
from processing.errors import ProcessingError

START = style_lessons.Lesson.__dataclass_fields__["start"].default


class Command(BaseCommand):
    """Train a style."""

    help = (
        "Train a style of the editor on a painting, on this machine; it can be chosen at once. "
        "A preview picture is written as it goes."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        usual = style_lessons.Settings()
        parser.add_argument("painting", type=Path, help="the picture to learn from, for example painting.jpg")
        parser.add_argument(
            "--name",
            default="",
            help="what recipes call it: small letters, digits, - and _; from the file's name if left out",
        )
        parser.add_argument("--label", default="", help="what people call it; from the name if left out")
        parser.add_argument(
            "--photos",
            type=Path,
            nargs="+",
            default=[],
            metavar="FOLDER",
            help="folders with photos to practise on, a few dozen or more; two samples of scikit-learn if left out",
        )
        parser.add_argument(
            "--rounds",
            type=at_least_one,
            default=usual.rounds,
            help=f"steps of the training, {usual.rounds} if left out",
        )
        parser.add_argument(
            "--minutes", type=float, default=0, help="stop after that long; without a limit if left out"
        )
        parser.add_argument(
            "--seed", type=int, default=0, help="the same seed gives the same style on the same machine"
        )
        parser.add_argument(
            "--strokes-px",
            type=at_least_one,
            default=usual.painting_px,
            help=f"longer side to which the painting is brought, {usual.painting_px} if left out: larger means broader strokes",
        )
        parser.add_argument(
            "--batch",
            type=at_least_one,
            default=usual.batch,
            help=f"photos in a round, {usual.batch} if left out",
        )
        parser.add_argument(
            "--side-px",
            type=at_least_one,
            default=usual.side_px,
            help=f"of the squares that are cut out of them, {usual.side_px} if left out; divisible by 4",
        )
        parser.add_argument(
            "--content",
            type=float,
            default=usual.content,
            help=f"how much the photo counts, {usual.content:g} if left out",
        )
        parser.add_argument(
            "--style",
            type=float,
            default=usual.style,
            help=f"how much the painting counts, {usual.style:g} if left out",
        )
        parser.add_argument(
            "--smooth",
            type=float,
            default=usual.smooth,
            help=f"how much calm areas count, {usual.smooth:g} if left out",
        )
        parser.add_argument(
            "--start",
            default=START,
            help=f'the style to begin with, "{START}" if left out; "none": from nothing',
        )
        parser.add_argument(
            "--source", default="", help="where the painting is from; kept in the style's recipe"
        )
        parser.add_argument(
            "--licence", default="", help="the painting's licence; kept in the style's recipe"
        )
        parser.add_argument(
            "--into", type=Path, help="the folder to write to; the folder of models if left out"
        )
        parser.add_argument("--replace", action="store_true", help="take the place of a style of this name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train."""
        settings = style_lessons.Settings(
            rounds=options["rounds"],
            batch=options["batch"],
            side_px=max(32, options["side_px"] // 4 * 4),
            painting_px=options["strokes_px"],
            content=options["content"],
            style=options["style"],
            smooth=options["smooth"],
            seed=options["seed"],
        )
        lesson = style_lessons.Lesson(
            painting=options["painting"],
            settings=settings,
            name=options["name"],
            label=options["label"],
            photos=tuple(options["photos"]),
            minutes=options["minutes"],
            start=options["start"],
            source=options["source"],
            licence=options["licence"],
            into=options["into"],
            is_replacing=options["replace"],
            command=shlex.join(["manage.py", *sys.argv[1:]]),
        )
        try:
            style = style_lessons.teach(lesson, self._say)
        except ProcessingError as error:
            raise CommandError(str(error)) from error
        styles.reset()
        self.stdout.write(
            f"The style {style.label!r} is trained and can be chosen in the editor.\n{style.path}"
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def at_least_one(text: str) -> int:
    """Read a number of 1 or more."""
    try:
        number = int(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no whole number") from error
    if number < 1:
        raise ArgumentTypeError("give 1 or more")
    return number
