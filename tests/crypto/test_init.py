"""Tests of exifds.crypto as a package."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

from exifds import crypto

FOLDER = Path(crypto.__file__).parent
MODULES = sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]))
PURE = ["fields", "keyring", "privacy", "recipe", "stored", "text"]


def imported(name: str) -> set[str]:
    """The modules that a module of crypto imports."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    found = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return found | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("name", ["__init__", *MODULES])
def test_public_names_are_sorted_and_exist(name: str) -> None:
    """`__all__` names what there is, in order."""
    module = importlib.import_module("exifds.crypto" if name == "__init__" else f"exifds.crypto.{name}")
    assert sorted(module.__all__, key=lambda n: (not n.isupper(), n[0].islower(), n)) == list(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)


@pytest.mark.parametrize("name", PURE)
def test_pure_module_imports_nothing_that_does_io(name: str) -> None:
    """What encrypts touches no file, process or network."""
    assert not imported(name) & {"os", "io", "pathlib", "subprocess", "socket", "fcntl", "tempfile", "shutil"}


@pytest.mark.parametrize("name", MODULES)
def test_crypto_stands_on_photo_and_errors_alone(name: str) -> None:
    """Of exifds, crypto imports only itself, photo and errors."""
    ours = {module for module in imported(name) if module.startswith("exifds")}
    assert {m for m in ours if not m.startswith("exifds.crypto")} <= {"exifds.photo", "exifds.errors"}
