"""Methods: how the numbers of a task came about, in words. Pure."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from exifds.export.manifest import Manifest
from exifds.train.config import Config
from exifds.train.recipe import SWITCHES, Recipe
from exifds.train.report.comparison import Settings
from exifds.train.report.entries import Entry, Gathered
from exifds.train.report.hazards import LONE, recipes
from exifds.train.report.pairs import FEWEST_SEEDS
from exifds.train.report.wording import counted, listed, percent

__all__ = ["methods"]

_SPLITS: Final = {
    "export": "as the export gives them",
    "random": "divided at random, 70/20/10, stratified by class",
    "owner": "divided by owner, 70/20/10",
    "camera": "divided by camera, 70/20/10",
    "time": "divided by time, 70/20/10",
}
_RESIZED: Final = {
    "crop": "the square in the middle",
    "pad": "with black bars to a square",
    "square": "stretched to a square",
    "short": "by the short side",
}


def methods(gathered: Gathered, manifest: Manifest | None, settings: Settings) -> dict[str, str]:
    """What a reader must know to judge the numbers.

    Args:
        gathered: The models of a task.
        manifest: Of its export; None if it was not given.
        settings: Of the report.

    Returns:
        Heading to text.
    """
    config = gathered.config
    told = {
        "Photos": _photos(gathered, manifest),
        "Images": _images(gathered),
        "EXIF": f"{len(config.features)} features: {listed(list(config.features))}.",
        "Splits": _splits(gathered, manifest),
        "Left out": _left_out(manifest),
        **{f"Recipe {name}": _recipe(recipe) for name, recipe in recipes(gathered).items()},
        "Models": _models(gathered),
        "Scores": _scores(config, settings),
        "Tests": _TESTS,
        "Controls": _CONTROLS,
        "Cost": _COST,
        "Limits": _LIMITS,
        "Environment": _environment(gathered.entries),
    }
    return {heading: text for heading, text in told.items() if text}


_TESTS: Final = (
    "Which models are compared is fixed beforehand. A difference is a claim if the 95 % interval of the "
    "difference of macro-F1 excludes 0, if p, adjusted by Holm for all comparisons of all tasks of this "
    "report, is below 0.05, and if accuracy moves the same way; against the majority the interval is of "
    "accuracy. The interval is a bootstrap that draws whole groups of photos, wider by as much as Student's "
    "t is for few groups, plus, with S seeds, the standard error of their mean times a draw of Student's t "
    "of S - 1 degrees of freedom. Where no group differs, it says what as many groups that agree leave open "
    "(Clopper and Pearson). p is the larger one of two: of the exact McNemar test, which takes photos as "
    "independent, and of the same test by group (Durkalski et al. 2003); of several seeds twice the median "
    "counts. That EXIF helps is said of a fusion that is better than the image alone and, where they were "
    "trained, than the controls with as large a head and with permuted EXIF. "
    f"That one kind of model beats another is claimed from {FEWEST_SEEDS} seeds on: one seed tells about the "
    "trained models at hand and nothing of the scatter between trainings, and the scatter of two is hardly "
    "known. That a model beats the most frequent answer one training can show. "
    "P(A > B) is the share of seeds in which A has the higher macro-F1, with the exact interval of Clopper "
    "and Pearson. What could have been shown is the difference of accuracy that both would find at about "
    "80 % power: a McNemar test at the level of one of all comparisons (0.05 over their number, half of it "
    "with several seeds), with the test photos divided by the design effect of their groups; and the "
    "interval, as wide as it is here."
)
_CONTROLS: Final = (
    "majority says how frequent the classes are on val, and of several labels gives the set that most photos "
    "of val have; against it other models decide several labels at 0.5. late fusion adds the logits of the "
    "image and the EXIF model with weights and biases fitted on val. recalibrated image is the same without "
    "EXIF, so late fusion is compared with it. permuted EXIF is the fusion with the EXIF of another photo of "
    "the same split. same-head image has dense layers as many as the fusion. mask only sees which tags are "
    "there, camera only sees make and model."
)
_COST: Final = (
    "MACs are multiply-accumulate operations of one prediction. Latency was taken after warm-up. The time of "
    "a training has compilation in it, that of an epoch leaves out the first, which compiles. Memory is by "
    "how much that of the process grew while training, without decoded images, as median over seeds. Energy "
    "is what codecarbon tells: measured where counters of the hardware gave it, else estimated from nominal "
    "power. A late fusion costs what its two models cost."
)


_LIMITS: Final = (
    "The scores hold for photos like these, found, chosen and labelled as told above; labels are taken as "
    "true. Intervals cover the draw of such photos, and of seeds where there are several, but not another "
    "division into splits. What is open is no proof that two models are equal. Times, memory and energy hold "
    "for the machine below."
)


def _photos(gathered: Gathered, manifest: Manifest | None) -> str:
    export, said = gathered.config.export, gathered.photos
    val, test = (
        f"{counted(len(part.ids), 'photo')} in {counted(len(set(part.group.tolist())), 'group')}"
        for part in (said.val, said.test)
    )
    told = (
        f"Export {export.name} of {counted(export.photos, 'photo')}; val has {val}, test {test} (a group is "
        f"{_grouping(export.group)}). SHA-256 of its manifest: {export.sha256}."
    )
    if manifest is not None:
        parts = [
            f"{name} {counted(split.photos, 'photo')} in {counted(split.groups, 'group')}"
            for name, split in manifest.splits.items()
        ]
        told += f" As exported: {listed(parts)}."
    chosen = export.options.get("selection")
    asked = {name: value for name, value in chosen.items() if value} if isinstance(chosen, Mapping) else {}
    return told + (f" Chosen by {json.dumps(asked, sort_keys=True)}." if asked else "")


def _grouping(group: str) -> str:
    return "a single photo" if group in LONE else f"what shares the same {group}"


def _images(gathered: Gathered) -> str:
    look = gathered.config.export.options.get("rendering", {})
    configs = [entry.config for entry in gathered.entries if entry.config and entry.config.height]
    if not configs:
        return "No model sees images."
    first = configs[0]
    encoding = str(look.get("encoding", "jpeg"))
    quality = f" of quality {look.get('quality')}" if encoding == "jpeg" and look.get("quality") else ""
    colours = "converted to sRGB" if look.get("srgb") else "with colour profiles dropped"
    shape = _RESIZED.get(str(look.get("resize", "crop")), "")
    return f"{first.width} x {first.height} pixels, {shape}, as {encoding}{quality}, {colours}."


def _splits(gathered: Gathered, manifest: Manifest | None) -> str:
    export = gathered.config.export
    splitting = export.options.get("splitting", {})
    ways = [f"{_SPLITS[recipe.split]} ({name})" for name, recipe in recipes(gathered).items()]
    own = any(recipe.split == "export" for recipe in recipes(gathered).values())
    kept = f"The export keeps {_apart(export.group)}." if own else "The export's own splits were not used."
    leaks = "were allowed" if splitting.get("allow_leaks") else "were left out"
    told = (
        f"Photos are {listed(ways)}. {kept} Duplicates, near-duplicates and bursts across its splits {leaks}."
    )
    if manifest is not None and own:
        seed = "by date" if manifest.seed is None else f"with seed {manifest.seed}"
        told += f" It was split {seed}; {_crossing(manifest)}."
    if manifest is not None and manifest.without_group:
        told += (
            f" The {export.group} of {counted(manifest.without_group, 'photo')} is unknown, so these count "
            "as groups by what one camera took within an hour, and numbers of groups are of those, too."
        )
    return told


def _crossing(manifest: Manifest) -> str:
    """How many owners have photos in several splits, of those that are known."""
    known = "known " if manifest.without_group else ""
    if manifest.owners_crossing == 1:
        return f"1 {known}owner has photos in several splits"
    return f"{manifest.owners_crossing:,} {known}owners have photos in several splits"


def _apart(group: str) -> str:
    if group == "time":
        return "earlier photos in train and later ones in val and test"
    return "nothing apart" if group == "none" else f"photos of one {group} in one split"


def _left_out(manifest: Manifest | None) -> str:
    if manifest is None or not manifest.left_out:
        return ""
    parts = [f"{count:,} {reason.replace('_', ' ')}" for reason, count in manifest.left_out.items()]
    return f"From the export: {listed(parts)}."


def _recipe(recipe: Recipe) -> str:
    switches = ", ".join(f"{name} {str(getattr(recipe, name)).lower()}" for name in SWITCHES)
    units = "-".join(map(str, recipe.units))
    return (
        f"Source: {recipe.source}. Switches: {switches}. EXIF network of {units} units, dropout "
        f"{recipe.exif_rate:g}; EXIF hidden from {percent(recipe.exif_dropout)} of the photos of a step, and "
        f"{percent(recipe.tag_dropout)} of the tags; augmentation {recipe.augment}; batches of "
        f"{recipe.batch_size} (EXIF {recipe.exif_batch_size})."
    )


def _models(gathered: Gathered) -> str:
    parts = []
    for entry in gathered.entries:
        if entry.config is None:
            continue
        image = f", {entry.backbone} {_start(entry.weights)}" if entry.backbone else ""
        epochs = f", at most {counted(entry.epochs, 'epoch')} a phase" if entry.epochs else ""
        seeds = f"seed{'s' * (len(entry.seeds) > 1)} {listed([str(seed) for seed in sorted(entry.seeds)])}"
        parts.append(f"{entry.name}{image}, {entry.config.precision}{epochs}, {seeds}")
    return "; ".join(parts) + "."


def _start(weights: str | None) -> str:
    return "without pretrained weights" if weights == "none" else f"from weights {weights}"


def _scores(config: Config, settings: Settings) -> str:
    labels = (
        "A photo can have several labels; the threshold of each was tuned on val, and accuracy counts photos "
        "of which all labels are right. "
        if config.kind == "multi_label"
        else ""
    )
    return (
        f"{labels}All scores are of the test photos, which nothing was chosen by. Macro-F1 is the mean over "
        "the classes that test photos have, for all models alike. Intervals are 95 %, from "
        f"{settings.draws:,} draws of whole groups of photos, and of seeds where a model has two or more. "
        "The expected calibration error has 15 bins of equal width; the temperature was fitted on val. "
        "Models that are drawn were chosen by macro-F1 on val."
    )


def _environment(entries: Sequence[Entry]) -> str:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for spoken in entry.spoken():
            for name, value in spoken.environment.items():
                found[name].add(value)
    return "; ".join(f"{name} {' / '.join(sorted(values))}" for name, values in sorted(found.items()))
