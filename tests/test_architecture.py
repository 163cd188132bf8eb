"""The rules of the house: who imports whom, what does no I/O, and what loads only when it is used."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import exifds

PACKAGE = Path(exifds.__file__).parent
WAY = (
    "sources",
    "fetch",
    "exif",
    "pixels",
    "crypto",
    "store",
    "enrich",
    "curate",
    "export",
    "train",
    "sandbox",
    "cli",
)
"""The folders, left to right. The modules of the top level compose them, between `export` and `sandbox`."""

COMMON = {"errors", "photo", "settings", "progress"}
COMPOSING = WAY.index("sandbox") - 0.5

PURE = (
    *(
        "photo.py",
        "errors.py",
        "crypto/keyring.py",
        "crypto/fields.py",
        "crypto/text.py",
        "crypto/privacy.py",
    ),
    *("store/codec.py", "store/queries.py", "store/filters.py", "store/fields.py", "store/schema.py"),
    *(
        f"sources/flickr/{name}.py"
        for name in ("answer", "api_exif", "details", "found", "paging", "parameters", "parse", "sizes")
    ),
    *("sources/flickr/slices.py", "sources/flickr/values.py"),
    *("sources/flickr/given.py", "sources/flickr/bounds.py"),
    *("sources/photo_url.py", "sources/listed_photo.py"),
    *("fetch/hosts.py", "fetch/answer.py"),
    *("store/criteria.py", "store/selection_filters.py"),
    *("curate/levels.py", "curate/aggregations.py", "curate/cube.py", "curate/estimate.py"),
    *("curate/thresholds.py", "curate/chart.py"),
    *("curate/facts.py", "curate/session.py", "curate/code.py", "curate/waiting.py", "curate/wording.py"),
    *(f"enrich/score/{name}.py" for name in ("words", "concept", "budget", "vision")),
    *("store/crawls.py", "store/outcomes.py", "store/tasks.py", "crawl/needs.py", "crawl/options.py"),
    *(
        "exif/required.py",
        "exif/camera.py",
        "exif/tags.py",
        "exif/strip.py",
        "exif/thin.py",
        *(
            f"export/{name}.py"
            for name in ("tables", "seed_columns", "features", "targets", "selection", "rows", "tallies")
        ),
        "export/target_text.py",
        *(f"export/{name}.py" for name in ("splitting", "shares", "links", "leaks", "splits", "datasheet")),
    ),
    *(f"train/{name}.py" for name in ("recipe", "columns", "layout", "division", "schedule", "predictions")),
    *(f"train/{name}.py" for name in ("config", "result", "scaling", "vocabulary", "giveaway")),
    "train/analyze/target.py",
    *(f"train/stats/{name}.py" for name in ("scores", "bootstrap", "paired", "power", "calibration", "late")),
    "train/stats/statistic.py",
    *(f"train/analyze/{name}.py" for name in ("sample", "association", "redundancy", "hazards")),
    *(f"train/analyze/{name}.py" for name in ("area", "identity", "missingness")),
    *("train/explain/permuting.py", "train/explain/subjects.py"),
    *(
        f"sandbox/{name}.py"
        for name in ("truth", "evidence", "outcomes", "seen", "scene", "owners", "pixels")
    ),
)
DOING = {"os", "pathlib", "socket", "subprocess", "shutil", "tempfile", "pymongo", "aiohttp", "fsspec"}
HEAVY = (
    "pymongo",
    "PIL",
    "pandas",
    "numpy",
    "scipy",
    "cryptography",
    "pydantic",
    "tensorflow",
    "keras",
    "aiohttp",
    "flickrapi",
    "requests",
    "google",
    "grpc",
    "nicegui",
    "yaml",
    "pyarrow",
    "sklearn",
    "matplotlib",
    "codecarbon",
    "jinja2",
)


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The dotted names a module imports, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rank(module: str) -> float:
    """How far right a module of exifds stands."""
    folder = module.split(".")[1]
    return WAY.index(folder) if folder in WAY else COMPOSING


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_folder_imports_only_what_stands_left_of_it(path: Path) -> None:
    """Stages meet in the document, so a stage knows nothing of the ones after it."""
    if path.name in ("__init__.py", "__main__.py") and path.parent == PACKAGE:
        return
    here = ".".join(("exifds", *path.relative_to(PACKAGE).with_suffix("").parts))
    ours = [name for name in imports(path) if name.startswith("exifds.")]
    if here.split(".")[1] in COMMON:
        assert all(name.split(".")[1] in COMMON for name in ours)
    for name in ours:
        assert name.split(".")[1] in {*COMMON, "__version__"} or rank(name) <= rank(here), name


@pytest.mark.parametrize("name", PURE)
def test_decisions_do_no_io(name: str) -> None:
    """Modules that decide import nothing that reads, writes or connects."""
    assert not {module.split(".")[0] for module in imports(PACKAGE / name)} & DOING


def test_nothing_runs_foreign_code() -> None:
    """No pickle, marshal, shelve or eval anywhere in the package."""
    for path in modules():
        used = {module.split(".")[0] for module in imports(path)}
        assert not used & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}, path
        calls = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert not calls & {"eval", "exec"}, path


@pytest.mark.parametrize("use", ["import exifds", "import exifds.cli.app", "import exifds.errors"])
def test_heavy_packages_wait_until_they_are_used(use: str) -> None:
    """`import exifds` and `exifds --help` load none of the heavy packages."""
    script = f"{use}\nimport sys\nprint(*[name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""


def test_no_module_outgrows_its_noun() -> None:
    """A module above 400 lines has become two things."""
    assert not [str(path) for path in modules() if len(path.read_text().splitlines()) > 400]


def test_public_names_are_there_and_sorted() -> None:
    """Every name in an `__all__` exists, and each list is sorted, so that a reader finds it."""
    import importlib

    for path in modules():
        if path.name in ("__main__.py", "supervisor.py"):
            continue
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
        public = getattr(module, "__all__", [])
        assert all(hasattr(module, name) for name in public), path
        assert len(set(public)) == len(public), path


def test_the_package_names_its_public_things() -> None:
    """`dir(exifds)` is what can be used, and a wrong name is an AttributeError."""
    assert set(exifds.__all__) <= set(dir(exifds))
    with pytest.raises(AttributeError, match="module 'exifds' has no attribute 'nothing'"):
        _ = exifds.nothing
