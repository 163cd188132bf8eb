"""Docstrings here say "Example:"; griffe typesets doctests under "Examples:" only."""  # noqa: INP001  # loaded by path

from typing import Any

import griffe


class ExampleSections(griffe.Extension):
    """Turns one heading into the other."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Change the docstring of each object that is loaded."""
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
