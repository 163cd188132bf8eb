"""Tables: the numbers of a task, row by row. Pure."""

from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Final

from exifds.train.explain.importance import Importance
from exifds.train.report.blocks import Table
from exifds.train.report.comparison import Task
from exifds.train.report.entries import WORDS
from exifds.train.report.measure import FEWEST, MAIN
from exifds.train.report.model import Costs, Model
from exifds.train.report.wording import (
    amount,
    change,
    counted,
    duration,
    interval,
    listed,
    p_value,
    score,
    shares,
    size,
    spread,
)

__all__ = [
    "calibration",
    "costs",
    "differences",
    "importance",
    "models",
    "strata",
    "truth",
]

_VERDICTS: Final = {
    ("better", "better"): "A is better",
    ("worse", "worse"): "B is better",
    ("open", "open"): "open",
    ("better", "open"): "open; A of these runs",
    ("worse", "open"): "open; B of these runs",
}
"""By what holds of the trained models, and of their kinds."""


def models(task: Task) -> Table:
    """How each model does."""
    half = ["Macro-F1 at 0.5"] if task.several else []
    controls = [WORDS[model.kind] for model in task.models if model.kind not in MAIN]
    rows = [
        [
            *(model.name, str(len(model.seeds)), spread(model.macro_f1, model.macro_f1_sd)),
            *([score(model.macro_f1_at_half)] if half else []),
            *(spread(model.accuracy, model.accuracy_sd), spread(model.log_loss, model.log_loss_sd)),
            *(score(model.brier.estimate), score(model.ece), score(model.ece_scaled)),
        ]
        for model in task.models
    ]
    return Table(
        ("Model", "Seeds", "Macro-F1", *half, "Accuracy", "Log-loss", "Brier", "ECE", "ECE after T"),
        rows,
        note=(
            f"On {task.photos['test']:,} test photos in {counted(task.groups['test'], 'group')}: mean over "
            "seeds, 95 % interval for the draw of photos by group and, of two or more, of seeds, "
            "\N{PLUS-MINUS SIGN} standard deviation over seeds. Log-loss in nats; ECE: expected "
            "calibration error, as it is and after temperature scaling. "
            f"Controls: {listed(list(dict.fromkeys(controls)))}."
        ),
    )


def differences(task: Task) -> Table:
    """How models compare, in pairs; over one seed, which one wins more often means nothing."""
    wins = any(pair.macro_f1.seeds > 1 for pair in task.pairs)
    rows = [
        [
            *(pair.a, pair.b, _VERDICTS[pair.trained, pair.verdict]),
            *(
                interval(found.difference, signed=True)
                for found in (pair.macro_f1, pair.accuracy, pair.log_loss)
            ),
            f"{mean(pair.only_a):.0f} : {mean(pair.only_b):.0f}",
            *(p_value(p).removeprefix("= ") for p in (pair.p, pair.p_groups, pair.p_adjusted)),
            *([interval(pair.macro_f1.superiority) if pair.macro_f1.seeds > 1 else ""] if wins else []),
            score(pair.detectable),
        ]
        for pair in task.pairs
    ]
    return Table(
        (
            *("A", "B", "Verdict", "Macro-F1, A \N{MINUS SIGN} B", "Accuracy, A \N{MINUS SIGN} B"),
            *("Log-loss, A \N{MINUS SIGN} B", "Only A : only B right", "p", "p by group", "p adjusted"),
            *(["P(A > B)"] if wins else []),
            "Could be shown",
        ),
        rows,
        texts=3,
        note=(
            "Paired on the same test photos. Intervals: 95 %, bootstrap by group and seed. p: exact McNemar "
            "(of several seeds twice the median); by group: the same for photos that are alike; the larger "
            "one adjusted by Holm over all pairs of this report. "
            f"{'P(A > B): share of seeds. ' if wins else ''}Could be shown: difference of accuracy claimed "
            "at 80 % power, as one of all pairs."
        ),
    )


def truth(task: Task) -> Table:
    """Models beside the best possible observer; without rows where none is known."""
    rows = [
        [
            *(model.name, score(model.accuracy.estimate), score(found.best.accuracy)),
            *(score(model.log_loss.estimate), score(found.best.log_loss), change(found.regret)),
            shares(found.gain_reached),
            "TOO GOOD: a leak" if found.too_good else "no",
        ]
        for model in task.models
        if (found := model.truth)
    ]
    header = (
        *("Model", "Accuracy", "Best possible", "Log-loss", "Best possible", "Regret in nats"),
        *("Share of the possible gain of EXIF", "Too good to be true?"),
    )
    note = (
        "Best possible: on average over such photos; on few of them chance can exceed it. Too good: log-loss "
        "more than three standard errors below it."
    )
    return Table(header, rows, note=note)


