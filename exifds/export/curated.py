"""Curated: the selection of the curation page that an export takes its photos from."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from exifds.export.options import Options

__all__ = ["Curated", "selected"]


class Curated(Protocol):
    """A selection of the curation page: a version of a name, and the filter that it stands for."""

    @property
    def version(self) -> int:
        """Its version."""

    @property
    def name(self) -> str:
        """Its name."""

    def condition(self) -> dict[str, Any]:
        """A MongoDB filter."""


def selected(
    options: Options, get: Callable[[str, int | None], Curated]
) -> tuple[Options, Mapping[str, Any]]:
    """The options with the version of their curated selection, and the filter that it stands for.

    Args:
        options: As they were asked for.
        get: Gives the selection of a name and a version.

    Returns:
        The options, which the manifest records, and the filter; empty without a selection.
    """
    asked_for = options.selection.selection
    if asked_for is None:
        return options, {}
    name, _, version = asked_for.partition("@")
    found = get(name, int(version) if version else None)
    exact = options.selection.model_copy(update={"selection": f"{found.name}@{found.version}"})
    return options.model_copy(update={"selection": exact}), found.condition()
