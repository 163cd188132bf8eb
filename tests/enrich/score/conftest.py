"""A dataset of rendered photos, a Vision to score them by, and what runs the one over the other."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.enrich.score.budget import Budget
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.google import GoogleScorer
from exifds.enrich.score.run import Scoring
from exifds.sandbox.vision import VisionServer
from exifds.settings import Settings
from exifds.store.labels import LabelCache

CONCEPTS = Concepts.of({"monkey": ["monkey"], "outside": ["sky", "sunlight"]})

PHOTOS = 60


class Opens(Protocol):
    """Opens a run: `scoring_of(dataset, server, usd="0.03")`."""

    def __call__(
        self,
        dataset: Dataset,
        server: VisionServer,
        *,
        usd: str | None = None,
        way: str = "grpc",
        workers: int = 4,
        pause: Callable[[float], object] = ...,
    ) -> Scoring:
        """Open it."""


@pytest.fixture
def server() -> Iterator[VisionServer]:
    """A Vision without faults."""
    with VisionServer() as running:
        yield running


@pytest.fixture
def filled(dataset: Dataset, rendered: Path) -> Dataset:
    """A dataset with 60 photos."""
    dataset.ingest(rendered, progress=False)
    return dataset


@pytest.fixture
def other(settings: Settings, filled: Dataset, rendered: Path) -> Iterator[Dataset]:
    """Another dataset in the same database, with the same photos."""
    with exifds.open("monkeys", settings=settings) as opened:
        opened.ingest(rendered, progress=False)
        yield opened


@pytest.fixture
def scoring_of() -> Iterator[Opens]:
    """Opens runs that wait for nothing; their connections are closed afterwards."""
    with ExitStack() as stack:

        def scoring_of(
            dataset: Dataset,
            server: VisionServer,
            *,
            usd: str | None = None,
            way: str = "grpc",
            workers: int = 4,
            pause: Callable[[float], object] = lambda _seconds: None,
        ) -> Scoring:
            scorer = stack.enter_context(
                GoogleScorer(
                    Settings(**server.settings(cast("Any", way))), workers, pause=lambda _seconds: None
                )
            )
            return Scoring(
                dataset._store,
                dataset.images,
                LabelCache(dataset.collection.database, scorer.name),
                scorer,
                CONCEPTS,
                Budget(None if usd is None else Decimal(usd)),
                pause,
            )

        yield scoring_of


def quietly(_done: int, _failed: int) -> None:
    """No progress."""