def strata(task: Task) -> Table:
    """Main models on parts of the test photos."""
    shown = [model for name in task.shown if (model := task.model(name)).strata]
    rows = [
        [
            *(f"{'EXIF' if part.by == 'exif' else part.by} {part.name}", model.name),
            *(f"{part.photos:,}", f"{part.groups:,}", interval(part.accuracy), interval(part.macro_f1)),
            interval(part.gain, signed=True),
        ]
        for number in range(len(shown[0].strata))
        for model in shown
        if (part := model.strata[number])
    ]
    return Table(
        (
            "Photos",
            "Model",
            "Number",
            "Groups",
            "Accuracy",
            "Macro-F1",
            "Accuracy over the same without EXIF",
        ),
        rows,
        texts=2,
        note=(
            "EXIF complete: all tags that half of the training photos have. Group seen: training has photos "
            "of the same group. These are many looks at few photos: no claims. Nothing is told of fewer than "
            f"{FEWEST} photos, nor a macro-F1 where a class is absent."
        ),
    )


def importance(found: Importance) -> Table:
    """What a model would lose without tags."""
    kinds = {"tag": "tag", "known": "stand in for each other", "found": "correlated", "all": "all"}
    rows = [
        [
            *(drop.name, kinds.get(drop.kind, drop.kind)),
            *(interval(one, signed=True) for one in (drop.accuracy, drop.macro_f1, drop.log_loss)),
        ]
        for drop in found.drops
    ]
    how = "with all of a tag together" if found.permute == "group" else "each column by itself"
    return Table(
        (f"Tags, in {found.run}", "Kind", "Accuracy lost", "Macro-F1 lost", "Log-loss gained, nats"),
        rows,
        texts=2,
        note=(
            f"{found.repeats} permutations on test, {how}; 95 % intervals by group. It tells what this model "
            "relies on, not what a tag is worth; of tags that stand in for each other only the group counts."
        ),
    )


def calibration(task: Task) -> Table:
    """How true the probabilities are."""
    rows = [
        [
            *(model.name, score(model.temperature, 2), score(model.ece), score(model.ece_scaled)),
            score(model.reliability_scaled.by_chance(len(model.seeds))),
            *(score(model.log_loss.estimate), score(model.log_loss_scaled), score(model.brier.estimate)),
        ]
        for model in task.models
        if model.kind != "majority"
    ]
    return Table(
        (
            "Model",
            "Temperature",
            "ECE",
            "ECE after T",
            "ECE by chance",
            "Log-loss",
            "Log-loss after T",
            "Brier",
        ),
        rows,
        note=(
            f"ECE over {task.models[0].reliability.bins} bins of equal width; by chance: of a model whose "
            "probabilities, after T, are true, on as many photos that are not alike; temperature T fitted on "
            "val."
        ),
    )


def costs(task: Task) -> Table:
    """What models cost."""
    sizes = sorted({time.batch_size for m in task.models if m.cost for time in m.cost.latency})
    rows = [list(_cost(model, model.cost, sizes)) for model in task.models if model.cost]
    target = "" if task.target_score is None else f" Target: {task.target_score:.3f} on val."
    return Table(
        (
            *("Model", "Parameters", "MACs"),
            *(f"Latency p50 / p95, batch {each}" for each in sizes),
            *("Memory growth", "Epochs", "Training", "An epoch", "To the target"),
            *("Training, Wh", "An epoch, Wh", "Predicting, Wh", "CO\N{SUBSCRIPT TWO}, g", "Energy", "Price"),
        ),
        rows,
        note=f"Means over seeds, of one training, with compilation; times in ms where no unit stands. "
        f"Memory: its growth while training, without decoded images, median over seeds. "
        f"Price: in the currency of --price-kwh and --price-hour.{target}",
    )


def _cost(model: Model, cost: Costs, sizes: Sequence[int]) -> Iterator[str]:
    times = {time.batch_size: f"{amount(time.p50)} / {amount(time.p95)}" for time in cost.latency}
    yield from (model.name, amount(cost.parameters), amount(cost.macs))
    yield from (times.get(each, "-") for each in sizes)
    yield from (size(cost.peak_bytes), f"{cost.epochs:.1f}" if cost.epochs else "-")
    yield from (duration(cost.train_seconds), duration(cost.epoch_seconds))
    yield "not reached" if cost.target_seconds is None and cost.epochs else duration(cost.target_seconds)
    yield from (_wh(cost.train_kwh), _wh(cost.epoch_kwh), _wh(cost.predict_kwh), _wh(cost.co2_kg))
    yield {True: "measured", False: "estimated", None: "-"}[cost.measured]
    yield amount(cost.price)


def _wh(thousands: float | None) -> str:
    return amount(None if thousands is None else 1000 * thousands)
