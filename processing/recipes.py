"""A recipe: what is to be done to a photo, step by step, as JSON that is kept beside the original.

    {"format": 1, "steps": [{"op": "crop", "left": 0.1, "top": 0, "right": 1, "bottom": 1}, {"op": "exposure", "stops": 0.5}]}

A step names a file of `operations/`; what it does not set is neutral. Plain Python: pages read recipes, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from processing import registry
from processing.errors import ProcessingError
from processing.operation import Operation, form_of, is_neutral, neutral_values, usual_place
from processing.parameters import BadValue, Values
from processing.placing import Placement
from processing.words import gettext_noop as _

FORMAT = 1
MOST_STEPS = 100
MOST_PIXELS = 200_000_000
KEY_LENGTH = 24


class BadRecipe(ProcessingError):
    """A recipe can't be followed; `errors` has a sentence by field, like "steps.2.angle"."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation with a value for each of its parameters.

    `number`: its place in the list that it was read from, of which what changes nothing was left out: what is said of it names that.
    """

    name: str
    values: Values
    number: int | None = field(default=None, compare=False, repr=False)

    @property
    def operation(self) -> Operation:
        return registry.operations()[self.name]

    @property
    def is_neutral(self) -> bool:
        return is_neutral(self.operation, self.values)

    def as_json(self) -> dict[str, Any]:
        """The step as it is kept: only what is not neutral is written."""
        usual = neutral_values(self.operation)
        changed = {name: _plain(value) for name, value in self.values.items() if value != usual[name]}
        return {"op": self.name, "version": self.operation.version, **changed}


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in their order; those that change nothing are left out."""

    steps: tuple[Step, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps)

    def as_json(self) -> dict[str, Any]:
        """The recipe as it is kept."""
        return {"format": FORMAT, "steps": [step.as_json() for step in self.steps]}

    @property
    def names(self) -> list[str]:
        """The operations of its steps."""
        return [step.name for step in self.steps]

    @property
    def key(self) -> str:
        """A name for what it makes of a photo: another one when a step, a value or an operation's version differs; "" for nothing."""
        if not self.steps:
            return ""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]

    def numbered(self) -> list[tuple[int, Step]]:
        """The steps with the numbers by which whoever sent them knows them."""
        return [(n if step.number is None else step.number, step) for n, step in enumerate(self.steps)]

    def placed(self, width: int, height: int) -> Placement:
        """Say how large the result is and where the pixels of a photo of this size are in it.

        Raises:
            BadRecipe: a step leaves nothing, or more pixels than are allowed.
        """
        placement = Placement(width, height)
        for number, step in self.numbered():
            if form_of(step.operation) != "place":
                continue
            placement = placement.then(place(step, placement.width, placement.height, number))
        return placement

    def in_usual_order(self) -> Recipe:
        """The same steps in the order of the editor: by group, then by rank."""
        return Recipe(tuple(sorted(self.steps, key=lambda step: usual_place(step.operation))))


def place(step: Step, width: int, height: int, number: int = 0) -> Placement:
    """Say what one geometric step makes of a frame.

    Raises:
        BadRecipe: nothing is left of it, or more than `MOST_PIXELS`.
    """
    module: Any = step.operation
    try:
        made: Placement = module.place(step.values, width, height)
    except BadValue as error:
        raise BadRecipe({f"steps.{number}": str(error)}) from error
    if made.width < 1 or made.height < 1:
        raise BadRecipe(
            {f"steps.{number}": _("Nothing would be left of the photo. Choose a larger part of it.")}
        )
    if made.width * made.height > MOST_PIXELS:
        raise BadRecipe(
            {
                f"steps.{number}": f"The photo would have more than {MOST_PIXELS // 10**6} million pixels. Make it smaller."
            }
        )
    return made


def parse(data: Any) -> Recipe:
    """Read a recipe from JSON and hold every value to its operation.

    Args:
        data: as json.loads gives it.

    Returns:
        The recipe, without steps that change nothing.

    Raises:
        BadRecipe: with a sentence for each field that is wrong.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("steps"), list | tuple):
        raise BadRecipe({"steps": _('A recipe looks like {"format": 1, "steps": [{"op": "mirror"}]}.')})
    if data.get("format", FORMAT) != FORMAT:
        raise BadRecipe(
            {
                "format": _(
                    "This recipe was made by another version of Photoroom, which this one does not understand."
                )
            }
        )
    if len(data["steps"]) > MOST_STEPS:
        raise BadRecipe({"steps": f"A recipe has at most {MOST_STEPS} steps."})
    errors: dict[str, str] = {}
    steps = [_step(one, number, errors) for number, one in enumerate(data["steps"])]
    if errors:
        raise BadRecipe(errors)
    return Recipe(tuple(step for step in steps if step is not None and not step.is_neutral))


def recipe_of(steps: Iterable[tuple[str, Values]]) -> Recipe:
    """A recipe of operations and some of their values, checked like one from outside."""
    return parse({"steps": [{"op": name, **values} for name, values in steps]})


def _step(data: Any, number: int, errors: dict[str, str]) -> Step | None:
    at = f"steps.{number}"
    if not isinstance(data, Mapping) or not isinstance(data.get("op"), str):
        errors[at] = _('A step looks like {"op": "exposure", "stops": 0.5}.')
        return None
    operation = registry.operations().get(data["op"])
    if operation is None:
        errors[f"{at}.op"] = _("There is no such operation on this site.")
        return None
    version = data.get("version", operation.version)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 < version <= operation.version:
        errors[f"{at}.version"] = _(
            "This step was made by a newer version of its operation, which this site does not have."
        )
        return None
    values = neutral_values(operation)
    for name in data.keys() - {"op", "version"} - values.keys():
        shown = str(name)[:40].encode("utf-8", "backslashreplace").decode()  # half a pair is no text
        errors[f"{at}.{shown}"] = _("This operation has no such parameter.")
    for parameter in operation.parameters:
        if parameter.name in data:
            try:
                values[parameter.name] = parameter.clean(data[parameter.name])
            except BadValue as error:
                errors[f"{at}.{parameter.name}"] = str(error)
    return Step(data["op"], values, number)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
