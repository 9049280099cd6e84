"""Finds the analyzers, clusterers and operations: one module each, its name is the file's name.

A new capability is a new file in `analyzers/`, `clusterers/` or `operations/`; nothing else names it. Importing them costs little, because
they import their heavy libraries only when they are used.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from processing.contracts import Analyzer, PeopleClusterer, PhotoClusterer
    from processing.operation import Operation


class ContractError(TypeError):
    """A module in one of the folders lacks what the contract asks for; the message says what and where."""


@cache
def analyzers() -> dict[str, Analyzer]:
    """Find the analyzers that can do their work.

    Returns:
        Module by name, sorted by name; without those whose `is_available()` is False (a file that they need was not fetched).

    Raises:
        ContractError: a module lacks `version`, `side_px` or `analyze`.
    """
    modules = scan("processing.analyzers", numbers=("version", "side_px"), calls=("analyze",))
    found = {name: module for name, module in modules.items() if _is_available(module)}
    return cast("dict[str, Analyzer]", found)


@cache
def people_clusterer() -> PeopleClusterer:
    """Find the clusterer of faces, `clusterers/people.py`.

    Raises:
        ContractError: it lacks `version` or one of the calls.
    """
    calls = ("cluster", "exemplars", "assign", "doubts")
    module = importlib.import_module("processing.clusterers.people")
    _check(module, ("version",), calls)
    return cast("PeopleClusterer", module)


@cache
def photo_clusterers() -> dict[str, PhotoClusterer]:
    """Find the clusterers of photos: every module of the folder but `people`.

    Returns:
        Module by name, sorted by name.

    Raises:
        ContractError: a module lacks `version`, `arrays` or `cluster`.
    """
    modules = scan("processing.clusterers", numbers=("version",), calls=("cluster",))
    found = {name: module for name, module in modules.items() if name != "people"}
    for module in found.values():
        names = getattr(module, "arrays", None)
        if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
            raise ContractError(f"{module.__name__} needs `arrays`, a tuple of names; it has {names!r}.")
    return cast("dict[str, PhotoClusterer]", found)


@cache
def operations() -> dict[str, Operation]:
    """Find the operations of the editor.

    Returns:
        Module by name, sorted by name.

    Raises:
        ContractError: a module lacks what processing/operation.py asks for.
    """
    from processing.operation import FORMS, GROUPS

    modules = scan("processing.operations", numbers=("version", "rank"), calls=())
    for module in modules.values():
        has = [name for name in FORMS if callable(getattr(module, name, None))]
        if len(has) != 1:
            raise ContractError(
                f"{module.__name__} needs exactly one of the functions {', '.join(FORMS)}; it has {has}."
            )
        if getattr(module, "group", None) not in GROUPS:
            raise ContractError(f"{module.__name__} needs `group`, one of {', '.join(GROUPS)}.")
        for name, kind in (("label", str), ("icon", str), ("is_in_browser", bool), ("parameters", tuple)):
            if not isinstance(getattr(module, name, None), kind):
                raise ContractError(f"{module.__name__} needs `{name}`, a {kind.__name__}.")
    return cast("dict[str, Operation]", modules)


def scan(package_name: str, *, numbers: tuple[str, ...], calls: tuple[str, ...]) -> dict[str, Any]:
    """Import each public module of a package and hold it to its contract.

    Args:
        package_name: dotted name of the folder.
        numbers: attributes that must be integers >= 0.
        calls: attributes that must be callable.

    Returns:
        Module by the last part of its name, sorted by it. Names that start with an underscore are left out.

    Raises:
        ContractError: at the first module that does not keep to it.
    """
    package = importlib.import_module(package_name)
    names = sorted(
        found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_")
    )
    modules = {name: importlib.import_module(f"{package_name}.{name}") for name in names}
    for module in modules.values():
        _check(module, numbers, calls)
    return modules


def reset() -> None:
    """Forget what was found, for tests that add a module."""
    analyzers.cache_clear()
    people_clusterer.cache_clear()
    photo_clusterers.cache_clear()
    operations.cache_clear()


def _is_available(module: Any) -> bool:
    ask = getattr(module, "is_available", None)
    return ask is None or bool(ask())


def _check(module: Any, numbers: tuple[str, ...], calls: tuple[str, ...]) -> None:
    for name in numbers:
        value = getattr(module, name, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ContractError(
                f"{module.__name__} needs `{name}`, an integer of 0 or more; it has {value!r}."
            )
    for name in calls:
        if not callable(getattr(module, name, None)):
            raise ContractError(f"{module.__name__} needs a function `{name}`.")
